#include "engine/dsp/crossover.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"

namespace tutti::dsp {
namespace {

using simd::f32x4;

constexpr float kRoot2 = 1.41421356f;  // damping of each Butterworth section
constexpr int kFlush = 64;             // frames between looks for what has died away

}  // namespace

void Crossover4::reset() noexcept {
  first_ = second_ = {};
  all_pass_ = {};
  position_ = 0;
}

void Crossover4::set(double rate, const std::array<double, kBands - 1>& frequencies) noexcept {
  double lowest = 10;
  for (std::size_t i = 0; i < cut_.size(); ++i) {
    const double hz = std::min(std::max(frequencies[i], lowest), 0.45 * rate);
    lowest = hz;
    const double g = math::tan(math::kPi * hz / rate);
    const double a1 = 1 / (1 + g * (g + 1.41421356237309505));
    cut_[i] = {static_cast<float>(a1), static_cast<float>(g * a1), static_cast<float>(g * g * a1)};
  }
}

void Crossover4::flush() noexcept {
  const auto still = [](f32x4& v) {
    for (int k = 0; k < 4; ++k) v[k] = std::fabs(v[k]) < 1e-15f ? 0 : v[k];
  };
  for (auto* states : {&first_, &second_}) {
    for (State& s : *states) still(s.a), still(s.b);
  }
  for (State& s : all_pass_) still(s.a), still(s.b);
}

void Crossover4::process(const float* left, const float* right, float* const (&bands)[2 * kBands],
                         int frames) noexcept {
  for (int done = 0; done < frames;) {
    if (position_ % kFlush == 0) flush();
    const int n = std::min(frames - done, kFlush - static_cast<int>(position_ % kFlush));
    // Low-pass and band-pass outputs of one section.
    const auto section = [](const Coefficients& c, State& s, const f32x4& x, f32x4& band) {
      const f32x4 v3 = x - s.b;
      band = s.a * c.a1 + v3 * c.a2;
      const f32x4 low = s.b + (s.a * c.a2 + v3 * c.a3);
      s.a = band + band - s.a;
      s.b = low + low - s.b;
      return low;
    };
    for (int i = done; i < done + n; ++i) {
      f32x4 x = {left[i], right[i], left[i], right[i]}, band;
      f32x4 parts[3];  // of each split: low left, low right, high left, high right
      for (std::size_t k = 0; k < 3; ++k) {
        const f32x4 low = section(cut_[k], first_[k], x, band);
        const f32x4 high = x - band * kRoot2 - low;
        const f32x4 both = __builtin_shufflevector(low, high, 0, 1, 4, 5);
        const f32x4 low2 = section(cut_[k], second_[k], both, band);
        const f32x4 high2 = both - band * kRoot2 - low2;
        parts[k] = __builtin_shufflevector(low2, high2, 0, 1, 6, 7);
        x = __builtin_shufflevector(high2, high2, 2, 3, 2, 3);
      }
      // All-pass: x - 2 k band-pass.
      section(cut_[1], all_pass_[0], parts[0], band);
      const f32x4 lowest = parts[0] - band * (2 * kRoot2);
      const f32x4 lows = __builtin_shufflevector(lowest, parts[1], 0, 1, 4, 5);
      section(cut_[2], all_pass_[1], lows, band);
      const f32x4 in_phase = lows - band * (2 * kRoot2);
      for (int k = 0; k < 4; ++k) {
        bands[k][i] = in_phase[k];
        bands[4 + k][i] = parts[2][k];
      }
    }
    position_ += n;
    done += n;
  }
}

}  // namespace tutti::dsp
