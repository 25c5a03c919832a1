#include "engine/effects/saturation/tone.h"

#include "engine/base/math.h"
#include "engine/base/simd.h"

namespace tutti::effects {
namespace {

constexpr int kCell = 16;
constexpr float kStep = 1.0f / kCell;

float settled(float x) {
  return x < 1e-15f && x > -1e-15f ? 0 : x;
}

}  // namespace

void DirectCurrent::prepare(double rate) {
  amount_ = static_cast<float>(1 - math::exp(-math::kTwoPi * 8 * kCell / rate));
}

void DirectCurrent::reset() noexcept {
  before_ = rough_ = mean_ = 0;
  for (float& sum : sums_) sum = 0;
  phase_ = 0;
}

void DirectCurrent::process(float* io, int frames, bool arising) noexcept {
  using simd::f32x4;
  if (!arising && before_ == 0 && mean_ == 0 && rough_ == 0) {
    phase_ = (phase_ + frames) % kCell;
    for (float& sum : sums_) sum = 0;
    return;
  }
  for (int at = 0; at < frames;) {
    const int count = frames - at < kCell - phase_ ? frames - at : kCell - phase_;
    const float slope = (mean_ - before_) * kStep;
    float* x = io + at;
    if (count == kCell) {
      f32x4 sum = simd::load<f32x4>(sums_);
      f32x4 k = {0, 1, 2, 3};
      for (int i = 0; i < kCell; i += 4) {
        const f32x4 v = simd::load<f32x4>(x + i);
        sum += v;
        simd::store(x + i, v - (before_ + k * slope));
        k += 4.0f;
      }
      simd::store(sums_, sum);
    } else {
      for (int i = 0; i < count; ++i) {
        sums_[(phase_ + i) % 4] += x[i];
        x[i] -= before_ + static_cast<float>(phase_ + i) * slope;
      }
    }
    if (!arising) {
      for (float& sum : sums_) sum = 0;
    }
    at += count;
    phase_ += count;
    if (phase_ < kCell) continue;
    phase_ = 0;
    const float mean = ((sums_[0] + sums_[1]) + (sums_[2] + sums_[3])) * kStep;
    before_ = mean_;
    rough_ = settled(rough_ + amount_ * (mean - rough_));
    mean_ = settled(mean_ + amount_ * (rough_ - mean_));
    for (float& sum : sums_) sum = 0;
  }
}

void Treble::process(float* io, int frames, float amount) noexcept {
  if (amount >= 1) {
    if (frames > 0) state_ = io[frames - 1];
    return;
  }
  const float keep = 1 - amount;
  float s = state_;
  for (int i = 0; i < frames; ++i) {
    // The constant, 400 dB down, keeps a decay out of the denormal numbers.
    s = keep * s + (amount * io[i] + 1e-20f);
    io[i] = s;
  }
  state_ = s;
}

}  // namespace tutti::effects
