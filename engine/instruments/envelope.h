// The six-stage envelope and the triangle oscillator of SoundFont 2.04 §5 and §8.1, in frames.
//
// Values 0 … 1. The volume envelope is read as a gain in the attack (straight in amplitude) and as
// 1 - level/960 cB afterwards (straight in decibels); the modulation envelope's attack is convex.
// Plain state, no allocation.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tutti::instruments {

struct EnvelopeTimes {
  std::int32_t delay = 0, hold = 0;          // frames
  float attack = 1, decay = 1, release = 1;  // change per frame, > 0
  float sustain = 1;                         // 0 … 1
};

class Envelope {
 public:
  enum Stage : std::uint8_t { delay, attack, hold, decay, sustain, release, over };

  void start(const EnvelopeTimes& times) {
    value_ = 0;
    left_ = times.delay;
    stage_ = delay;
    if (left_ == 0) stage_ = attack;
  }

  // Goes on by `frames`.
  void advance(const EnvelopeTimes& times, std::int32_t frames) noexcept {
    float rest = static_cast<float>(frames);
    for (;;) {
      switch (stage_) {
        case delay:
          if (static_cast<float>(left_) > rest) {
            left_ -= static_cast<std::int32_t>(rest);
            return;
          }
          rest -= static_cast<float>(left_);
          stage_ = attack;
          break;
        case attack: {
          const float next = value_ + times.attack * rest;
          if (next < 1) {
            value_ = next;
            return;
          }
          rest = std::max(0.0f, rest - (1 - value_) / times.attack);
          value_ = 1;
          stage_ = hold;
          left_ = times.hold;
          break;
        }
        case hold:
          if (static_cast<float>(left_) > rest) {
            left_ -= static_cast<std::int32_t>(rest);
            return;
          }
          rest -= static_cast<float>(left_);
          stage_ = decay;
          break;
        case decay:
          value_ -= times.decay * rest;
          if (value_ > times.sustain) return;
          value_ = times.sustain;
          stage_ = sustain;
          return;
        case sustain:
          value_ = times.sustain;
          return;
        case release:
          value_ -= times.release * rest;
          if (value_ > 0) return;
          value_ = 0;
          stage_ = over;
          return;
        case over:
          return;
      }
    }
  }

  Stage stage() const noexcept { return stage_; }
  float value() const noexcept { return value_; }
  bool attacking() const noexcept { return stage_ == attack; }
  // Into the release, from `value` on the scale of the later stages.
  void let_go(float value) noexcept {
    if (stage_ >= release) return;
    value_ = std::clamp(value, 0.0f, 1.0f);
    stage_ = release;
  }

 private:
  float value_ = 0;
  std::int32_t left_ = 0;
  Stage stage_ = over;
};

// Starts at 0 and rises; -1 … 1.
class TriangleLfo {
 public:
  void start(std::int32_t delay) noexcept {
    value_ = 0;
    delay_ = delay;
    up_ = true;
  }
  void advance(float per_frame, std::int32_t frames) noexcept {
    if (delay_ >= frames) {
      delay_ -= frames;
      return;
    }
    const float step = per_frame * static_cast<float>(frames - delay_);
    delay_ = 0;
    value_ += up_ ? step : -step;
    while (value_ > 1 || value_ < -1) {
      value_ = value_ > 1 ? 2 - value_ : -2 - value_;
      up_ = !up_;
    }
  }
  float value() const noexcept { return value_; }

 private:
  float value_ = 0;
  std::int32_t delay_ = 0;
  bool up_ = true;
};

}  // namespace tutti::instruments
