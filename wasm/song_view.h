// A document as the page draws it: one JSON object, flat arrays of notes, curves in musical time.
//
// Pure functions of the document.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/graph/plan.h"
#include "engine/project/document.h"
#include "engine/project/files.h"
#include "engine/transcribe/hum.h"

namespace tutti::wasm {

// {"title","tempos":[{"at","bpm"}],"metres":[{"at","numerator","denominator"}],"key",
//  "loop":{"on","start","end"},"masterDb","master":{…},"tracks":[…],"takes":[…],"end","undo","redo"};
// undo and redo are labels, or null where there is nothing. Members are named as web/core/types.ts
// and mix_types.ts have them.
std::string song_json(const project::Document&);

// Sorted by start, then key; `track` counts within song_json's tracks. An id is counter and actor.
struct NotesView {
  std::vector<double> start, duration, counter, actor;
  std::vector<float> confidence;
  std::vector<std::uint8_t> key, velocity;
  std::vector<std::uint16_t> track;
};
NotesView notes_view(const project::Document&);

// Ticks of each hop, then as many fractional MIDI notes, NaN where unvoiced. Errors: not_found.
Result<std::vector<std::byte>> pitch_curve(const project::Document&, std::string_view take);

// The plan without the notes that were heard in a recording, or without those recordings;
// everything else stays, and so do all times.
graph::Plan audible(const project::Document&, graph::Plan, bool notes, bool takes);

// A melody that was recorded against the running song: its first frame lies at `at`, the song's
// tempo holds, and the notes go to the nearest sixteenth (unquantise brings back what was sung).
// One edit.
Result<project::HeardIds> enter_recorded(project::Document&, const transcribe::Hum&,
                                         project::HeardOptions, Ticks at);

}  // namespace tutti::wasm
