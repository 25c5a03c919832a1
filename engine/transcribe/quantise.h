// Heard notes onto the grid, one for one.
//
// Internal to the room.
#pragma once

#include <vector>

#include "engine/analysis/rhythm.h"
#include "engine/transcribe/hum.h"

namespace tutti::transcribe {

// Starts go to the nearest step of `grid` quarter notes but stay apart by at least one; lengths are
// whole steps, never past the next start, and small gaps before it are closed. `tuning` in cents is
// taken off before the key number is chosen.
std::vector<score::Note> quantise(const std::vector<HeardNote>& notes,
                                  const analysis::Rhythm& rhythm, double grid, double tuning);

}  // namespace tutti::transcribe
