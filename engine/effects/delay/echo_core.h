// What the delays with one distance have in common (echo.h): lines, taps, filters, feedback.
//
// No allocation but in prepare(); one thread at a time.
#pragma once

#include "engine/dsp/processor.h"
#include "engine/effects/delay/fading_tap.h"
#include "engine/effects/delay/loop.h"

namespace tutti::effects {

class EchoCore {
 public:
  static constexpr int kRun = dsp::DelayLine::kRun;

  // Gains by frame for one run; `cross` null: each side stays on its own. `width` may be null.
  struct Run {
    const float* feedback;
    const float* mix;
    const float* cross;
    const float* width;
  };

  void prepare(int longest, double rate, Arena& arena);
  void reset(int delay) noexcept;
  int longest() const noexcept { return lines_[0].longest(); }

  // The delay from now on, 1 … longest() frames.
  void move(int delay) noexcept;
  void filter(const LoopFilter& corners) noexcept {
    for (LoopFilter& f : filters_) f.follow(corners);
  }

  // In place; `right` null: the left side alone. Frames within limit().
  int limit(int frames) const noexcept { return tap_.limit(frames); }
  void process(float* left, float* right, int frames, const Run& run) noexcept;

 private:
  const float* echo(int side, float* room, int frames) noexcept;

  dsp::DelayLine lines_[2];
  LoopFilter filters_[2];
  FadingTap tap_;
  int fade_ = 1;
  bool sounding_ = false;  // something was played since reset()
  bool apart_ = false;     // the right side has a state of its own
};

}  // namespace tutti::effects
