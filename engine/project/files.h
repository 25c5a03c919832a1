// The document as files and from files: .tutti, .maa, scores (MIDI), IR, a heard melody.
//
// Pure functions on text and structs: reading and writing files is native/files' work. Formats are
// described in docs/formats.md. Errors: bad_input with the place, unsupported (a newer version),
// too_large.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/project/song.h"

namespace tutti::project {

// --- .tutti
// ----------------------------------------------------------------------------------------
inline constexpr int kTuttiVersion = 1;
// The whole state with its stamps: two replicas with the same operations give the same bytes, and
// what is loaded goes on merging.
std::string save_tutti(const Document&);
Result<Document> load_tutti(std::string_view json, std::uint64_t actor, const DocumentLimits& = {});

// --- .maa
// ------------------------------------------------------------------------------------------
std::string export_maa(const Document&, std::string_view modified_iso8601 = {});
Result<Document> import_maa(std::string_view json, std::uint64_t actor);

// --- scores, IR
// ------------------------------------------------------------------------------------ Into an
// empty or existing document, as one edit: tracks go last; tempo, metre, key and title are taken
// over where `take_tempo`.
Result<std::vector<EntityId>> import_score(Document&, const score::Score&, bool take_tempo = true);
score::Score export_score(const Document&);
Result<std::vector<EntityId>> import_ir(Document&, std::string_view json, bool take_tempo = true);
std::string export_ir(const Document&);

// Any project text: .tutti, .maa or IR, told apart by what is in it.
Result<Document> load_project_text(std::string_view json, std::uint64_t actor,
                                   const DocumentLimits& = {});

// --- a heard melody ------------------------------------------------------------------------------
// What transcribe::Hum holds, as plain values (this room does not know transcription).
struct HeardMelody {
  struct Heard {
    double start = 0, duration = 0;  // seconds of the recording
    double pitch = 60;               // fractional MIDI note number
    double velocity = 0.8;           // 0 … 1
    double confidence = 1;           // 0 … 1
  };
  std::vector<Heard> notes;
  std::vector<score::Note> quantised;  // one for one with notes, or empty
  double tempo = 120;
  double offset = 0;  // seconds of the recording where tick 0 lies
  score::MetreChange metre;
  std::string key;    // "F# minor"; "" unknown
  double tuning = 0;  // cents
  double hop = 0;
  std::vector<float> f0;  // Hz, 0 unvoiced
};

// From any struct of the shape of transcribe::Hum.
template <class Hum>
HeardMelody heard_melody(const Hum& hum) {
  HeardMelody melody;
  for (const auto& n : hum.notes)
    melody.notes.push_back({n.start, n.duration, n.pitch, n.velocity, n.confidence});
  melody.quantised = hum.quantised;
  melody.tempo = hum.tempo;
  melody.offset = hum.offset;
  melody.metre = hum.metre;
  melody.key = hum.key;
  melody.tuning = hum.tuning;
  melody.hop = hum.hop;
  melody.f0 = hum.f0;
  return melody;
}

struct HeardOptions {
  bool quantised = true;  // notes on the grid; else where they were sung
  // Tempo, metre and key become the project's. Where the singer's pace wanders and both `quantised`
  // and `take` are given, the tempo follows bar by bar (tempo_follow.h), so that notes and
  // recording stay together.
  bool take_tempo = true;
  int program = 0;
  std::string name = "Melody";
  std::optional<Take> take =
      std::nullopt;  // the recording: blob, rate, frames, channels; the rest is filled in
};
struct HeardIds {
  EntityId track;  // of the notes
  std::vector<EntityId> notes;
  std::optional<EntityId> take_track;  // of the recording, if given
  std::optional<EntityId> take = std::nullopt;
};
Result<HeardIds> import_melody(Document&, const HeardMelody&, const HeardOptions& = {});

}  // namespace tutti::project
