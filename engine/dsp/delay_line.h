// A ring of past frames of one channel, read at whole or fractional distances.
//
// Delays count from the next frame to be written: delay 1 is the last one written. The first kRun
// frames of the ring are kept a second time behind its end, so that a stretch of up to kRun frames
// from any place lies in one piece: loops over a stretch need no wrap-around, and vector loads work
// everywhere. Whoever feeds a line with its own output works in stretches no longer than the delay.
//
// prepare() takes the memory, nothing else allocates. One thread at a time.
#pragma once

#include <cstring>
#include <span>

#include "engine/base/arena.h"

namespace tutti::dsp {

class DelayLine {
 public:
  static constexpr int kRun = 64;   // longest stretch that tap() gives and write() takes
  static constexpr int kGuard = 8;  // frames that may be read beyond the stretch (interpolation)

  // Delays of 1 … `longest` frames. Zeroed.
  void prepare(int longest, Arena& arena) {
    size_ = (longest > 1 ? longest : 1) + kRun + kGuard;
    ring_ = arena.take<float>(static_cast<std::size_t>(size_ + kRun + kGuard)).data();
    longest_ = longest;
    at_ = 0;
  }
  // Silence.
  void reset() noexcept {
    if (ring_ != nullptr) {
      std::memset(ring_, 0, sizeof(float) * static_cast<std::size_t>(size_ + kRun + kGuard));
    }
    at_ = 0;
  }
  int longest() const noexcept { return longest_; }
  // Becomes what the other is; both prepared alike.
  void copy_state(const DelayLine& other) noexcept {
    std::memcpy(ring_, other.ring_,
                sizeof(float) * static_cast<std::size_t>(size_ + kRun + kGuard));
    at_ = other.at_;
  }

  // The frame written `delay` frames before the next one, then those after it: min(delay, kRun) of
  // them are sound, what follows is old or not yet written (but readable, kGuard beyond kRun).
  const float* tap(int delay) const noexcept {
    int from = at_ - delay;
    if (from < 0) from += size_;
    return ring_ + from;
  }

  // Appends 1 … kRun frames.
  void write(const float* in, int frames) noexcept {
    std::memcpy(ring_ + at_, in, sizeof(float) * static_cast<std::size_t>(frames));
    written(frames);
  }
  // The same without a copy: fill `frames` values at place(), then call written(). A vector's worth
  // may spill over behind them (kGuard frames).
  float* place() noexcept { return ring_ + at_; }
  void written(int frames) noexcept {
    // Both copies of the overlap are kept alike: what went beyond the end moves to the start, and
    // what changed at the start is repeated beyond the end.
    constexpr int kTwice = kRun + kGuard;
    const int end = at_ + frames;
    if (end > size_) {
      std::memcpy(ring_, ring_ + size_, sizeof(float) * static_cast<std::size_t>(end - size_));
    }
    if (at_ < kTwice) {
      const int upto = end < kTwice ? end : kTwice;
      std::memcpy(ring_ + size_ + at_, ring_ + at_,
                  sizeof(float) * static_cast<std::size_t>(upto - at_));
    }
    at_ = end >= size_ ? end - size_ : end;
  }
  void push(float x) noexcept {
    ring_[at_] = x;
    if (at_ < kRun + kGuard) ring_[size_ + at_] = x;
    at_ = at_ + 1 == size_ ? 0 : at_ + 1;
  }

  float read(int delay) const noexcept { return *tap(delay); }

  // Cubic interpolation through four frames (Catmull and Rom 1974): exact at whole delays, and
  // without a jump of slope where the delay moves. Delay 2 … longest.
  float read_cubic(double delay) const noexcept {
    const int whole = static_cast<int>(delay);
    const float* p = tap(whole + 2);
    return cubic(p[3], p[2], p[1], p[0], static_cast<float>(delay - whole));
  }
  // Straight line between two frames. Delay 1 … longest.
  float read_linear(double delay) const noexcept {
    const int whole = static_cast<int>(delay);
    const float* p = tap(whole + 1);
    return p[1] + static_cast<float>(delay - whole) * (p[0] - p[1]);
  }
  // Between b (t = 0) and c (t = 1); V is float or a vector of floats.
  template <class V>
  static V cubic(V a, V b, V c, V d, V t) noexcept {
    const V c1 = 0.5f * (c - a);
    const V c2 = (a - 2.5f * b) + (2.0f * c - 0.5f * d);
    const V c3 = 0.5f * (d - a) + 1.5f * (b - c);
    return ((c3 * t + c2) * t + c1) * t + b;
  }

 private:
  float* ring_ = nullptr;
  int size_ = 0, longest_ = 0, at_ = 0;
};

}  // namespace tutti::dsp
