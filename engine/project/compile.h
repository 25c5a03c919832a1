// A document turned into a plan for playing.
//
// A node per alive track with notes ("sampler": resource = SoundFont name or "", bank select,
// program change, controllers and notes as events; or a synthesiser by its id), per clip ("clip": resource = the blob's SHA-256
// or stretched_name(), its parameters as graph/clip.h has them) and per bus. A track whose sounds
// have a row of effects, sends or curves in common is a "bus" of its own that they feed. Solo is
// resolved into mute: a soloed track's buses and returns stay audible, a soloed bus keeps what
// feeds it, solo-safe tracks are always heard. Node ids are to_number(entity), stable between
// compilations. Deterministic; a project of 10,000 tracks takes a fraction of a second. Not for the
// audio thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/graph/plan.h"
#include "engine/project/document.h"
#include "engine/score/midi_score.h"

namespace tutti::project {

struct CompileOptions {
  // Every track that sounds is one node under its own id, so that its sound can be tapped there.
  bool one_node_a_track = false;
  // A track with one recording is that clip's node, its effects included: less work for an offline
  // render, but a second recording would start the effects anew.
  bool merge_single_clips = false;
  // Sounds of frozen tracks are made again from their notes, recordings and effects.
  bool ignore_freeze = false;
};

// Errors: too_large (more than 65,535 nodes), bad_input (sound runs in a circle; names the tracks).
Result<graph::Plan> compile(const Document&, const CompileOptions& = {});

// What plays the sound of a track before its fader, alone: its notes, recordings and effects, with
// nothing on the master. For freezing and bouncing. not_found if there is no such track.
Result<graph::Plan> compile_track(const Document&, EntityId track, bool with_fader);

// Scores without a document, such as a MIDI file on the command line: a node per part.
Result<graph::Plan> compile(const score::Score&, const std::string& soundfont = {});

// The resource of a stretched clip: "stretch:<ratio>:<semitones>:<blob>". Whoever plays the plan
// makes it from the blob (native/stretch) or asks the server for it.
struct Stretched {
  std::string blob;
  double ratio = 1;  // of durations
  double semitones = 0;
};
std::string stretched_name(const Stretched&);
std::optional<Stretched> stretched_from_name(std::string_view name);

}  // namespace tutti::project
