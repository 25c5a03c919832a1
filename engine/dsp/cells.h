// Making the data of cell_data.h: poles and rings. prepare-time code; make_ring allocates.
#pragma once

#include "engine/base/arena.h"
#include "engine/dsp/cell_data.h"

namespace tutti::dsp {

// `a` in -1 … 1 exclusive. Powers too small to be heard are 0, so that no denormal numbers arise.
Pole make_pole(double a) noexcept;

// The size of a ring for delays of up to `longest` frames.
constexpr int ring_size(int longest) noexcept {
  const int size = (longest + 16 + 8 + 15) / 16 * 16;
  return size < CellRing::kMirror ? CellRing::kMirror : size;
}

// A silent ring for delays of up to `longest` frames.
CellRing make_ring(Arena& arena, int longest);
void clear(CellRing& ring) noexcept;

// 0 where a state has decayed to nothing; for the borders of runs.
inline void settle(float& state) noexcept {
  if (state < 1e-15f && state > -1e-15f) state = 0;
}

inline CellGain make_gain(double from, double to) noexcept {
  return {static_cast<float>(from), static_cast<float>(to - from) * 0.0625f};
}

// The angle that an oscillator of this rate in Hz turns in a cell.
CellTurn make_turn(double hertz, double rate) noexcept;
// At a phase in turns.
CellTurn turn_at(double phase) noexcept;
// Back to length 1 where rounding has grown; for the borders of runs.
inline void settle(CellTurn& turn) noexcept {
  const double f = 1.5 - 0.5 * (turn.cosine * turn.cosine + turn.sine * turn.sine);
  turn.cosine *= f;
  turn.sine *= f;
}

// A delay in frames that follows its target at a limited speed, as a tape would, so that moving it
// never clicks: at most 8 frames in a cell, whole frames at rest.
struct GlidingDelay {
  double from = 0, to = 0;

  void jump(double target) noexcept { from = to = whole(target); }
  // One cell on; true while it still moves.
  bool step(double target) noexcept {
    target = whole(target);
    from = to;
    const double way = target - to;
    to = way > 8 ? to + 8 : way < -8 ? to - 8 : target;
    return from != to;
  }

 private:
  static double whole(double x) noexcept {
    return static_cast<double>(static_cast<long long>(x + 0.5));
  }
};

}  // namespace tutti::dsp
