#include "engine/effects/dynamics/detector.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::effects::dynamics {
namespace {

constexpr float kRoot2 = 1.41421356f;

// Ends a decay towards subnormal numbers, on which arithmetic is slow.
float kept(float x) {
  return std::fabs(x) < 1e-15f ? 0.0f : x;
}

}  // namespace

int hold_frames(double rate, double release_seconds) noexcept {
  const double hold =
      std::min(release_seconds / 2, std::clamp(release_seconds / 10, kShortHold, kLongHold));
  return std::max(1, static_cast<int>(rate * hold + 0.5));
}

float part_a_frame(double frames) noexcept {
  return frames > 1e-3 ? static_cast<float>(1 - math::exp(-1 / frames)) : 1.0f;
}

Speed falling_speed(double rate, double attack_ms, double release_ms, int hold) noexcept {
  return {part_a_frame(rate * attack_ms * 0.001),
          part_a_frame(rate * release_ms * 0.001 - (hold - 1))};
}

void Detector::prepare(double rate, Arena& arena) {
  rate_ = rate;
  power_part_ = part_a_frame(rate * kMeanSquare);
  for (auto& hold : holds_) hold.prepare(hold_frames(rate, 1), kChunk, arena);
  hold_ = std::min(hold_, hold_frames(rate, 1));
  high_ = cut(high_pass_);
  low_ = cut(low_pass_);
  set_filters(high_pass_, low_pass_);
  reset();
}

void Detector::reset() noexcept {
  high_state_ = low_state_ = {};
  power_ = {};
  for (auto& hold : holds_) hold.reset();
}

Detector::Cut Detector::cut(double hz) const noexcept {
  const double g = math::tan(math::kPi * std::min(hz / rate_, 0.49)), k = 1.41421356237309505;
  const double a1 = 1 / (1 + g * (g + k));
  return {static_cast<float>(a1), static_cast<float>(g * a1), static_cast<float>(g * g * a1), true};
}

void Detector::set_filters(double high_pass, double low_pass) noexcept {
  const auto turn = [&](Cut& c, auto& state, double& now, double hz, bool on) {
    if (on && (!c.on || hz != now)) c = cut(hz);
    if (!on) state = {};
    c.on = on;
    now = hz;
  };
  turn(high_, high_state_, high_pass_, high_pass, high_pass > kLowestFilter);
  turn(low_, low_state_, low_pass_, low_pass, low_pass < kHighestFilter && low_pass < 0.49 * rate_);
}

void Detector::set_mode(bool rms, int hold) noexcept {
  rms_ = rms;
  hold_ = rms ? 1 : hold;
}

// Filtered and squared where that is wanted.
const float* Detector::prepared(const float* in, std::size_t channel, float* room,
                                int frames) noexcept {
  const auto run = [&](const Cut& c, Section& s, bool high) {
    float a = s.a, b = s.b;
    for (int i = 0; i < frames; ++i) {
      const float x = in[i], v3 = x - b, v1 = c.a1 * a + c.a2 * v3, v2 = b + (c.a2 * a + c.a3 * v3);
      a = kept(v1 + v1 - a);
      b = kept(v2 + v2 - b);
      room[i] = high ? x - kRoot2 * v1 - v2 : v2;
    }
    s = {a, b};
    in = room;
  };
  if (high_.on) run(high_, high_state_[channel], true);
  if (low_.on) run(low_, low_state_[channel], false);
  if (rms_) {
    float power = power_[channel];
    for (int i = 0; i < frames; ++i) {
      power += power_part_ * ((in[i] * in[i] + 1e-24f) - power);
      room[i] = power;
    }
    power_[channel] = power;
    for (int i = 0; i < frames; ++i) room[i] = std::sqrt(room[i]);
    in = room;
  }
  return in;
}

void Detector::joint(const float* left, const float* right, float* level, int frames) noexcept {
  alignas(64) float rooms[2][kChunk];
  left = prepared(left, 0, rooms[0], frames);
  if (right != nullptr) {
    right = prepared(right, 1, rooms[1], frames);
  } else {
    high_state_[1] = high_state_[0];
    low_state_[1] = low_state_[0];
    power_[1] = power_[0];
  }
  best().level(left, right, level, frames);
  holds_[0].process(level, frames, hold_);
}

void Detector::each(const float* left, const float* right, float* level_left, float* level_right,
                    int frames) noexcept {
  alignas(64) float room[kChunk];
  const auto& kernels = best();
  kernels.level(prepared(left, 0, room, frames), nullptr, level_left, frames);
  kernels.level(prepared(right != nullptr ? right : left, 1, room, frames), nullptr, level_right,
                frames);
  holds_[0].process(level_left, frames, hold_);
  holds_[1].process(level_right, frames, hold_);
}

}  // namespace tutti::effects::dynamics
