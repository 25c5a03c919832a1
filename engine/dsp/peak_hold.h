// The highest value of the last few milliseconds, for detectors: exact where it begins, to three
// values where it ends.
//
// Values go in groups of four on a grid counted from reset(). What comes out is the highest of the
// present group so far and of as many whole groups before it as the window asks for, so a peak is
// seen at once and held for the window, one and a half values more or less. A quarter of the work
// and memory of SlidingMax. Nothing depends on how the stream is cut. No allocation after
// prepare(); one thread at a time.
#pragma once

#include "engine/dsp/sliding_max.h"

namespace tutti::dsp {

class PeakHold {
 public:
  // Windows up to `longest` values, up to `chunk` (a multiple of 16, at most 1024) a call.
  void prepare(int longest, int chunk, Arena& arena);
  void reset() noexcept;
  // In place, `frames` values of 0 or more; x must have room up to the next multiple of 16. A
  // window of 1 leaves them as they are.
  void process(float* x, int frames, int window) noexcept;
  // The past of another of the same preparation: instead of the own, or where it is higher.
  void copy(const PeakHold& other) noexcept;
  void raise(const PeakHold& other) noexcept;

 private:
  static constexpr int kMostGroups = 256;
  SlidingMax groups_;
  float open_ = 0;  // highest of the present group so far
  float held_ = 0;  // of the whole groups before it
  int phase_ = 0;   // values in the present group
};

}  // namespace tutti::dsp
