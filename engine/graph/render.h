// Offline: a Player run from the song's start to the end of its last ringing note.
//
// The Player's latency is taken out, so frame 0 is tick 0. The samples do not depend on
// `block`, nor on threads. Not for the audio thread (the sink may do what it likes).
#pragma once

#include <cstdint>
#include <functional>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "engine/graph/player.h"

namespace tutti::graph {

struct OfflineOptions {
  int block = 1024;         // frames a step, up to the Player's max_block
  double max_tail = 10;     // seconds of ringing kept after the plan's end
  double silence_db = -90;  // ringing below this for 50 ms counts as over
};

struct OfflineReport {
  std::int64_t frames = 0;  // given to the sink
  float peak = 0;           // highest absolute sample
  float limiter_reduction_db = 0;
};

// Receives planar audio in order; answers false if it cannot take more (the render ends with io).
using AudioSink = std::function<bool(const float* left, const float* right, int frames)>;

// `player` is prepared, has its plan and resources, and is left stopped. Fails with cancelled when
// `progress` says so.
Result<OfflineReport> render_offline(Player& player, double rate, const OfflineOptions& options,
                                     const AudioSink& sink, const Progress& progress = {});

}  // namespace tutti::graph
