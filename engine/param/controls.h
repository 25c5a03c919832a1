// The parameter values of one effect on their way to where they were sent, and the steps in which
// it follows them.
//
// Coefficients are worked out every kControlStep frames while something moves, never in between and
// not at all while all is still. The grid of steps counts frames since reset(), so that the samples
// do not depend on how the stream is cut into blocks. A value set with no ramp counts from its own
// frame on. No allocation; one thread at a time.
#pragma once

#include <array>
#include <span>

#include "engine/param/description.h"

namespace tutti::param {

inline constexpr int kControlStep = 16;

template <int N>
class Controls {
 public:
  explicit Controls(std::span<const Description> descriptions) : descriptions_(descriptions) {
    for (int i = 0; i < N; ++i)
      ramps_[at(i)].to = ramps_[at(i)].from = descriptions_[at(i)].initial;
  }

  void set(int index, double value, int frames) noexcept {
    if (index < 0 || index >= N) return;
    Ramp& r = ramps_[at(index)];
    value = clamp(descriptions_[at(index)], value);
    r.from = frames > 0 ? now(r, 0) : value;
    r.to = value;
    r.done = 0;
    r.length = frames > 0 ? frames : 0;
    fresh_ = true;
    jumped_ = jumped_ || frames <= 0;
    if (frames > longest_) longest_ = frames;
  }

  // All ramps at their ends; the next frame is the first of a step.
  void reset() noexcept {
    for (Ramp& r : ramps_) r.from = r.to, r.done = r.length = 0;
    longest_ = phase_ = 0;
    fresh_ = jumped_ = true;
  }

  // Value at the next frame, or `ahead` frames later.
  double value(int index, int ahead = 0) const noexcept { return now(ramps_[at(index)], ahead); }
  double target(int index) const noexcept { return ramps_[at(index)].to; }
  bool moving() const noexcept { return longest_ > 0; }
  // walk() would call update() nowhere: all values stand, and have been seen.
  bool still() const noexcept { return !moving() && !fresh_ && !jumped_; }

  // Cuts `frames` into runs with constant or evenly moving values: calls update() where
  // coefficients are due, then run(offset, count). Values seen in both are those at the run's first
  // frame.
  template <class Update, class Run>
  void walk(int frames, Update&& update, Run&& run) noexcept {
    for (int offset = 0; offset < frames;) {
      if (jumped_ || (fresh_ && phase_ == 0)) {
        update();
        jumped_ = false;
        if (phase_ == 0) fresh_ = moving();
      }
      const int left = frames - offset;
      const int step = fresh_ || moving() ? kControlStep - phase_ : left;
      const int count = step < left ? step : left;
      run(offset, count);
      advance(count);
      offset += count;
    }
  }

 private:
  struct Ramp {
    double from = 0, to = 0;
    int done = 0, length = 0;
  };
  static constexpr std::size_t at(int i) noexcept { return static_cast<std::size_t>(i); }
  static double now(const Ramp& r, int ahead) noexcept {
    const int k = r.done + ahead;
    return k >= r.length ? r.to : r.from + (r.to - r.from) * (static_cast<double>(k) / r.length);
  }
  void advance(int frames) noexcept {
    phase_ = (phase_ + frames) % kControlStep;
    if (longest_ == 0) return;
    for (Ramp& r : ramps_) r.done = r.length - r.done > frames ? r.done + frames : r.length;
    longest_ = longest_ > frames ? longest_ - frames : 0;
  }

  std::span<const Description> descriptions_;
  std::array<Ramp, N> ramps_{};
  int longest_ = 0;     // frames until every ramp has ended
  int phase_ = 0;       // frames into the present step
  bool fresh_ = true;   // something moved since the last update at the start of a step
  bool jumped_ = true;  // something jumped: update at once
};

}  // namespace tutti::param
