// A place to read in a delay line, in whole frames, that moves by cross-fading.
//
// An echo at a new distance fades in while the one at the old distance fades out, so that a change
// neither clicks nor bends the pitch, and at rest the delay is exact to the frame. A change during
// a fade waits for its end. The fades count frames, so blocks do not matter. No allocation.
#pragma once

#include "engine/dsp/delay_line.h"

namespace tutti::effects {

class FadingTap {
 public:
  // Before anything sounds: at once.
  void jump(int frames) noexcept {
    now_ = before_ = target_ = frames;
    left_ = 0;
  }
  void move(int frames, int fade) noexcept {
    target_ = frames;
    fade_ = fade > 0 ? fade : 1;
    if (left_ == 0) begin();
  }

  bool fading() const noexcept { return left_ > 0; }
  // How many frames may be read at once: never more than lie between reading and writing.
  int limit(int frames) const noexcept {
    if (frames > dsp::DelayLine::kRun) frames = dsp::DelayLine::kRun;
    if (frames > now_) frames = now_;
    if (left_ == 0) return frames;
    if (frames > before_) frames = before_;
    return frames < left_ ? frames : left_;
  }
  // The next `frames` (within limit()); the lines themselves where nothing fades, else `room`.
  const float* read(const dsp::DelayLine& line, float* room, int frames) const noexcept {
    const float* to = line.tap(now_);
    if (left_ == 0) return to;
    const float* from = line.tap(before_);
    const float step = 1.0f / static_cast<float>(fade_);
    for (int i = 0; i < frames; ++i) {
      const float part = static_cast<float>(left_ - i) * step;
      room[i] = to[i] + part * (from[i] - to[i]);
    }
    return room;
  }
  void advance(int frames) noexcept {
    if (left_ == 0) return;
    left_ -= frames;
    if (left_ == 0) begin();
  }

 private:
  void begin() noexcept {
    before_ = now_;
    if (target_ == now_) return;
    now_ = target_;
    left_ = fade_;
  }
  int now_ = 1, before_ = 1, target_ = 1;
  int left_ = 0, fade_ = 1;
};

}  // namespace tutti::effects
