#include "engine/dsp/resample.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/base/math.h"
#include "engine/base/simd.h"

namespace tutti::dsp {

namespace {

constexpr double kAttenuation = 90;  // dB
constexpr double kPassBand = 0.9;    // of the lower Nyquist frequency
constexpr int kMaxExactPhases = 2048;
constexpr int kInterpolatedPhases = 512;

// Modified Bessel function of the first kind, order 0, by its power series.
double bessel_i0(double x) {
  double sum = 1, term = 1;
  for (int k = 1; k < 60; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum;
}

using simd::f32x8;

float dot(const float* a, const float* b, int count) {
  f32x8 sum = {};
  for (int i = 0; i < count; i += 8) sum += simd::load<f32x8>(a + i) * simd::load<f32x8>(b + i);
  const float low = (sum[0] + sum[4]) + (sum[2] + sum[6]);
  const float high = (sum[1] + sum[5]) + (sum[3] + sum[7]);
  return low + high;
}

}  // namespace

Resampler::Resampler(double in_rate, double out_rate) {
  in_rate_ = std::clamp(in_rate, 1.0, 1e7);
  out_rate_ = std::clamp(out_rate, in_rate_ / 64, in_rate_ * 64);
  const double whole_in = std::floor(in_rate_ + 0.5), whole_out = std::floor(out_rate_ + 0.5);
  exact_ = whole_in == in_rate_ && whole_out == out_rate_;
  if (exact_) {
    const auto divisor =
        std::gcd(static_cast<std::int64_t>(whole_in), static_cast<std::int64_t>(whole_out));
    up_ = static_cast<std::int64_t>(whole_out) / divisor;
    down_ = static_cast<std::int64_t>(whole_in) / divisor;
    exact_ = up_ <= kMaxExactPhases;
  }
  phases_ = exact_ ? static_cast<int>(up_) : kInterpolatedPhases;

  // Kaiser's formulas for the length and the shape of the window.
  const double nyquist = std::min(1.0, out_rate_ / in_rate_);  // in units of the input's Nyquist
  const double transition = (1 - kPassBand) * nyquist;         // from pass to stop, mirrored about
  const double cutoff = nyquist * (1 - (1 - kPassBand) / 2);   // its middle
  const double beta = 0.1102 * (kAttenuation - 8.7);
  const double length = (kAttenuation - 7.95) / (2.285 * math::kPi * transition) + 1;
  taps_ = (static_cast<int>(length) / 8 + 1) * 8;

  const int rows = exact_ ? phases_ : phases_ + 1;
  table_.resize(static_cast<std::size_t>(rows) * taps_);
  const double half = taps_ / 2.0, norm = bessel_i0(beta);
  for (int row = 0; row < rows; ++row) {
    const double fraction = static_cast<double>(row) / phases_;
    double sum = 0;
    float* out = table_.data() + static_cast<std::size_t>(row) * taps_;
    std::vector<double> values(taps_);
    for (int i = 0; i < taps_; ++i) {
      // Distance of input sample i of the window from the output's place, in input samples.
      const double x = i - (taps_ / 2 - 1) - fraction;
      const double u = x / half;
      const double window = u * u < 1 ? bessel_i0(beta * std::sqrt(1 - u * u)) / norm : 0;
      const double phase = math::kPi * cutoff * x;
      const double sinc = x == 0 ? 1 : math::sin(phase) / phase;
      values[i] = cutoff * sinc * window;
      sum += values[i];
    }
    // Exactly unity at DC in every phase: no ripple at the phase rate.
    for (int i = 0; i < taps_; ++i) out[i] = static_cast<float>(values[i] / sum);
  }
}

std::int64_t Resampler::out_frames(std::int64_t in_frames) const {
  if (in_frames <= 0) return 0;
  if (exact_) return (in_frames * up_ + down_ - 1) / down_;
  return static_cast<std::int64_t>(
      std::ceil(static_cast<double>(in_frames) * out_rate_ / in_rate_));
}

void Resampler::read(std::span<const float> in, std::int64_t first,
                     std::span<float> out) const noexcept {
  const auto size = static_cast<std::int64_t>(in.size());
  for (std::size_t n = 0; n < out.size(); ++n) {
    const std::int64_t index = first + static_cast<std::int64_t>(n);
    std::int64_t base;
    int row;
    float blend = 0;
    if (exact_) {
      const std::int64_t scaled = index * down_;
      base = scaled >= 0 ? scaled / up_ : -((-scaled + up_ - 1) / up_);
      row = static_cast<int>(scaled - base * up_);
    } else {
      const double place = static_cast<double>(index) * in_rate_ / out_rate_;
      const double floor = std::floor(place);
      base = static_cast<std::int64_t>(floor);
      const double phase = (place - floor) * phases_;
      row = std::min(static_cast<int>(phase), phases_ - 1);
      blend = static_cast<float>(phase - row);
    }
    const std::int64_t start = base - (taps_ / 2 - 1);
    const float* filter = table_.data() + static_cast<std::size_t>(row) * taps_;
    float value = 0;
    if (start >= 0 && start + taps_ <= size) {
      value = dot(in.data() + start, filter, taps_);
      if (blend != 0) value += blend * (dot(in.data() + start, filter + taps_, taps_) - value);
    } else {
      float next = 0;
      for (int i = 0; i < taps_; ++i) {
        const std::int64_t at = start + i;
        if (at < 0 || at >= size) continue;
        value += in[static_cast<std::size_t>(at)] * filter[i];
        if (blend != 0) next += in[static_cast<std::size_t>(at)] * filter[taps_ + i];
      }
      if (blend != 0) value += blend * (next - value);
    }
    out[n] = value;
  }
}

std::vector<float> Resampler::convert(std::span<const float> in) const {
  std::vector<float> out(
      static_cast<std::size_t>(out_frames(static_cast<std::int64_t>(in.size()))));
  read(in, 0, out);
  return out;
}

}  // namespace tutti::dsp
