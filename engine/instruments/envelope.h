// The six-stage envelope and the triangle oscillator of SoundFont 2.04 §5 and §8.1.
//
// Both move in steps of one control cell (64 frames), with stage lengths in whole cells as
// FluidSynth counts them. Values 0 … 1. The volume envelope is read as a gain in the attack
// (straight in amplitude) and as 1 - level/960 cB afterwards (straight in decibels); the modulation
// envelope's attack is convex. Plain state, no allocation.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tutti::instruments {

// Lengths in cells. Decay and release are the time of the whole way from 1 to 0.
struct EnvelopeTimes {
  std::int32_t delay = 0, attack = 1, hold = 0, decay = 0, release = 1;
  float attack_step = 1, decay_step = 0, release_step = 1;  // per cell
  float sustain = 1;                                        // 0 … 1
};

class Envelope {
 public:
  enum Stage : std::uint8_t { delay, attack, hold, decay, sustain, release, over };

  void start() noexcept {
    value_ = 0;
    count_ = 0;
    stage_ = delay;
  }

  // To the end of the next cell.
  void step(const EnvelopeTimes& times) noexcept {
    while (stage_ < sustain && count_ >= length(times))
      enter(static_cast<Stage>(stage_ + 1), times);
    ++count_;
    switch (stage_) {
      case delay:
        value_ = 0;
        break;
      case attack:
        value_ += times.attack_step;
        if (value_ > 1) value_ = 1, enter(hold, times);
        break;
      case decay:
        value_ -= times.decay_step;
        if (value_ < times.sustain) enter(sustain, times);
        break;
      case release:
        value_ -= times.release_step;
        if (value_ <= 0 || count_ > times.release) value_ = 0, stage_ = over;
        break;
      case hold:
      case sustain:
      case over:
        break;
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
    count_ = 0;
  }

 private:
  std::int32_t length(const EnvelopeTimes& t) const noexcept {
    switch (stage_) {
      case delay:
        return t.delay;
      case attack:
        return t.attack;
      case hold:
        return t.hold;
      default:
        return t.decay;
    }
  }
  void enter(Stage stage, const EnvelopeTimes& times) noexcept {
    stage_ = stage;
    count_ = 0;
    if (stage == sustain) value_ = times.sustain;
  }

  float value_ = 0;
  std::int32_t count_ = 0;  // cells spent in this stage
  Stage stage_ = over;
};

// Starts at 0 and rises; -1 … 1.
class TriangleLfo {
 public:
  void start(std::int32_t delay_cells) noexcept {
    value_ = 0;
    delay_ = delay_cells;
    up_ = true;
  }
  void step(float per_cell) noexcept {
    if (delay_ > 0) {
      --delay_;
      return;
    }
    value_ += up_ ? per_cell : -per_cell;
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
