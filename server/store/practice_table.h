// The Practice room in the library: songs, stems, analyses, sessions, streaks, achievements,
// settings. Plain rows and the calls on them.
//
// A person is an id that a browser made up and keeps. A song belongs to one person and names its
// recording by the blob's SHA-256; stems and analyses belong to the recording, so that the same
// bytes are never taken apart or heard twice, whoever brings them. JSON is opaque here.
//
// A PracticeTable is a door to a Store that must outlive it: cheap to make, no state of its own.
// Every call may come from any thread, waits for its commit, and keeps the Store's promise (all of
// it durable, or nothing). Codes: not_found, conflict, too_large, io.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "server/store/store.h"

namespace tutti::store {

// What the library takes at most; above, too_large.
inline constexpr std::int64_t kMostSongs = 10'000;          // of one person
inline constexpr std::int64_t kMostSongsInAll = 1'000'000;  // of all
inline constexpr std::int64_t kMostSessions = 200'000;      // of one person
inline constexpr std::int64_t kMostStems = 1'000'000;
inline constexpr std::size_t kMostPracticeText = 2'000'000;  // bytes of one JSON text

struct SongRow {
  std::string id;  // empty when it is added: one is made
  std::string person;
  std::string blob;  // SHA-256 of the recording
  std::string title;
  std::string artist;
  double duration = 0;     // s, 0: not known yet
  double tempo = 0;        // beats a minute, 0: not known yet
  std::string key;         // "F# minor", "" : not known yet
  std::string model;       // of its newest stems: instant, classical, htdemucs, htdemucs_ft, here
  std::string stems;       // their id, "" : none yet
  std::int64_t added = 0;  // milliseconds since 1970, UTC
  double seconds = 0;      // practised by its person; filled by reading
};

// What the server learned of a song while it worked on it; what is not given stays.
struct SongFacts {
  std::optional<double> duration, tempo;
  std::optional<std::string> key, model, stems;
};

// Stems of a recording in the cache.
struct StemsRow {
  std::string id;  // hash of blob, model and version of the weights
  std::string blob;
  std::string model;
  std::string version;  // of the weights or the method
  std::string job;      // that makes or made them
  std::string state;    // queued, running, ready, failed, cancelled
  std::string text;     // JSON: what else there is to say (problem, files …)
  double rate = 0;
  std::int64_t frames = 0;
  std::int64_t bytes = 0;    // on disk, towards the cache's limit
  double took = 0;           // s
  std::int64_t created = 0;  // milliseconds since 1970, UTC
  std::int64_t used = 0;     // likewise, when they were last asked for
};

struct StemsTotal {
  std::int64_t entries = 0;
  std::int64_t bytes = 0;
};

// One sitting with one song.
struct SessionRow {
  std::string id;  // made by the person's program
  std::string song;
  std::string title;         // of the song as it was then; outlives it
  std::int64_t started = 0;  // milliseconds since 1970, UTC
  double seconds = 0;        // played
  double span = 0;           // s from start to end, >= seconds
  std::string zone;          // IANA name
  std::string instrument;
  double speed = 0;   // fastest clean pass, 0: none
  std::string loops;  // JSON list
  std::int64_t saved = 0;
};

// What one session gave to one day of the person's calendar.
struct DayRow {
  std::int64_t day = 0;              // days since 1970-01-01, of the date where the person was
  double seconds = 0;                // played
  std::int64_t first = 0, last = 0;  // milliseconds since 1970, UTC: within that day
  std::int64_t offset = 0;           // seconds that the person's clock was ahead of UTC at `first`
};

enum class SessionSaved { added, replaced, unchanged };

struct SessionQuery {
  std::string person;
  std::string song;                               // "" : of all
  std::int64_t from = INT64_MIN, to = INT64_MAX;  // of `started`, to exclusive
  std::int64_t limit = kMostSessions;             // the newest
};

struct EarnedRow {
  std::string id;
  std::int64_t earned = 0;  // milliseconds since 1970, UTC
};

class PracticeTable {
 public:
  explicit PracticeTable(Store& store) : store_(store) {}

  // --- Songs ---
  // The song of that person and blob: added, or the one that is there already (with its own title;
  // facts that it lacks are taken over).
  Result<SongRow> add_song(const SongRow&);
  Result<SongRow> song(const std::string& id);
  Result<std::vector<SongRow>> songs(const std::string& person);  // newest first
  // Of every person, for what has been learned of a recording.
  Result<std::vector<SongRow>> songs_of_blob(const std::string& blob);
  Result<SongRow> rename_song(const std::string& id, const std::string& title,
                              const std::string& artist);
  Result<void> set_song_facts(const std::string& id, const SongFacts&);
  // Its settings and corrections go with it; sessions, and with them streaks, stay.
  Result<void> remove_song(const std::string& id);

  // --- The person's own settings of a song, and corrections by hand: JSON, "" where none ---
  Result<std::string> song_settings(const std::string& song, const std::string& person);
  Result<void> set_song_settings(const std::string& song, const std::string& person,
                                 const std::string& text);
  Result<std::string> corrections(const std::string& song);
  Result<void> set_corrections(const std::string& song, const std::string& text);  // "" : none

  // --- What was heard in a recording ---
  // `kind` says of what: "song", "difficulty:bass" …; `version` of the method (and of the stems it
  // was heard in). Nothing where there is none of that version.
  Result<std::optional<std::string>> analysis(const std::string& blob, const std::string& kind,
                                              const std::string& version);
  // Whatever its version.
  Result<std::optional<std::string>> newest_analysis(const std::string& blob,
                                                     const std::string& kind);
  Result<void> save_analysis(const std::string& blob, const std::string& kind,
                             const std::string& version, const std::string& text);
  Result<void> remove_analyses(const std::string& blob);

  // --- Stems ---
  Result<void> put_stems(const StemsRow&);  // added or written over, whole
  Result<std::optional<StemsRow>> stems(const std::string& id);
  Result<std::vector<StemsRow>> all_stems();         // least recently used first
  Result<StemsTotal> stems_total();                  // of those that are ready
  void touch_stems(const std::string& id);           // used now; not waited for
  Result<void> remove_stems(const std::string& id);  // no error where there are none

  // --- Sessions, and the days of the calendar that they make ---
  // The same id again is harmless: the one with more seconds counts (a sitting may be told of while
  // it goes on). The song may be gone by then.
  Result<SessionSaved> save_session(const std::string& person, const SessionRow&,
                                    std::span<const DayRow> days);
  Result<std::vector<SessionRow>> sessions(const SessionQuery&);  // newest first
  Result<std::vector<DayRow>> days(const std::string& person);    // oldest first, one a day

  // --- Achievements: once earned, for ever; earning again changes nothing ---
  Result<std::vector<EarnedRow>> earned(const std::string& person);
  Result<void> earn(const std::string& person, std::span<const EarnedRow>);

  // --- The person's settings for all songs: JSON, "" where none ---
  Result<std::string> settings(const std::string& person);
  Result<void> set_settings(const std::string& person, const std::string& text);

 private:
  Store& store_;
};

}  // namespace tutti::store
