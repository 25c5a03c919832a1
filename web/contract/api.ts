// Made by `npm run contract` from openapi.json. Not for editing.

export interface paths {
    "/api/achievements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a person has earned, and how far the rest is
         * @description What was earned once stays.
         */
        get: operations["listAchievements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/band": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Opens a band session
         * @description People join by its link and share song, transport, speed, pitch and loop, each with a mix of their own. The session ends when the host ends it, a quarter of an hour after the last has left, or with the server.
         */
        post: operations["openBand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/band/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A band session, before one joins */
        get: operations["readBand"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/blobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keeps bytes, such as a recording
         * @description The body is the bytes themselves. Answered after they are synced to disk.
         */
        post: operations["sendBytes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/blobs/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Bytes by their hash
         * @description Parts may be asked for with Range. They never change, so they may be kept for ever.
         */
        get: operations["getBytes"];
        /**
         * Keeps bytes whose hash is known
         * @description Refused if the bytes that arrive have another SHA-256 than the address says.
         */
        put: operations["putBytes"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public channels, and those that a listener has among their favourites */
        get: operations["listChannels"];
        put?: never;
        /**
         * Makes a channel
         * @description Answers its secret, once: keep it. Whoever holds it may change the channel, delete it, and listen where it is private. A server keeps at most 1,000 channels (413).
         */
        post: operations["createChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channels/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One channel */
        get: operations["readChannel"];
        put?: never;
        post?: never;
        /**
         * Deletes a channel
         * @description Its listeners are told and dismissed.
         */
        delete: operations["deleteChannel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channels/{id}/control": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Changes the music of a channel
         * @description As POST /api/control.
         */
        post: operations["controlChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channels/{id}/favourite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Puts a channel among a listener's favourites */
        put: operations["favourChannel"];
        post?: never;
        /** Takes a channel from a listener's favourites */
        delete: operations["unfavourChannel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channels/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that was ever asked of a channel, and when
         * @description {"version", "seed", "rate", "start": settings, "entries": [[frame, {setting: value}], …]}. The same log gives the same samples; POST /api/compose takes it.
         */
        get: operations["channelLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channels/{id}/rating": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Says whether a listener likes a channel */
        put: operations["rateChannel"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channels/{id}/save": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What was heard on a channel, as a file or a project
         * @description Answers a job of the kind compose. Sound is rendered again from the control log, sample for sample as it was streamed; midi has its notes, stems each voice by itself, and project makes a project of the library, which the finished job names.
         */
        post: operations["saveChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/coach": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Today's goal, and why */
        get: operations["readGoal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A piece of music from a seed
         * @description {"form": "flac", "minutes": 10, "seed": "7", "key": "A", "bpm": 70 …}, all settings as in a control; or the log of a channel with from and minutes. Answers a job of the kind compose.
         */
        post: operations["composeMusic"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/control": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Changes the music
         * @description Any of the settings, such as {"key": "A", "bpm": 80, "intensity": 0.7}; numbers, or names where there are choices. Without channel it is the public one. What waits for a bar is heard from bar_frame on. Fifty changes a second are taken; more are refused with 429.
         */
        post: operations["controlStream"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/effects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One effect
         * @description By its id or one of its other names; 404 names the nearest.
         */
        get: operations["readEffect"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/effects/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All effects with their parameters, presets and readings */
        get: operations["listEffects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/effects/process": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A recording through effects
         * @description A form with the recording as audio and either effect_type (with parameters or preset) or chain. Short files are answered with the sound itself; long ones, and those that take longer than wait, with 202 and a job of the kind effects, whose results are the sound and (format=json) a SoundReport. The sound keeps its rate, and rings on as the effects' tail says.
         */
        post: operations["processEffects"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts a piece of work
         * @description transcribe: a recording (blob) to notes. render: a project, a document or a MIDI file (blob) to sound, MIDI or a file. convert: bytes (blob) to another format. stretch: a recording (blob) longer or shorter (settings.ratio), higher or lower (settings.semitones). bounce and freeze: the sound of a track (settings.track) of a project, behind or before its fader; format=json tells the operations that put it in its place. Effects and mixdowns have addresses of their own. The same work with the same settings is done once.
         */
        post: operations["startJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a job stands */
        get: operations["readJob"];
        put?: never;
        post?: never;
        /** Stops a job */
        delete: operations["cancelJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a job made
         * @description transcribe gives JSON (the Melody schema), or MIDI with format=mid; the others give the file, and of effects, mixdown, bounce and freeze a SoundReport with format=json. 409 while the job is not done.
         */
        get: operations["jobResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mixdown": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mixes a project to a file
         * @description Answers a job of the kind mixdown. Its report tells the loudness; its results are the mix and the stems (part=1, 2 …): the sound of every track and bus behind its fader; those that feed the master directly add up to the mix before the master's effects.
         */
        post: operations["startMixdown"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Weights of a separator that the page can run by itself
         * @description A safetensors file; id is instant.
         */
        get: operations["modelWeights"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This interface as OpenAPI 3.1 */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/practice/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that is kept of a person's practice, as a file
         * @description JSON, or CSV: one table, or all of them in a zip. Text that a spreadsheet would take for a formula begins with an apostrophe there.
         */
        get: operations["exportPractice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/practice/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A person's settings for all songs
         * @description What was never set is left out.
         */
        get: operations["readPracticeSettings"];
        /**
         * Keeps a person's settings for all songs
         * @description The whole of it; what is left out is forgotten.
         */
        put: operations["savePracticeSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/process": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a song apart
         * @description The file as the field audio of a form (or as the bare body, fields in the query), or JSON that names bytes which were sent before. Answers the song of the person's library and its stems: 200 where they are there already, 202 while they are made (GET /api/stems/{id} says how it stands; their beginning can be heard before their end is made). What is heard in the song is worked out after it.
         */
        post: operations["processSong"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All projects, last changed first */
        get: operations["listProjects"];
        put?: never;
        /** Makes an empty project */
        post: operations["makeProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A project with its whole document */
        get: operations["readProject"];
        put?: never;
        post?: never;
        /**
         * Deletes a project for good
         * @description Its recordings stay, since other projects may use them.
         */
        delete: operations["deleteProject"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{id}/ops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed since a revision */
        get: operations["projectEditsSince"];
        put?: never;
        /**
         * Changes a project
         * @description Answered after the operations are synced to disk. A batch that was sent before, and operations whose stamps are there already, change nothing; the answer is the same.
         */
        post: operations["editProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/separators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What can take songs apart, best quality last */
        get: operations["listSeparators"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A person's sessions, newest first */
        get: operations["listSessions"];
        put?: never;
        /**
         * Keeps what was practised
         * @description Sending it again is harmless: of the same person and id the one with more seconds counts, so a session may be told of while it goes on. It counts on the dates that a calendar showed where it was played. A session that is said to end later than now, by less than a day, ends now.
         */
        post: operations["saveSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/songs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The songs of a person's library
         * @description Newest first.
         */
        get: operations["listSongs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/songs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One song */
        get: operations["readSong"];
        /** Gives a song its names */
        put: operations["renameSong"];
        post?: never;
        /**
         * Takes a song out of the library
         * @description Its loops and settings go with it; what was practised stays in sessions, streak and achievements.
         */
        delete: operations["removeSong"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/songs/{id}/analysis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is heard in a song
         * @description 202 with the job that finds it out while it is not known. Hard passages may come later than the rest: job then names the work that finds them.
         */
        get: operations["readAnalysis"];
        /**
         * What was heard, put right by hand
         * @description The whole analysis as GET tells it. It holds for this song of this person.
         */
        put: operations["correctAnalysis"];
        post?: never;
        /**
         * Back to what was heard
         * @description Corrections by hand are forgotten; what failed is tried again.
         */
        delete: operations["revertAnalysis"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/songs/{id}/practice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a person set for a song: loops, speed, instrument
         * @description What was never set is left out.
         */
        get: operations["readSongPractice"];
        /**
         * Keeps what a person set for a song
         * @description The whole of it; what is left out is forgotten. Up to 500 loops.
         */
        put: operations["saveSongPractice"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/soundfonts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Installed SoundFonts and their presets
         * @description The best first. Bank 128 holds the drum kits.
         */
        get: operations["listSoundfonts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/soundfonts/{id}/presets/{bank}/{program}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A small SoundFont with this preset alone
         * @description A valid SF2 file that sounds exactly as the whole one.
         */
        get: operations["presetSamples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a channel stands */
        get: operations["streamStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How full the cache of stems is */
        get: operations["stemsCache"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stems/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the stems of a song stand */
        get: operations["readStems"];
        put?: never;
        post?: never;
        /**
         * Stops the making of stems, or drops them
         * @description What others wait for too goes on.
         */
        delete: operations["dropStems"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stems/{id}/{stem}.flac": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A whole stem as flac
         * @description stem is drums, bass, other or vocals, or the song without it: without-drums …
         */
        get: operations["stemAsFlac"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stems/{id}/{stem}.mp3": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A whole stem as mp3
         * @description stem is drums, bass, other or vocals, or the song without it: without-drums …
         */
        get: operations["stemAsMp3"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stems/{id}/{stem}.opus": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A whole stem as opus
         * @description stem is drums, bass, other or vocals, or the song without it: without-drums …
         */
        get: operations["stemAsOpus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stems/{id}/{stem}.wav": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A whole stem as wav
         * @description stem is drums, bass, other or vocals, or the song without it: without-drums …
         */
        get: operations["stemAsWav"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stems/{id}/{stem}/audio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A piece of a stem's sound
         * @description Frames [from, from + frames) at the rate that is asked for, fewer at the song's end. Output frame n stands at n / rate seconds however it is asked for, so neighbouring pieces join to the sample. pcm16: interleaved stereo, 16 bit, little-endian. Can be had as soon as ready_seconds of GET /api/stems/{id} passes its end; before that 409 (not_yet) with Retry-After. stem is drums, bass, other or vocals.
         */
        get: operations["stemPiece"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/streak": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Days practised in a row
         * @description A date counts from a minute of playing on. Today not yet practised does not end a streak.
         */
        get: operations["readStreak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stream/presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Saved settings */
        get: operations["listStreamPresets"];
        /**
         * Saves settings under a name
         * @description The same name is written over. A listener may have 100 of them.
         */
        put: operations["saveStreamPreset"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stream/presets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forgets saved settings */
        delete: operations["deleteStreamPreset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stream/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All settings of the music: ranges, choices, and when a change is heard */
        get: operations["streamSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This interface to read */
        get: operations["docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/reader.css": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Looks of the page at /docs */
        get: operations["docsStyle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/reader.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Script of the page at /docs */
        get: operations["docsScript"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server works */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/detailed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Each part of the server and how it is */
        get: operations["healthDetailed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hum2melody": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A hummed, sung or whistled melody to notes
         * @description The recording as the field audio of a form, or as the bare body. Answers the IR (quantised notes, seconds) with the free notes, the pitch curve and what was found beside it. The same work as a job of the kind transcribe.
         */
        post: operations["humToMelody"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Measurements for Prometheus */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Checks and completes IR
         * @description Pitches may be numbers or names; missing parts get their defaults. Answers the IR in full.
         */
        post: operations["runIr"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stream/{channel}.m3u8": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A channel as HLS: the playlist */
        get: operations["streamPlaylist"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stream/{channel}.mp3": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A channel as endless MP3, for any player */
        get: operations["streamMp3"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stream/{channel}.ogg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A channel as endless Ogg Opus, for any player */
        get: operations["streamOgg"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stream/{channel}/{number}.mp3": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A channel as HLS: four seconds of MP3
         * @description With its time on the channel's clock in an ID3 tag, as HLS packed audio asks for.
         */
        get: operations["streamSegment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ws/{client_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Songs taken apart, live (WebSocket)
         * @description Send {"type":"process:start","fileId":…,"quality":"instant"} for a file that was sent to POST /api/blobs, and hear process:progress until process:complete or process:error; several files at once take turns with those of other persons. {"type":"process:cancel","fileId":…} stops one. Closing the connection stops nothing.
         */
        get: operations["processSongs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ws/automation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Records a parameter while the song plays (WebSocket)
         * @description Send {"type":"start","project","track","target"} (started tells the lane, the range and the error), then {"type":"points","points":[{"value"}, …]} as the hand moves, and {"type":"stop"}. A point without a time lies where the project's transport is. Points replace what the lane had there; they are thinned so that no point lies farther from the lines between those kept than the error, stored as operations of the document about every half second (saved tells which revision is durable), and thinned once more together at stop, at a jump back, or when the connection ends: what was sent stays.
         */
        get: operations["recordAutomation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ws/band/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A band session, live (WebSocket)
         * @description Says hello with your member id, the clock, the state and the members; then every change of either. A change of what plays is announced for a server_time some 300 ms ahead, so that all begin together: until then what was goes on, and from then on the song stands at position + (server time - server_time) / 1000 * speed, a loop that is passed beginning again. Send {"type":"state","playing":true,"position":12.5} (the host, or anybody where the session is open), {"type":"ping","t":1}, answered with the server's clock, {"type":"status","ready":true,"skew_ms":3,"rtt_ms":12}; the host {"type":"open","open":true} and {"type":"end"}. Whoever comes back as the same person keeps their place. Forty messages a second are heard.
         */
        get: operations["joinBand"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ws/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A job's progress, live (WebSocket)
         * @description The job as GET /api/jobs/{id} answers it, at once and with every change; closed when it is over.
         */
        get: operations["watchJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ws/projects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A project, live (WebSocket)
         * @description The server first says welcome with the operations missed since the revision given. Send {"type":"ops","batch","ops"}; {"type":"ack","batch","revision"} comes when they are synced to disk, and the others hear them as {"type":"ops","revision","ops"}. An error names its batch. Say who you are with {"type":"me","name","colour","where"}; everybody hears {"type":"presence"}. Who reads too slowly is disconnected and comes back with since.
         */
        get: operations["liveProject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ws/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A channel, live: sound, bars, changes (WebSocket)
         * @description Says hello with the settings and the clock, then sound, the bars as their first sound is sent, every change of the settings, and the state once a second (docs/streams.md has the messages and the bytes). Send {"type":"control","bpm":80}, fields as in POST /api/control, or {"type":"ping","t":1}, answered with the server's clock. Fifty messages a second are heard.
         */
        get: operations["listenToStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ws/transport": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the song is, 30 times a second (WebSocket)
         * @description Everybody of one project (or of one session name) shares one transport. Commands: {"command":"play"}, {"command":"stop"} (stays where it is), {"command":"seek","time_seconds":12.5} or with beat_position, {"command":"tempo","bpm":96}. In a project the tempo map is the document's, and tempo changes the tempo that holds at this place, for everybody, as an edit; the musical place stays. The time is worked out from one reading of a clock at the last command, so it does not drift. A transport ends when its last listener has gone.
         */
        get: operations["followTransport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AchievementInfo: {
            /** @description ISO 8601; empty: not yet. */
            earned: string;
            id: string;
            name: string;
            /** @description 0 … 1; 1 where it is earned. */
            progress: number;
            /** @description What it takes. */
            text: string;
        };
        AchievementList: {
            achievements: components["schemas"]["AchievementInfo"][];
        };
        AckMessage: {
            batch: string;
            revision: number;
            type: string;
        };
        AutomationKept: {
            /** @description Points that stand for them in the lane. */
            kept: number;
            /** @description Points that came. */
            received: number;
            /** @description Of the project, with the last points. */
            revision: number;
            /**
             * @description saved: so far, durable; stopped: all of it.
             * @enum {string}
             */
            type: "saved" | "stopped";
        };
        AutomationPoint: {
            /** @description in ticks (15,360 a quarter note). Left out, all three: where the transport is now. */
            at?: number;
            /** @description in quarter notes, or: */
            beat_position?: number;
            /** @description Of the song, or: */
            time_seconds?: number;
            /** @description In the parameter's unit. */
            value: number;
        };
        AutomationPoints: {
            points: components["schemas"]["AutomationPoint"][];
            /** @enum {string} */
            type: "points";
        };
        AutomationStart: {
            /** @description How far the thinned line may lie from any point, in the parameter's unit. */
            error?: number;
            /** @description Its id. */
            project: string;
            /** @description Of the transport, if it has a name (see /ws/transport). */
            session?: string;
            /** @description gain_db, pan, mute, device:<id>:<parameter>, send:<id>:gain_db, cc0 to cc127, bend, pressure or program. */
            target: string;
            /** @description Entity id of the track; left out: the master. */
            track?: string;
            /** @enum {string} */
            type: "start";
        };
        AutomationStarted: {
            /** @description What the thinning keeps to, in the unit. */
            error: number;
            /** @description Its entity id. */
            lane: string;
            max: number;
            min: number;
            /** @enum {string} */
            type: "started";
            unit: string;
        };
        AutomationStop: {
            /** @enum {string} */
            type: "stop";
        };
        BandEndMessage: {
            /** @description Why; do not come back by yourself. */
            message: string;
            /** @enum {string} */
            type: "end";
        };
        BandHelloMessage: {
            id: string;
            members: components["schemas"]["BandMemberInfo"][];
            name: string;
            open: boolean;
            /** @description Milliseconds of the server's clock now. */
            server_time: number;
            song: string;
            state: components["schemas"]["BandStateMessage"];
            stems: string;
            /** @enum {string} */
            type: "hello";
            waiting: boolean;
            /** @description Your member id. */
            you: string;
        };
        BandInfo: {
            id: string;
            /** @description How many are in it now. */
            members: number;
            name: string;
            open: boolean;
            playing: boolean;
            song: string;
            stems: string;
            /** @description For the host, who is not there. */
            waiting: boolean;
        };
        BandMade: {
            id: string;
            /** @description For guests: the path of the page that joins, on this server. */
            link: string;
            /** @description Makes whoever comes with it the host; told once, never to guests. */
            secret: string;
        };
        BandMemberInfo: {
            /** @description False while its line is broken; it keeps its place. */
            here: boolean;
            host: boolean;
            id: string;
            name: string;
            /** @description Has the stems. */
            ready: boolean;
            /** @description Of its line, as it measures itself. */
            rtt_ms: number;
            /** @description Between its sound and the common time, as it measures itself. */
            skew_ms: number;
        };
        BandMembersMessage: {
            members: components["schemas"]["BandMemberInfo"][];
            open: boolean;
            /** @enum {string} */
            type: "members";
            waiting: boolean;
        };
        BandPongMessage: {
            server_time: number;
            /** @description As it was sent. */
            t: number;
            /** @enum {string} */
            type: "pong";
        };
        BandStateMessage: {
            /** @description Id of the member who changed it; empty at first. */
            by: string;
            /** @description {start, end} in seconds of the song, or null. */
            loop: unknown;
            /** @description Semitones. */
            pitch: number;
            playing: boolean;
            /** @description Seconds of the song at server_time. */
            position: number;
            /** @description Milliseconds of the server's clock. It may lie ahead: what was before goes on until then, so that all change together. */
            server_time: number;
            speed: number;
            /** @enum {string} */
            type: "state";
        };
        BandWord: {
            /** @description state: {start, end}, or null for none. */
            loop?: unknown;
            /** @description open: whether everybody may steer. */
            open?: boolean;
            /** @description state: semitones. */
            pitch?: number;
            /** @description state: what is left out stays as it is. */
            playing?: boolean;
            /** @description state: seconds of the song at the moment the change is heard. */
            position?: number;
            /** @description status: has the stems. */
            ready?: boolean;
            /** @description status. */
            rtt_ms?: number;
            /** @description status. */
            skew_ms?: number;
            /** @description state. */
            speed?: number;
            /** @description ping: comes back. */
            t?: number;
            /** @enum {string} */
            type: "state" | "ping" | "status" | "open" | "end";
        };
        BlobSaved: {
            sha256: string;
            size: number;
        };
        ChannelControl: {
            /** @description Bass level, dB. */
            bass_level?: number;
            /** @description Bass. */
            bass_on?: boolean | number;
            /** @description Bell level, dB. */
            bell_level?: number;
            /** @description Bell. */
            bell_on?: boolean | number;
            /** @description BPM. */
            bpm?: number;
            /** @description Brightness. */
            brightness?: number;
            /** @description Its id; ambient when left out. */
            channel?: string;
            /** @description Choir level, dB. */
            choir_level?: number;
            /** @description Choir. */
            choir_on?: boolean | number;
            /** @description Density. */
            density?: number;
            /** @description Drums level, dB. */
            drums_level?: number;
            /** @description Drums. */
            drums_on?: boolean | number;
            /** @description Intensity. */
            intensity?: number;
            /** @description Key. */
            key?: ("C" | "C#" | "D" | "D#" | "E" | "F" | "F#" | "G" | "G#" | "A" | "A#" | "B") | number;
            /** @description Mode. */
            mode?: ("aeolian" | "dorian" | "phrygian" | "lydian" | "mixolydian" | "ionian" | "harmonic minor" | "pentatonic") | number;
            /** @description Pad level, dB. */
            pad_level?: number;
            /** @description Pad. */
            pad_on?: boolean | number;
            /** @description Piano level, dB. */
            piano_level?: number;
            /** @description Piano. */
            piano_on?: boolean | number;
            /** @description Pluck level, dB. */
            pluck_level?: number;
            /** @description Pluck. */
            pluck_on?: boolean | number;
            /** @description The channel's, unless it is open. */
            secret?: string;
            /** @description A whole number from 0 to 2^64-1, in digits: other music, from the next bar on. */
            seed?: string;
            /** @description Space. */
            space?: number;
            /** @description Style. */
            style?: ("ambient" | "drift" | "pulse" | "piano" | "choir" | "night") | number;
            /** @description Texture level, dB. */
            texture_level?: number;
            /** @description Texture. */
            texture_on?: boolean | number;
            /** @description Transition, s. */
            transition?: number;
        };
        ChannelInfo: {
            /** @description Entries of its control log. */
            changes: number;
            /** @description The asker may change it: it is open, or the secret was given. */
            controllable: boolean;
            created: string;
            dislikes: number;
            /** @description Of the listener named in the request. */
            favourite: boolean;
            favourites: number;
            /** @description How far it was played, in frames of 1/48000 s. */
            frame: number;
            id: string;
            likes: number;
            listeners: number;
            name: string;
            open: boolean;
            playing: boolean;
            /** @description Of the listener named in the request. */
            rating: number;
            /** @description Only in the answer to making it; it is not kept and cannot be had again. */
            secret?: string;
            seed: string;
            visibility: string;
        };
        ChannelList: {
            channels: components["schemas"]["ChannelInfo"][];
        };
        DayFigure: {
            date: string;
            seconds: number;
        };
        Edits: {
            /** @description A name that the sender makes up once; sending it again changes nothing. */
            batch: string;
            /** @description Operations as docs/formats describes them. */
            ops: Record<string, never>[];
        };
        EditsSaved: {
            revision: number;
        };
        EditsSince: {
            ops: Record<string, never>[];
            revision: number;
        };
        EffectDescription: {
            /** @description Other names it answers to. */
            aliases: string[];
            /** @enum {string} */
            category: "equaliser" | "filter" | "dynamics" | "saturation" | "delay" | "reverb" | "modulation" | "pitch" | "utility" | "meter";
            id: string;
            /** @description Loads an impulse response. */
            impulse: boolean;
            /** @description How it works, with the paper or standard. */
            method: string;
            /** @description Works on one channel without a second. */
            mono: boolean;
            name: string;
            parameters: components["schemas"]["ParameterInfo"][];
            presets: components["schemas"]["EffectPreset"][];
            /** @description What it shows while it works, such as a gain reduction. */
            readings: components["schemas"]["ReadingInfo"][];
            /** @description Can listen to another track. */
            side_chain: boolean;
            summary: string;
        };
        EffectList: {
            effects: components["schemas"]["EffectDescription"][];
        };
        EffectPreset: {
            name: string;
            /** @description By parameter id; parameters not named keep their defaults. */
            values: Record<string, never>;
        };
        ErrorMessage: {
            batch?: string;
            code: string;
            message: string;
            next: string;
            type: string;
        };
        GoalInfo: {
            end: number;
            /** @description Empty: a hard passage that is no loop yet, or the whole song. */
            loop: string;
            minutes: number;
            /** @description The most important first. */
            reasons: string[];
            /** @description Empty: there is nothing to practise yet. */
            song: string;
            /** @description To begin with; 1: the song's own. */
            speed: number;
            /** @description s of the song; start and end 0: the whole song. */
            start: number;
            /** @description To reach. */
            target: number;
            title: string;
        };
        Health: {
            /**
             * @description ok, or degraded when a check fails.
             * @enum {string}
             */
            status: "ok" | "degraded";
            version: string;
        };
        HealthCheck: {
            detail: string;
            name: string;
            status: string;
        };
        HealthDetailed: {
            checks: components["schemas"]["HealthCheck"][];
            status: string;
            uptime_seconds: number;
            version: string;
        };
        HeardNoteInfo: {
            /** @description 0 to 1. */
            confidence: number;
            /** @description Seconds. */
            duration: number;
            /** @description MIDI note number, with its fraction. */
            pitch: number;
            /** @description Seconds. */
            start: number;
            /** @description 0 to 1. */
            velocity: number;
        };
        Ir: {
            metadata: components["schemas"]["IrMetadata"];
            tracks: components["schemas"]["IrTrack"][];
        };
        IrMetadata: {
            key: string;
            tempo: number;
            timeSignature: string;
        };
        IrNote: {
            /** @description Seconds. */
            duration: number;
            /** @description MIDI note number. */
            pitch: number;
            /** @description Seconds. */
            start: number;
            /** @description 0 to 1. */
            velocity: number;
        };
        IrTrack: {
            id: string;
            instrument: string;
            notes: components["schemas"]["IrNote"][];
        };
        JobInfo: {
            created: string;
            error?: components["schemas"]["JobProblem"];
            id: string;
            kind: string;
            /** @description 0 to 1. */
            progress: number;
            /** @description compose: the id of the project that was made. */
            project?: string;
            /** @description effects, mixdown, bounce, freeze, compose: what there is to say of the sound. */
            report?: components["schemas"]["SoundReport"];
            result?: components["schemas"]["JobResult"];
            /** @description All of them, where there are several: a mix, then its stems. */
            results?: components["schemas"]["JobResult"][];
            /** @description What is being done, for a person. */
            sentence: string;
            /**
             * @description Where the job stands.
             * @enum {string}
             */
            state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
            updated: string;
        };
        JobProblem: {
            code: string;
            message: string;
            next: string;
        };
        JobResult: {
            name: string;
            sha256: string;
            size: number;
            type: string;
            url: string;
        };
        JobSettings: {
            /**
             * @description What render and convert make.
             * @enum {string}
             */
            format?: "wav16" | "wav24" | "wav32f" | "flac16" | "flac" | "mp3" | "opus" | "ogg" | "mid" | "tutti" | "maa";
            /** @description transcribe: quantisation step in quarter notes. */
            grid?: number;
            /** @description transcribe: such as 4/4, when known. */
            metre?: string;
            /** @description Samples a second of what is made; 48000 when left out. */
            rate?: number;
            /** @description stretch: of durations; 2 is twice as long. */
            ratio?: number;
            /** @description stretch: up or down. */
            semitones?: number;
            /** @description An id from /api/soundfonts; the best installed one when left out. */
            soundfont?: string;
            /** @description bounce, freeze: seconds that may ring on, at most; 20 when left out. */
            tail?: number;
            /** @description transcribe: quarter notes a minute, when known. */
            tempo?: number;
            /** @description bounce, freeze: its entity id. */
            track?: string;
        };
        Ladder: {
            /** @description Last speed. */
            end: number;
            on: boolean;
            /** @description Clean passes in a row to go up. */
            passes: number;
            /** @description First speed; 1: the song's own. */
            start: number;
            /** @description Up by this. */
            step: number;
        };
        LoudnessInfo: {
            /** @description LUFS (ITU-R BS.1770-4); absent of silence, like all the others. */
            integrated?: number;
            /** @description LUFS. */
            momentary_max?: number;
            /** @description LU (EBU Tech 3342). */
            range: number;
            /** @description dBFS. */
            sample_peak?: number;
            /** @description LUFS. */
            short_term_max?: number;
            /** @description dBTP. */
            true_peak?: number;
        };
        Melody: {
            f0: components["schemas"]["PitchCurve"];
            key: string;
            metadata: components["schemas"]["IrMetadata"];
            notes: components["schemas"]["HeardNoteInfo"][];
            quantised: components["schemas"]["HeardNoteInfo"][];
            tempo: number;
            timeSignature: string;
            tracks: components["schemas"]["IrTrack"][];
            tuning: number;
        };
        MeMessage: {
            colour: string;
            name: string;
            type: string;
            where: unknown;
        };
        NewBand: {
            /** @description Of the session, as guests see it. */
            name?: string;
            /** @description Whether everybody may steer, not only the host; false when left out. */
            open?: boolean;
            /** @description Who makes it. */
            person?: string;
            /** @description Its id in the host's library. */
            song: string;
            /** @description Their id: what every member plays (GET /api/stems/{id}). */
            stems: string;
        };
        NewChannel: {
            /** @description A channel whose seed and settings it takes, but for those given. */
            from?: string;
            /** @description That channel's secret, if it is private. */
            from_secret?: string;
            /** @description For people. */
            name: string;
            /** @description Whoever may listen may also change it; false when left out. */
            open?: boolean;
            /** @description A whole number from 0 to 2^64-1, in digits; of chance when left out. */
            seed?: string;
            /** @description To begin with, as in a control; defaults when left out. */
            settings?: Record<string, never>;
            /**
             * @description public: listed; link: whoever knows its id may listen; private: its secret is needed to listen.
             * @enum {string}
             */
            visibility: "public" | "link" | "private";
        };
        NewComposition: {
            /** @description Bass level, dB. */
            bass_level?: number;
            /** @description Bass. */
            bass_on?: boolean | number;
            /** @description Bell level, dB. */
            bell_level?: number;
            /** @description Bell. */
            bell_on?: boolean | number;
            /** @description BPM. */
            bpm?: number;
            /** @description Brightness. */
            brightness?: number;
            /** @description Choir level, dB. */
            choir_level?: number;
            /** @description Choir. */
            choir_on?: boolean | number;
            /** @description Density. */
            density?: number;
            /** @description Drums level, dB. */
            drums_level?: number;
            /** @description Drums. */
            drums_on?: boolean | number;
            /**
             * @description What is made; stems is a zip of FLAC files, one a voice.
             * @enum {string}
             */
            form: "flac" | "opus" | "wav" | "mp3" | "midi" | "stems" | "project";
            /** @description Seconds of the log where it begins. */
            from?: number;
            /** @description Intensity. */
            intensity?: number;
            /** @description Key. */
            key?: ("C" | "C#" | "D" | "D#" | "E" | "F" | "F#" | "G" | "G#" | "A" | "A#" | "B") | number;
            /** @description Of a channel, as GET /api/channels/{id}/log gives it; instead of seed and settings. */
            log?: Record<string, never>;
            /** @description How long; stems and project at most 60, wav 180. */
            minutes: number;
            /** @description Mode. */
            mode?: ("aeolian" | "dorian" | "phrygian" | "lydian" | "mixolydian" | "ionian" | "harmonic minor" | "pentatonic") | number;
            /** @description Of the file or the project. */
            name?: string;
            /** @description Pad level, dB. */
            pad_level?: number;
            /** @description Pad. */
            pad_on?: boolean | number;
            /** @description Piano level, dB. */
            piano_level?: number;
            /** @description Piano. */
            piano_on?: boolean | number;
            /** @description Pluck level, dB. */
            pluck_level?: number;
            /** @description Pluck. */
            pluck_on?: boolean | number;
            /** @description A whole number from 0 to 2^64-1, in digits: other music, from the next bar on. */
            seed?: string;
            /** @description Space. */
            space?: number;
            /** @description Style. */
            style?: ("ambient" | "drift" | "pulse" | "piano" | "choir" | "night") | number;
            /** @description Texture level, dB. */
            texture_level?: number;
            /** @description Texture. */
            texture_on?: boolean | number;
            /** @description Transition, s. */
            transition?: number;
        };
        NewFavourite: {
            /** @description An id that the listener's browser made up. */
            listener: string;
        };
        NewJob: {
            /** @description SHA-256 of the bytes to work on (transcribe, convert, stretch, render of a MIDI file). */
            blob?: string;
            /** @description render, bounce, freeze: a project as a .tutti file holds it. */
            document?: Record<string, never>;
            /**
             * @description What is to be done.
             * @enum {string}
             */
            kind: "transcribe" | "render" | "convert" | "stretch" | "bounce" | "freeze";
            /** @description render, bounce, freeze: the id of a stored project. */
            project?: string;
            settings?: components["schemas"]["JobSettings"];
        };
        NewMixdown: {
            /** @description Effects on every track, as `tutti fx` takes them. */
            chain?: string;
            /** @description a project as a .tutti file holds it. */
            document?: Record<string, never>;
            /**
             * @description wav24 when left out.
             * @enum {string}
             */
            format?: "wav16" | "wav24" | "wav32f" | "flac16" | "flac" | "mp3" | "opus" | "ogg";
            /** @description Seconds of the song to begin at. */
            from?: number;
            /** @description Integrated loudness to bring the mix to. */
            lufs?: number;
            /** @description The id of a stored project, or: */
            project?: string;
            /** @description Samples a second; 48000 when left out. */
            rate?: number;
            /** @description The sound of every track beside the mix. */
            stems?: boolean;
            /** @description Seconds that may ring on at the end, at most; 20 when left out. */
            tail?: number;
            /** @description Seconds of the song to end at. */
            to?: number;
            /** @description Ceiling in dBTP; -1 when left out. */
            true_peak?: number;
        };
        NewProject: {
            /** @description The project's name. */
            title: string;
        };
        NewRating: {
            /** @description An id that the listener's browser made up. */
            listener: string;
            /** @description -1, 0 (none) or 1. */
            rating: number;
        };
        NewSave: {
            /**
             * @description What is made; stems is a zip of FLAC files, one a voice.
             * @enum {string}
             */
            form: "flac" | "opus" | "wav" | "mp3" | "midi" | "stems" | "project";
            /** @description Seconds of the channel's time. */
            from?: number;
            /** @description The last so many; instead of from and to. */
            seconds?: number;
            /** @description Of a private channel. */
            secret?: string;
            /** @description Seconds of the channel's time; up to now when left out. */
            to?: number;
        };
        NewSession: {
            /** @description ISO 8601; started plus seconds when left out. */
            ended?: string;
            /** @description Made up by the sender, such as a UUID: sending it again is harmless. */
            id: string;
            /**
             * @description That was practised.
             * @enum {string}
             */
            instrument?: "drums" | "bass" | "other" | "vocals";
            /** @description Up to 500. */
            loops: components["schemas"]["SessionLoop"][];
            /** @description Whose. */
            person: string;
            /** @description Played, without the pauses. */
            seconds: number;
            /** @description Its id. */
            song: string;
            /** @description Fastest clean pass of all; 0: none. */
            speed: number;
            /** @description ISO 8601 with Z or an offset. */
            started: string;
            /** @description Of the song, for one that is not in the library any more. */
            title?: string;
            /** @description IANA name of the time zone where it was, such as Europe/Berlin. */
            zone: string;
        };
        NewStreamPreset: {
            /** @description An id that the listener's browser made up. */
            listener: string;
            /** @description The same name is written over. */
            name: string;
            /** @description As in a control. */
            settings: Record<string, never>;
        };
        Nothing: Record<string, never>;
        OpsMessage: {
            batch?: string;
            ops: Record<string, never>[];
            revision?: number;
            type: string;
        };
        ParameterInfo: {
            /** @description Names of the values 0, 1, 2 … where the scale is choice. */
            choices?: string[];
            default: number;
            id: string;
            max: number;
            min: number;
            name: string;
            /**
             * @description How a knob's travel maps to the value.
             * @enum {string}
             */
            scale: "linear" | "logarithmic" | "integer" | "choice" | "toggle";
            /** @description Shapes memory or latency; cannot be automated. */
            structural: boolean;
            /**
             * @description Empty where it has none.
             * @enum {string}
             */
            unit: "" | "dB" | "Hz" | "s" | "ms" | "%" | "cents" | "semitones";
        };
        Person: {
            colour: string;
            id: string;
            name: string;
            /** @description What the person looks at or has selected, in the page's terms. */
            where: unknown;
        };
        PitchCurve: {
            /** @description Seconds between values. */
            hop: number;
            /** @description Fundamental frequency; 0 where unvoiced. */
            hz: number[];
        };
        PracticeSettings: {
            /** @description Bars. */
            count_in?: number;
            /** @description For songs that have none of their own. */
            ladder?: components["schemas"]["Ladder"];
            metronome?: boolean;
            /** @description Level of the metronome. */
            metronome_db?: number;
            /** @description What the coach plans with; 20 when left out. */
            minutes_a_day?: number;
            /** @description What else the page wants to keep; up to 100 kB. */
            page?: Record<string, never>;
            /** @description Whose settings; in the query or here. */
            person?: string;
            /** @description IANA name of the person's time zone. */
            zone?: string;
        };
        PresenceMessage: {
            people: components["schemas"]["Person"][];
            type: string;
        };
        PresetInfo: {
            bank: number;
            name: string;
            program: number;
        };
        Problem: {
            code: string;
            detail: string;
            field?: string;
            next: string;
            status: number;
            title: string;
            type: string;
        };
        ProcessComplete: {
            fileId: string;
            stems: components["schemas"]["StemUrls"];
            /** @enum {string} */
            type: "process:complete";
        };
        ProcessError: {
            fileId: string;
            message: string;
            next: string;
            /** @enum {string} */
            type: "process:error";
        };
        ProcessMessage: {
            /** @description SHA-256 of the recording, sent before (POST /api/blobs). */
            fileId: string;
            /** @description Of the song. */
            name?: string;
            /** @description Whose song it is; the client's id when left out. */
            person?: string;
            /** @description A separator (GET /api/separators); instant when left out. */
            quality?: string;
            /** @enum {string} */
            type: "process:start" | "process:cancel";
        };
        ProcessProgress: {
            fileId: string;
            percent: number;
            position: number;
            ready_seconds: number;
            status: string;
            /** @enum {string} */
            type: "process:progress";
        };
        ProcessStarted: {
            /** @description That takes it apart; empty where it was there. */
            job: string;
            song: components["schemas"]["Song"];
            stems: components["schemas"]["StemsInfo"];
        };
        ProcessWish: {
            blob: string;
            model?: string;
            name?: string;
            person?: string;
        };
        ProjectFull: {
            created: string;
            /** @description The whole project as a .tutti file holds it. */
            document: unknown;
            id: string;
            revision: number;
            title: string;
            updated: string;
        };
        ProjectInfo: {
            /** @description ISO 8601, UTC. */
            created: string;
            id: string;
            /** @description Number of the last stored operation; 0 when new. */
            revision: number;
            title: string;
            /** @description ISO 8601, UTC. */
            updated: string;
        };
        ProjectList: {
            projects: components["schemas"]["ProjectInfo"][];
        };
        ReadingInfo: {
            id: string;
            max: number;
            min: number;
            name: string;
            unit: string;
        };
        SeparatorChoice: {
            how_to_get: string;
            id: string;
            installed: boolean;
            name: string;
            quality: string;
        };
        SessionInfo: {
            /** @description Of these, clean. */
            clean: number;
            id: string;
            instrument: string;
            /** @description Passes of loops in all. */
            loops: number;
            /** @description Played. */
            seconds: number;
            song: string;
            /** @description Fastest clean pass; 0: none. */
            speed: number;
            started: string;
            title: string;
            /** @description Loop by loop. */
            work: components["schemas"]["SessionLoop"][];
            zone: string;
        };
        SessionList: {
            sessions: components["schemas"]["SessionInfo"][];
        };
        SessionLoop: {
            /** @description Of these, clean. */
            clean: number;
            /** @description s of the song. */
            end: number;
            /** @description The loop's; empty: the whole song. */
            id: string;
            /** @description Of the loop. */
            name?: string;
            /** @description Played through in this session. */
            passes: number;
            /** @description Slowest clean pass. */
            slowest?: number;
            /** @description Fastest clean pass; 1: the song's own, 0: none. */
            speed: number;
            /** @description s of the song. */
            start: number;
        };
        SessionSaved: {
            id: string;
            /**
             * @description unchanged: it was there already with as many seconds or more.
             * @enum {string}
             */
            state: "added" | "replaced" | "unchanged";
            /** @description As it is now. */
            streak: components["schemas"]["StreakInfo"];
        };
        Song: {
            /** @description ISO 8601. */
            added: string;
            artist: string;
            /** @description SHA-256 of its file. */
            blob: string;
            /** @description s; 0: not known yet. */
            duration: number;
            id: string;
            /** @description As "F# minor"; empty: not known yet, or none. */
            key: string;
            /** @description What made its stems; empty: none yet. */
            model: string;
            /** @description Practised by its person. */
            seconds: number;
            /** @description Their id (GET /api/stems/{id}); empty: none yet. */
            stems: string;
            /** @description Beats a minute; 0: not known yet. */
            tempo: number;
            title: string;
        };
        SongHeard: {
            /** @description As `tutti analyse --json` tells it, and corrected: by hand or not. */
            analysis: Record<string, never>;
            /** @description Of the instrument, hardest first: start, end, firstBar, lastBar, score, reasons. */
            difficulty: Record<string, never>[];
            /** @description That works out what is missing here, if any. */
            job?: string;
        };
        SongList: {
            songs: components["schemas"]["Song"][];
        };
        SongLoop: {
            /** @description Fastest clean pass; 0: none. */
            best_speed?: number;
            /** @description Of these, clean. */
            clean?: number;
            /** @description s of the song, after start. */
            end: number;
            /** @description Made by the page. */
            id: string;
            /** @description For people. */
            name: string;
            /** @description Played through so far. */
            passes?: number;
            /** @description s of the song. */
            start: number;
        };
        SongNames: {
            /** @description May be empty. */
            artist: string;
            /** @description For people. */
            title: string;
        };
        SongPractice: {
            /**
             * @description That the person plays.
             * @enum {string}
             */
            instrument?: "drums" | "bass" | "other" | "vocals";
            ladder?: components["schemas"]["Ladder"];
            loops: components["schemas"]["SongLoop"][];
            /** @description What else the page wants to keep; up to 100 kB. */
            page?: Record<string, never>;
            /** @description Whose settings; in the query or here. */
            person?: string;
            /** @description Semitones. */
            pitch?: number;
            /** @description 1: the song's own. */
            speed?: number;
            /** @description Hz that A4 is to sound at; 0: the song's own. */
            tuning?: number;
        };
        SongUnheard: {
            job: string;
        };
        SoundfontInfo: {
            id: string;
            name: string;
            presets: components["schemas"]["PresetInfo"][];
        };
        SoundReport: {
            /** @description Of processor. */
            cpu_seconds: number;
            loudness?: components["schemas"]["LoudnessInfo"];
            /** @description bounce, freeze: what places the sound in its project; send it to /api/projects/{id}/ops. */
            operations?: Record<string, never>[];
            /** @description Seconds of sound a second of processor. */
            realtime_factor: number;
            /** @description Of sound. */
            seconds: number;
            /** @description Names of the stems, in the order of the job's results. */
            stems?: string[];
            warnings?: string[];
        };
        StemsInfo: {
            /** @description There before it was asked for. */
            cached: boolean;
            /** @description At that rate; until it is ready as the file claims, 0: not known. */
            frames: number;
            /** @description Of recording, model and version of its weights: equal work, equal id. */
            id: string;
            model: string;
            /** @description In the queue, from 1; 0: it does not wait. */
            position: number;
            problem?: components["schemas"]["StemsProblem"];
            progress: number;
            /** @description Of the stems, Hz; 0: not known yet. */
            rate: number;
            /** @description From the song's start: what can be had already. */
            ready_seconds: number;
            /** @description What is being done, for a person. */
            sentence: string;
            /** @description SHA-256 of the recording. */
            song: string;
            /** @enum {string} */
            state: "queued" | "running" | "ready" | "failed" | "cancelled";
            /** @description s that the separation took; 0 until it is ready. */
            took: number;
        };
        StemsProblem: {
            code: string;
            message: string;
            next: string;
        };
        StemsUsage: {
            bytes: number;
            /** @description Songs, each with each model. */
            entries: number;
            /** @description What was not asked for longest goes first beyond it. */
            limit: number;
        };
        StemUrls: {
            bass: string;
            drums: string;
            id: string;
            other: string;
            /** @description Its id in the person's library. */
            song: string;
            vocals: string;
        };
        StreakInfo: {
            /** @description The last twelve weeks, day by day. */
            calendar: components["schemas"]["DayFigure"][];
            /** @description Practised in a row, up to today or yesterday. */
            days: number;
            longest: number;
            /** @description Date of the first of these days; empty: none. */
            since: string;
            /** @description Practised today. */
            today: boolean;
            total_seconds: number;
            /** @description The last seven days, oldest first. */
            week: components["schemas"]["DayFigure"][];
            /** @description The last twelve weeks from Monday, the present one last. */
            weeks: components["schemas"]["WeekFigure"][];
        };
        StreamApplied: {
            /** @description Where what waits for a bar is heard. */
            bar_frame: number;
            /** @description Until then, from what is heard now. */
            beats: number;
            channel: string;
            /** @description Of the control log's entry. */
            frame: number;
            /** @description A whole number from 0 to 2^64-1, in digits. */
            seed: string;
            /** @description All of them as asked now: a number by the setting's id. */
            settings: Record<string, never>;
        };
        StreamMessage: {
            /** @description Bass level, dB. */
            bass_level?: number;
            /** @description Bass. */
            bass_on?: boolean | number;
            /** @description Bell level, dB. */
            bell_level?: number;
            /** @description Bell. */
            bell_on?: boolean | number;
            /** @description BPM. */
            bpm?: number;
            /** @description Brightness. */
            brightness?: number;
            /** @description Choir level, dB. */
            choir_level?: number;
            /** @description Choir. */
            choir_on?: boolean | number;
            /** @description Density. */
            density?: number;
            /** @description Drums level, dB. */
            drums_level?: number;
            /** @description Drums. */
            drums_on?: boolean | number;
            /** @description Intensity. */
            intensity?: number;
            /** @description Key. */
            key?: ("C" | "C#" | "D" | "D#" | "E" | "F" | "F#" | "G" | "G#" | "A" | "A#" | "B") | number;
            /** @description Mode. */
            mode?: ("aeolian" | "dorian" | "phrygian" | "lydian" | "mixolydian" | "ionian" | "harmonic minor" | "pentatonic") | number;
            /** @description Pad level, dB. */
            pad_level?: number;
            /** @description Pad. */
            pad_on?: boolean | number;
            /** @description Piano level, dB. */
            piano_level?: number;
            /** @description Piano. */
            piano_on?: boolean | number;
            /** @description Pluck level, dB. */
            pluck_level?: number;
            /** @description Pluck. */
            pluck_on?: boolean | number;
            secret?: string;
            /** @description A whole number from 0 to 2^64-1, in digits: other music, from the next bar on. */
            seed?: string;
            /** @description Space. */
            space?: number;
            /** @description Style. */
            style?: ("ambient" | "drift" | "pulse" | "piano" | "choir" | "night") | number;
            /** @description ping: comes back. */
            t?: number;
            /** @description Texture level, dB. */
            texture_level?: number;
            /** @description Texture. */
            texture_on?: boolean | number;
            /** @description Transition, s. */
            transition?: number;
            /** @enum {string} */
            type: "control" | "ping";
        };
        StreamPong: {
            server_time: number;
            t: number;
            type: string;
        };
        StreamPresetInfo: {
            id: string;
            name: string;
            settings: Record<string, never>;
            updated: string;
        };
        StreamPresetList: {
            presets: components["schemas"]["StreamPresetInfo"][];
        };
        StreamSettingInfo: {
            /** @description Names of the values 0, 1, 2 … where the scale is choice; else empty. */
            choices: string[];
            default: number;
            id: string;
            max: number;
            min: number;
            name: string;
            /**
             * @description How a knob's travel maps to the value.
             * @enum {string}
             */
            scale: "linear" | "logarithmic" | "integer" | "choice" | "toggle";
            /** @description Empty where it has none. */
            unit: string;
            /**
             * @description When a change is heard.
             * @enum {string}
             */
            when: "at_once" | "at_bar";
        };
        StreamSettingTable: {
            settings: components["schemas"]["StreamSettingInfo"][];
        };
        StreamStatus: {
            /** @description Where the next bar begins. */
            bar_frame: number;
            /** @description Until then. */
            beats: number;
            bpm: number;
            /** @description Rendered and not yet sent. */
            buffer_ms: number;
            channel: string;
            /** @description Share of one core. */
            encode_load: number;
            /** @description Of the channel, next to be rendered. */
            frame: number;
            intensity: number;
            /** @description Such as A aeolian. */
            key: string;
            listeners: number;
            name: string;
            /** @description Machine that renders it; empty: this one. */
            node: string;
            overruns: number;
            /** @description Somebody listens; a channel without listeners rests. */
            playing: boolean;
            rate: number;
            /** @description Share of one core. */
            render_load: number;
            seed: string;
            /** @description All of them as asked: a number by the setting's id. */
            settings: Record<string, never>;
            /** @description Messages that slow listeners missed. */
            skipped: number;
            style: string;
            underruns: number;
        };
        TransportMessage: {
            /** @description Quarter notes from the start, with their fraction. */
            beat_position: number;
            /** @description Quarter notes a minute, at this place. */
            bpm: number;
            playing: boolean;
            /** @description Of the song, from its start. */
            time_seconds: number;
        };
        TransportOrder: {
            /** @description to this quarter note. */
            beat_position?: number;
            /** @description tempo: quarter notes a minute. */
            bpm?: number;
            /** @enum {string} */
            command: "play" | "stop" | "seek" | "tempo";
            /** @description seek: to there, or: */
            time_seconds?: number;
        };
        WeekFigure: {
            /** @description s of its best day. */
            best: number;
            /** @description Practised. */
            days: number;
            monday: string;
            seconds: number;
        };
        WelcomeMessage: {
            ops: Record<string, never>[];
            revision: number;
            type: string;
            you: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listAchievements: {
        parameters: {
            query?: {
                /** @description Whose; an id that the browser made up and keeps. */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AchievementList"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openBand: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBand"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BandMade"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readBand: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BandInfo"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendBytes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlobSaved"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBytes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such part */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putBytes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sha256: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlobSaved"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChannels: {
        parameters: {
            query?: {
                /** @description Whose favourites and ratings are shown. */
                listener?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelList"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createChannel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewChannel"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelInfo"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readChannel: {
        parameters: {
            query?: {
                /** @description Whose favourites and ratings are shown. */
                listener?: string;
                /** @description The channel's, where it is private. */
                secret?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelInfo"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteChannel: {
        parameters: {
            query?: {
                /** @description The channel's. */
                secret?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    controlChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelControl"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamApplied"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    favourChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFavourite"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unfavourChannel: {
        parameters: {
            query?: {
                /** @description Whose; an id that the browser made up. */
                listener?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    channelLog: {
        parameters: {
            query?: {
                /** @description The channel's, where it is private. */
                secret?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rateChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRating"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    saveChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSave"];
            };
        };
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobInfo"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readGoal: {
        parameters: {
            query?: {
                /** @description Whose; an id that the browser made up and keeps. */
                person?: string;
                /** @description A goal within this song. */
                song?: string;
                /** @description IANA name of the time zone where the person is, such as Europe/Berlin; that of the settings, or UTC, when left out. */
                zone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GoalInfo"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    composeMusic: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewComposition"];
            };
        };
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobInfo"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    controlStream: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelControl"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamApplied"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readEffect: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EffectDescription"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEffects: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EffectList"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    processEffects: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
                "multipart/form-data": {
                    /** Format: binary */
                    audio: string;
                    /** @description Several effects: highpass freq=80, compressor threshold=-18 ratio=4, reverb-plate mix=0.2 */
                    chain?: string;
                    /** @description Id of one effect, or one of its other names. */
                    effect_type?: string;
                    /** @description wav16 (when left out), wav24, wav32f, flac16, flac, mp3, ogg or opus. */
                    format?: string;
                    /** @description JSON object of that effect's parameters by id: numbers, or texts such as "-18 dB"; impulse names a blob by its SHA-256. */
                    parameters?: string;
                    /** @description Name of a factory preset to begin from. */
                    preset?: string;
                    /** @description Seconds to wait for the sound, 0 to 60; 10 when left out, 0 for files above 12 MB. */
                    wait?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description A job that is not done yet. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobInfo"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part is missing */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startJob: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewJob"];
            };
        };
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobInfo"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part is missing */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobInfo"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobInfo"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobResult: {
        parameters: {
            query?: {
                /** @description Of several results, the first of this format: json or mid of a transcription, json for the report on a sound (SoundReport). */
                format?: string;
                /** @description Of several results, which, from 0; stems are 1, 2 … */
                part?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such part */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startMixdown: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMixdown"];
            };
        };
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobInfo"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part is missing */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    modelWeights: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such part */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part is missing */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportPractice: {
        parameters: {
            query?: {
                /** @description json or csv; json when left out. */
                form?: string;
                /** @description Whose; an id that the browser made up and keeps. */
                person?: string;
                /** @description Of CSV: songs, loops, sessions, passes, days or achievements; all of them in a zip when left out. */
                table?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readPracticeSettings: {
        parameters: {
            query?: {
                /** @description Whose; an id that the browser made up and keeps. */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PracticeSettings"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    savePracticeSettings: {
        parameters: {
            query?: {
                /** @description Whose; an id that the browser made up and keeps. */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PracticeSettings"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PracticeSettings"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    processSong: {
        parameters: {
            query?: {
                /** @description Of GET /api/separators; instant when left out. */
                model?: string;
                /** @description Of the song; its file's name when left out. */
                name?: string;
                /** @description Whose library it comes into. */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProcessWish"];
                "application/octet-stream": string;
                "multipart/form-data": {
                    /** Format: binary */
                    audio: string;
                    /** @description Of GET /api/separators; instant when left out. */
                    model?: string;
                    /** @description Of the song; its file's name when left out. */
                    name?: string;
                    /** @description Whose library it comes into. */
                    person?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProcessStarted"];
                };
            };
            /** @description A job that is not done yet. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProcessStarted"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part is missing */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProjects: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectList"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeProject: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProject"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectInfo"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectFull"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    projectEditsSince: {
        parameters: {
            query?: {
                /** @description The revision up to which everything is known; 0: nothing. */
                since?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EditsSince"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    editProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Edits"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EditsSaved"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSeparators: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeparatorChoice"][];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description Not before this date or time (ISO 8601). */
                from?: string;
                /** @description At most so many; 1,000 when left out, up to 10,000. */
                limit?: number;
                /** @description Whose; an id that the browser made up and keeps. */
                person?: string;
                /** @description Of this song only. */
                song?: string;
                /** @description Before this date or time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    saveSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSession"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionSaved"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSongs: {
        parameters: {
            query?: {
                /** @description Whose; an id that the browser made up and keeps. */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SongList"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSong: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Song"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renameSong: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SongNames"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Song"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeSong: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readAnalysis: {
        parameters: {
            query?: {
                /** @description drums, bass, other or vocals: where the song is hard for it is told too. */
                instrument?: string;
                /** @description Hard passages at most. */
                most?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SongHeard"];
                };
            };
            /** @description A job that is not done yet. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SongUnheard"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    correctAnalysis: {
        parameters: {
            query?: {
                /** @description drums, bass, other or vocals: where the song is hard for it is told too. */
                instrument?: string;
                /** @description Hard passages at most. */
                most?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SongHeard"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revertAnalysis: {
        parameters: {
            query?: {
                /** @description drums, bass, other or vocals: where the song is hard for it is told too. */
                instrument?: string;
                /** @description Hard passages at most. */
                most?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SongHeard"];
                };
            };
            /** @description A job that is not done yet. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SongUnheard"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSongPractice: {
        parameters: {
            query?: {
                /** @description Whose; an id that the browser made up and keeps. */
                person?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SongPractice"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    saveSongPractice: {
        parameters: {
            query?: {
                /** @description Whose; an id that the browser made up and keeps. */
                person?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SongPractice"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SongPractice"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSoundfonts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SoundfontInfo"][];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part is missing */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    presetSamples: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bank: string;
                id: string;
                program: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/x-soundfont": string;
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamStatus: {
        parameters: {
            query?: {
                /** @description Its id; ambient when left out. */
                channel?: string;
                /** @description Of a private channel. */
                secret?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamStatus"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stemsCache: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StemsUsage"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readStems: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StemsInfo"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dropStems: {
        parameters: {
            query?: {
                /** @description Who asked for them. */
                person?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StemsInfo"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stemAsFlac: {
        parameters: {
            query?: {
                /** @description Of the song, for the file's name. */
                name?: string;
                /** @description Who asks. */
                person?: string;
            };
            header?: never;
            path: {
                id: string;
                stem: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/flac": string;
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such part */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stemAsMp3: {
        parameters: {
            query?: {
                /** @description Of the song, for the file's name. */
                name?: string;
                /** @description Who asks. */
                person?: string;
            };
            header?: never;
            path: {
                id: string;
                stem: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/mpeg": string;
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such part */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stemAsOpus: {
        parameters: {
            query?: {
                /** @description Of the song, for the file's name. */
                name?: string;
                /** @description Who asks. */
                person?: string;
            };
            header?: never;
            path: {
                id: string;
                stem: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/ogg": string;
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such part */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stemAsWav: {
        parameters: {
            query?: {
                /** @description Of the song, for the file's name. */
                name?: string;
                /** @description Who asks. */
                person?: string;
            };
            header?: never;
            path: {
                id: string;
                stem: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/wav": string;
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such part */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stemPiece: {
        parameters: {
            query?: {
                /** @description pcm16 (when left out) or flac. */
                form?: string;
                /** @description At most 30 seconds of them; 480000 when left out. */
                frames?: number;
                /** @description First frame, 0 when left out. */
                from?: number;
                /** @description Hz: 44100, 48000 (when left out), 88200, 96000 or a lower one. */
                rate?: number;
            };
            header?: never;
            path: {
                id: string;
                stem: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readStreak: {
        parameters: {
            query?: {
                /** @description Whose; an id that the browser made up and keeps. */
                person?: string;
                /** @description IANA name of the time zone where the person is, such as Europe/Berlin; that of the settings, or UTC, when left out. */
                zone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreakInfo"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStreamPresets: {
        parameters: {
            query?: {
                /** @description Whose; an id that the browser made up. */
                listener?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamPresetList"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    saveStreamPreset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewStreamPreset"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamPresetInfo"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteStreamPreset: {
        parameters: {
            query?: {
                /** @description Whose; an id that the browser made up. */
                listener?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamSettingTable"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    docs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    docsStyle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/css": string;
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    docsScript: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": string;
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthDetailed: {
        parameters: {
            query?: {
                /** @description Also reads the whole database through; may take seconds. */
                full?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthDetailed"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    humToMelody: {
        parameters: {
            query?: {
                /** @description Quarter notes a minute, when known. */
                tempo?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
                "multipart/form-data": {
                    /** Format: binary */
                    audio: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Melody"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part is missing */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runIr: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Ir"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ir"];
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong kind of content */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cannot be done */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not stored */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamPlaylist: {
        parameters: {
            query?: {
                /** @description Of a private channel. */
                secret?: string;
            };
            header?: never;
            path: {
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apple.mpegurl": string;
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamMp3: {
        parameters: {
            query?: {
                /** @description Of a private channel. */
                secret?: string;
            };
            header?: never;
            path: {
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/mpeg": string;
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamOgg: {
        parameters: {
            query?: {
                /** @description Of a private channel. */
                secret?: string;
            };
            header?: never;
            path: {
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/ogg": string;
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamSegment: {
        parameters: {
            query?: {
                /** @description Of a private channel. */
                secret?: string;
            };
            header?: never;
            path: {
                channel: string;
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/mpeg": string;
                };
            };
            /** @description Not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Refused */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too busy */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    processSongs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                client_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Switching to a WebSocket. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The page asking belongs to another site. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WebSocket wanted */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    recordAutomation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Switching to a WebSocket. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The page asking belongs to another site. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WebSocket wanted */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    joinBand: {
        parameters: {
            query?: {
                /** @description How the others see you. */
                name?: string;
                /** @description Who you are, kept to yourself: to come back as the same. */
                person?: string;
                /** @description Of the host. */
                secret?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Switching to a WebSocket. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The page asking belongs to another site. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WebSocket wanted */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    watchJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Switching to a WebSocket. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The page asking belongs to another site. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WebSocket wanted */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    liveProject: {
        parameters: {
            query?: {
                /** @description The revision up to which everything is known; 0: nothing. */
                since?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Switching to a WebSocket. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The page asking belongs to another site. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WebSocket wanted */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listenToStream: {
        parameters: {
            query?: {
                /** @description Its id; ambient when left out. */
                channel?: string;
                /** @description json (when left out): base64 of 16-bit samples in messages of text; pcm16 or opus: binary. */
                format?: string;
                /** @description normal (when left out): messages of 100 ms; low: of 20 ms. */
                latency?: string;
                /** @description Of the channel: to listen to a private one, or to change one that is not open. */
                secret?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Switching to a WebSocket. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The page asking belongs to another site. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WebSocket wanted */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    followTransport: {
        parameters: {
            query?: {
                /** @description Id of the project whose song plays. */
                project?: string;
                /** @description Name of a transport of its own, up to 100 characters. */
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Switching to a WebSocket. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The page asking belongs to another site. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WebSocket wanted */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
