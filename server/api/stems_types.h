// What goes over the wire about taking songs apart. As types.h.
#pragma once

#include "server/api/song_types.h"
#include "server/api/types.h"

namespace tutti::api {

struct StemsProblem {
  std::string code;
  std::string message;
  std::string next;
};
BOOST_DESCRIBE_STRUCT(StemsProblem, (), (code, message, next))

struct StemsInfo {
  std::string id;
  std::string song;
  std::string model;
  std::string state;
  double progress = 0;
  std::string sentence;
  int position = 0;
  double ready_seconds = 0;
  int rate = 0;
  std::int64_t frames = 0;
  double took = 0;
  bool cached = false;
  std::optional<StemsProblem> problem;
};
BOOST_DESCRIBE_STRUCT(StemsInfo, (),
                      (id, song, model, state, progress, sentence, position, ready_seconds, rate,
                       frames, took, cached, problem))
constexpr auto field_notes(const StemsInfo*) {
  return std::array{
      FieldNote{"id", "Of recording, model and version of its weights: equal work, equal id."},
      FieldNote{"song", "SHA-256 of the recording."},
      FieldNote{"state", "", 0, 0, "queued|running|ready|failed|cancelled"},
      FieldNote{"progress", "", 0, 1},
      FieldNote{"sentence", "What is being done, for a person."},
      FieldNote{"position", "In the queue, from 1; 0: it does not wait."},
      FieldNote{"ready_seconds", "From the song's start: what can be had already."},
      FieldNote{"rate", "Of the stems, Hz; 0: not known yet."},
      FieldNote{"frames", "At that rate; until it is ready as the file claims, 0: not known."},
      FieldNote{"took", "s that the separation took; 0 until it is ready."},
      FieldNote{"cached", "There before it was asked for."}};
}

struct ProcessWish {
  std::string blob;
  std::optional<std::string> name;
  std::optional<std::string> model;
  std::optional<std::string> person;
};
BOOST_DESCRIBE_STRUCT(ProcessWish, (), (blob, name, model, person))

struct ProcessStarted {
  Song song;
  StemsInfo stems;
  std::string job;
};
BOOST_DESCRIBE_STRUCT(ProcessStarted, (), (song, stems, job))
constexpr auto field_notes(const ProcessStarted*) {
  return std::array{FieldNote{"job", "That takes it apart; empty where it was there."}};
}

struct SeparatorChoice {
  std::string id;
  std::string name;
  bool installed = false;
  std::string quality;
  std::string how_to_get;
};
BOOST_DESCRIBE_STRUCT(SeparatorChoice, (), (id, name, installed, quality, how_to_get))

struct StemsUsage {
  std::int64_t bytes = 0;
  std::int64_t limit = 0;
  std::int64_t entries = 0;
};
BOOST_DESCRIBE_STRUCT(StemsUsage, (), (bytes, limit, entries))
constexpr auto field_notes(const StemsUsage*) {
  return std::array{FieldNote{"limit", "What was not asked for longest goes first beyond it."},
                    FieldNote{"entries", "Songs, each with each model."}};
}

// What is heard, and where it is hard.
struct SongHeard {
  boost::json::object analysis;
  boost::json::array difficulty;
  std::optional<std::string> job;
};
BOOST_DESCRIBE_STRUCT(SongHeard, (), (analysis, difficulty, job))
constexpr auto field_notes(const SongHeard*) {
  return std::array{
      FieldNote{"analysis", "As `tutti analyse --json` tells it, and corrected: by hand or not."},
      FieldNote{"difficulty",
                "Of the instrument, hardest first: start, end, firstBar, lastBar, score, reasons."},
      FieldNote{"job", "That works out what is missing here, if any."}};
}
struct SongUnheard {
  std::string job;
};
BOOST_DESCRIBE_STRUCT(SongUnheard, (), (job))

// WS /ws/{client_id}.
struct ProcessMessage {
  std::string type;
  std::string fileId;
  std::optional<std::string> quality;
  std::optional<std::string> person;
  std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(ProcessMessage, (), (type, fileId, quality, person, name))
constexpr auto field_notes(const ProcessMessage*) {
  return std::array{
      FieldNote{"type", "", 0, 0, "process:start|process:cancel"},
      FieldNote{"fileId", "SHA-256 of the recording, sent before (POST /api/blobs).", 64, 64},
      FieldNote{"quality", "A separator (GET /api/separators); instant when left out."},
      FieldNote{"person", "Whose song it is; the client's id when left out.", 0, 100},
      FieldNote{"name", "Of the song.", 0, 300}};
}

struct ProcessProgress {
  std::string type;
  std::string fileId;
  double percent = 0;
  std::string status;
  double ready_seconds = 0;
  int position = 0;
};
BOOST_DESCRIBE_STRUCT(ProcessProgress, (), (type, fileId, percent, status, ready_seconds, position))
constexpr auto field_notes(const ProcessProgress*) {
  return std::array{FieldNote{"type", "", 0, 0, "process:progress"},
                    FieldNote{"percent", "", 0, 100}};
}

struct StemUrls {
  std::string id;
  std::string song;
  std::string drums;
  std::string bass;
  std::string other;
  std::string vocals;
};
BOOST_DESCRIBE_STRUCT(StemUrls, (), (id, song, drums, bass, other, vocals))
constexpr auto field_notes(const StemUrls*) {
  return std::array{FieldNote{"song", "Its id in the person's library."}};
}

struct ProcessComplete {
  std::string type;
  std::string fileId;
  StemUrls stems;
};
BOOST_DESCRIBE_STRUCT(ProcessComplete, (), (type, fileId, stems))
constexpr auto field_notes(const ProcessComplete*) {
  return std::array{FieldNote{"type", "", 0, 0, "process:complete"}};
}

struct ProcessError {
  std::string type;
  std::string fileId;
  std::string message;
  std::string next;
};
BOOST_DESCRIBE_STRUCT(ProcessError, (), (type, fileId, message, next))
constexpr auto field_notes(const ProcessError*) {
  return std::array{FieldNote{"type", "", 0, 0, "process:error"}};
}

}  // namespace tutti::api
