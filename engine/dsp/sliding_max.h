// The highest of the last few values, for every value of a stream, in vectors.
//
// Maxima of 2, 4, 8 … values are each made of two of the level before, and those of any window of
// two overlapping ones: log2(window) vector operations a value, nothing serial (the doubling behind
// van Herk 1992 and sparse tables). No allocation after prepare(); one thread at a time.
#pragma once

#include <array>
#include <span>

#include "engine/base/arena.h"

namespace tutti::dsp {

class SlidingMax {
 public:
  // Windows up to `longest` values (at least 1), up to `chunk` values a call.
  void prepare(int longest, int chunk, Arena& arena);
  void reset() noexcept;  // as after zeros without end
  // In place: x[i] = max(x[i - window + 1] … x[i]), the past being that of the earlier calls.
  // `window` from 1 to longest, and may change from call to call. x must be writable up to `frames`
  // rounded up to 16; what is written behind `frames` means nothing.
  void process(float* x, int frames, int window) noexcept;
  // The past of another of the same preparation: instead of the own, or where it is higher.
  void copy(const SlidingMax& other) noexcept;
  void raise(const SlidingMax& other) noexcept;

 private:
  static constexpr int kMostLevels = 10;
  std::array<std::span<float>, kMostLevels> levels_{};  // past of 3 * 4^j values, then the chunk
  int count_ = 1, chunk_ = 0;
};

}  // namespace tutti::dsp
