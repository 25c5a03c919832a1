// Small parts that the modulation effects share: an exact slow oscillator, a value of limited
// speed, a short memory that is read between its samples. All work in cells of 16 frames
// (dsp/cell_grid.h). No allocation but in prepare(); one thread at a time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/arena.h"
#include "engine/base/math.h"
#include "engine/dsp/cell_grid.h"

namespace tutti::effects {

// A phase in turns, 0 … 1, that goes on by rate * 16 / sampling rate a cell. Doubles: exact to 1e-9
// of a turn over an hour.
struct Phase {
  double turns = 0;

  Phase next(double turns_a_cell) const noexcept {
    const double t = turns + turns_a_cell;
    return {t - std::floor(t)};
  }
  double sine(double offset = 0) const noexcept {
    return math::sin(math::kTwoPi * (turns + offset));
  }
};

// Follows a target by at most `most` a cell.
struct Slew {
  double from = 0, to = 0;

  // One cell on; true while it has not come to rest.
  bool step(double target, double most, bool jump) noexcept {
    from = jump ? target : to;
    to = std::clamp(target, from - most, from + most);
    return from != to || to != target;
  }
};

// Value at frame k of a cell.
inline float along(double from, double to, int k) noexcept {
  return static_cast<float>(from + (to - from) * (k + 1) * (1.0 / dsp::kCell));
}

// What would become a denormal number becomes 0.
inline float quiet(float x) noexcept {
  return (x + 1e-12f) - 1e-12f;
}

// The last samples of one channel. `place` is the frame that is written next.
struct Past {
  float* data = nullptr;
  int mask = 0;

  void prepare(Arena& arena, double longest) {
    int size = 64;
    while (size < longest + 32) size *= 2;
    data = arena.take<float>(static_cast<std::size_t>(size)).data();
    mask = size - 1;
  }
  void clear() noexcept {
    std::memset(data, 0, sizeof(float) * (static_cast<std::size_t>(mask) + 1));
  }
  void write(int place, float x) noexcept { data[place & mask] = x; }
  // `delay` frames before `place`, 3 at least, by a cubic through four samples (Catmull and Rom
  // 1974).
  float read(int place, double delay) const noexcept {
    const int whole = static_cast<int>(delay) + 1;
    const float t = static_cast<float>(whole - delay);
    const int i = place - whole;
    const float a = data[(i - 1) & mask], b = data[i & mask], c = data[(i + 1) & mask],
                d = data[(i + 2) & mask];
    const float c1 = (c - a) * 0.5f;
    const float c3 = (d - a) * 0.5f + (b - c) * 1.5f;
    const float c2 = (c - b) - c1 - c3;
    return ((c3 * t + c2) * t + c1) * t + b;
  }
};

}  // namespace tutti::effects
