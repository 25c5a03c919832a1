// A value that moves to its target in a straight line, so that a turned knob does not click.
//
// The ramp is computed from its start and the frames since, never accumulated: the values do not
// depend on how the stream is cut into blocks. No allocation; used by one thread at a time.
#pragma once

#include <cstdint>

namespace tutti::param {

class Smoothed {
 public:
  // Jumps to `value` now.
  void set_now(float value) noexcept {
    from_ = to_ = value;
    length_ = done_ = 0;
  }
  // Reaches `target` after `frames` frames from here; starts from the present value.
  void set_target(float target, std::int32_t frames) noexcept {
    if (target == to_) return;
    from_ = value();
    to_ = target;
    length_ = frames > 0 ? frames : 0;
    done_ = 0;
  }

  float value() const noexcept { return value_at(0); }
  // The value `ahead` frames from now.
  float value_at(std::int32_t ahead) const noexcept {
    const std::int32_t at = done_ + ahead;
    if (at >= length_) return to_;
    return from_ + (to_ - from_) * (static_cast<float>(at) / static_cast<float>(length_));
  }
  float target() const noexcept { return to_; }
  bool moving() const noexcept { return done_ < length_; }
  void advance(std::int32_t frames) noexcept {
    done_ = length_ - done_ > frames ? done_ + frames : length_;
  }

 private:
  float from_ = 0, to_ = 0;
  std::int32_t length_ = 0, done_ = 0;
};

}  // namespace tutti::param
