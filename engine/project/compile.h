// A document turned into a plan for playing.
//
// A node per alive track with notes ("sampler": resource = SoundFont name or "", bank select,
// program change, controllers and notes as events) and per take ("clip": resource = the blob's
// SHA-256, start, params "offset" and "length" in seconds). Solo is resolved into mute. Node ids
// are to_number(entity), stable between compilations. Deterministic. Not for the audio thread.
#pragma once

#include "engine/base/result.h"
#include "engine/graph/plan.h"
#include "engine/project/document.h"
#include "engine/score/midi_score.h"

namespace tutti::project {

// Errors: too_large (more than 65,535 nodes).
Result<graph::Plan> compile(const Document&);
// The same for a score that is in no document (rendering a MIDI file): a node per part.
Result<graph::Plan> compile(const score::Score&, const std::string& soundfont = {});

}  // namespace tutti::project
