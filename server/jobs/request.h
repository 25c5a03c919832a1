// What a job is asked to do, as it is kept in the queue.
//
// Plain data with its JSON form. Bytes are named by their SHA-256 (server/store/blobs.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace tutti::jobs {

enum class Kind {
  transcribe,  // a recording to notes
  render,      // a song to sound, or to another kind of song
  convert,     // bytes to another format
  effects,     // a recording through a chain of effects
  mixdown,     // a project to a mix, with stems and a loudness that is asked for
  stretch,     // a recording longer, shorter, higher or lower
  bounce,      // a track of a project to a recording on a track of its own
  freeze,      // a track of a project to a recording that stands for it
  compose,     // endless music from its control log to sound, notes, stems or a project
  separate,    // a song to its stems, kept in their cache (stems_cache.h)
  analyse,     // a song to what is heard in it, and where it is hard for each instrument
  stem_file,   // stems that are there to a file of another format, or all but one of them
};
// Of the Practice room: what they make is kept beside the blobs (practice_files.h).
bool is_practice(Kind);

struct JobRequest {
  Kind kind = Kind::transcribe;
  std::string input;               // blob: a recording, a MIDI file or a project as text
  std::vector<std::string> clips;  // blobs that the project's takes play
  std::string format;  // wav16, wav24, wav32f, flac16, flac, mp3, ogg, opus, mid, tutti, maa, zip
  int rate = 48000;    // of sound that is made
  std::string soundfont;  // id; empty: the best installed one
  double tempo = 0;       // transcribe: if known, else 0
  int numerator = 0;
  int denominator = 0;
  double grid = 0.25;               // transcribe: quarter notes
  std::string name;                 // of the result's file, without ending
  std::string chain;                // effects, mixdown (on every track): registry/chain.h
  std::optional<double> lufs;       // mixdown: integrated loudness to reach
  std::optional<double> true_peak;  // mixdown: ceiling, dBTP
  std::optional<double> from, to;   // mixdown: seconds of the song
  std::optional<double> tail;       // mixdown: seconds at most
  std::vector<std::string> stems;   // mixdown: entity ids of tracks whose sound is wanted too
  std::vector<std::string> stem_names;
  double ratio = 1;              // stretch: of durations, 0.1 … 10
  double semitones = 0;          // stretch: -24 … 24
  int takes = 0;                 // that the project plays, at most
  std::string track;             // bounce, freeze: its entity id
  std::int64_t first_frame = 0;  // compose: of the log, from here …
  std::int64_t last_frame = 0;   // … to before here
  // compose: SHA-256 of the melodist's weights; empty: none. separate: name of the separator.
  std::string model;
  std::string version;      // separate: of its weights
  std::string stems_id;     // separate, analyse, stem_file: in the cache; empty: none
  std::string stem;         // stem_file: "drums" …, or "without-drums" …
  std::string corrections;  // analyse: blob of what was heard, put right by hand; empty: listen
  std::string song;         // analyse with corrections: whose they are
};

std::string_view name_of(Kind);
bool kind_named(std::string_view name, Kind& kind);

std::string to_text(const JobRequest&);
Result<JobRequest> request_from_text(std::string_view);  // bad_input

// One thing that a job made.
struct Made {
  std::string format;  // "json", "mid", "wav16" …; of a stem "stem:<format>"
  std::string sha256;
  long long size = 0;
  std::string type;  // media type
  std::string name;  // file name to offer
};
// Kept with it: what the work told beside, an object (empty: nothing), as JSON text.
std::string made_to_text(const std::vector<Made>&, std::string_view report = {});
std::vector<Made> made_from_text(std::string_view);  // empty if damaged
std::string report_from_text(std::string_view);      // "" where there is none

std::string error_to_text(const Error&);
Error error_from_text(std::string_view);

}  // namespace tutti::jobs
