#include "engine/analysis/yin.h"

#include <algorithm>
#include <cmath>

#include "engine/analysis/pitch.h"
#include "engine/base/math.h"
#include "engine/base/simd.h"

namespace tutti::analysis {

namespace {

constexpr int kPoints = 1024;  // >= kWindow + max_lag_, so that the correlation does not wrap
// Beta prior of the threshold with a = 2 and mean 0.15.
constexpr double kBetaB = 2 / 0.15 - 2;
// Given to the deepest dip however shallow it is, so that a breathy voice keeps its pitch.
constexpr double kLastResort = 0.01;

double beta_cdf(double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return 1 - math::pow(1 - x, kBetaB) * (1 + kBetaB * x);
}

using simd::f32x8;
double sum_of(const f32x8& v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

// The vertex of the parabola through three points a unit apart, as an offset from the middle one.
double vertex(double left, double middle, double right) {
  const double curve = left - 2 * middle + right;
  if (curve <= 0) return 0;
  return std::clamp(0.5 * (left - right) / curve, -0.5, 0.5);
}

// A strong second or third harmonic makes a dip at a half or a third of the period, which comes
// first and may pass the threshold. But a tone that truly has the shorter period is no better
// matched by twice as much; where the longer one fits several times better, it is the period.
void favour_deeper(PitchCandidate* c, int count) {
  constexpr double kFloor = 0.004, kBetter = 2, kMuchBetter = 5, kMost = 0.95, kNear = 0.04;
  for (int i = 0; i < count; ++i)
    for (int j = 0; j < count; ++j)
      for (int multiple = 2; multiple <= 3; ++multiple) {
        if (std::fabs(c[i].hz / c[j].hz / multiple - 1) > kNear) continue;
        const double ratio = c[i].aperiodicity / (c[j].aperiodicity + kFloor);
        const double share =
            kMost * std::clamp((ratio - kBetter) / (kMuchBetter - kBetter), 0.0, 1.0);
        const auto moved = static_cast<float>(share * c[i].probability);
        c[i].probability -= moved, c[j].probability += moved;
      }
}

}  // namespace

Yin::Yin(double min_hz, double max_hz)
    : min_lag_(std::max(2, static_cast<int>(kAnalysisRate / max_hz))),
      max_lag_(std::min(kPoints - kWindow - 2, static_cast<int>(kAnalysisRate / min_hz) + 2)),
      narrow_(kPoints),
      wide_(2 * kPoints),
      block_(kPoints),
      a_re_(kPoints + 1),
      a_im_(kPoints + 1),
      b_re_(kPoints + 1),
      b_im_(kPoints + 1),
      correlation_(2 * kPoints),
      difference_(2 * kPoints) {}

int Yin::find(const float* samples, PitchCandidate* out) noexcept {
  const int length = kWindow + max_lag_;
  std::copy(samples, samples + kWindow, block_.begin());
  std::fill(block_.begin() + kWindow, block_.end(), 0.f);
  narrow_.forward(block_.data(), a_re_.data(), a_im_.data());
  std::copy(samples + kWindow, samples + length, block_.begin() + kWindow);
  narrow_.forward(block_.data(), b_re_.data(), b_im_.data());
  const int bins = kPoints / 2;
  for (int k = 0; k <= bins; ++k) {
    const float re = a_re_[k] * b_re_[k] + a_im_[k] * b_im_[k];
    const float im = a_re_[k] * b_im_[k] - a_im_[k] * b_re_[k];
    b_re_[k] = re, b_im_[k] = im;
  }
  // Twice the points with the upper half empty: the correlation at half-sample lags.
  std::fill(b_re_.begin() + bins + 1, b_re_.end(), 0.f);
  std::fill(b_im_.begin() + bins + 1, b_im_.end(), 0.f);
  wide_.inverse(b_re_.data(), b_im_.data(), correlation_.data());

  double first = 0;
  for (int i = 0; i < kWindow; ++i) first += static_cast<double>(samples[i]) * samples[i];
  if (first <= 1e-12) return 0;
  // d(lag) over half-sample steps, then its cumulative-mean normalisation in place.
  double moving = first, sum = 0;
  difference_[0] = 1;
  const int steps = 2 * max_lag_;
  for (int step = 1; step <= steps; ++step) {
    const int lag = step / 2;
    double energy = moving;
    if (step % 2 == 1) {
      const double gained = static_cast<double>(samples[lag + kWindow]) * samples[lag + kWindow] -
                            static_cast<double>(samples[lag]) * samples[lag];
      energy = moving + 0.5 * gained;
      moving += gained;
    }
    const double d = std::max(0.0, first + energy - 4.0 * correlation_[step]);
    sum += d;
    difference_[step] = static_cast<float>(sum > 0 ? d * step / sum : 1);
  }

  // Dips by rising lag; each takes the thresholds between its own depth and the deepest before it.
  int count = 0;
  double best = 1;
  for (int step = std::max(2, 2 * min_lag_); step < steps; ++step) {
    const double left = difference_[step - 1], here = difference_[step],
                 right = difference_[step + 1];
    if (!(here < left && here <= right)) continue;
    const double offset = vertex(left, here, right);
    const double depth = std::max(0.0, here - 0.25 * (left - right) * offset);
    if (depth >= best) continue;
    const double mass = beta_cdf(best) - beta_cdf(depth);
    const double hz = 2 * kAnalysisRate / (step + offset);
    best = depth;
    PitchCandidate found{static_cast<float>(hz), static_cast<float>(mass),
                         static_cast<float>(depth)};
    if (count < kMaxCandidates) {
      out[count++] = found;
    } else {
      // Keep the most probable ones, and always the last and deepest.
      auto least = std::min_element(out, out + count, [](const auto& a, const auto& b) {
        return a.probability < b.probability;
      });
      std::move(least + 1, out + count, least);
      out[count - 1] = found;
    }
  }
  if (count > 0) out[count - 1].probability += static_cast<float>(kLastResort * beta_cdf(best));
  favour_deeper(out, count);
  std::sort(out, out + count,
            [](const auto& a, const auto& b) { return a.probability > b.probability; });
  return count;
}

double Yin::refine(const float* samples, double hz) const noexcept {
  const double period = kAnalysisRate / hz;
  // Several periods of a high voice, one of a low one: about 8 ms between the stretches compared.
  const int multiple = std::max(1, static_cast<int>(0.008 * kAnalysisRate / period));
  // Two periods, but 18 to 37 ms; a multiple of eight samples to either side.
  const int half = std::clamp(static_cast<int>(period), 144, 296) / 8 * 8;
  // One less the normalised correlation of the stretches `lag` apart about the centre. Normalised,
  // so that a swelling or fading tone does not lean to one side.
  const auto mismatch = [&](int lag) {
    const float* a = samples - lag / 2;
    const float* b = a + lag;
    f32x8 both = {}, first = {}, second = {};
    for (int i = -half; i < half; i += 8) {
      const auto x = simd::load<f32x8>(a + i), y = simd::load<f32x8>(b + i);
      both += x * y, first += x * x, second += y * y;
    }
    const double energy = std::sqrt(sum_of(first) * sum_of(second));
    return energy > 0 ? 1 - sum_of(both) / energy : 1.0;
  };
  // Downhill from the rough value to the nearest dip.
  int lag = static_cast<int>(period * multiple + 0.5);
  double left = mismatch(lag - 1), here = mismatch(lag), right = mismatch(lag + 1);
  constexpr int kFarthest = 12;  // samples
  for (int moved = 0; here > left || here > right; ++moved) {
    if (moved == kFarthest) return hz;
    if (left < right)
      --lag, right = here, here = left, left = mismatch(lag - 1);
    else
      ++lag, left = here, here = right, right = mismatch(lag + 1);
  }
  const double refined = kAnalysisRate * multiple / (lag + vertex(left, here, right));
  return std::fabs(refined / hz - 1) < 0.06 ? refined : hz;
}

}  // namespace tutti::analysis
