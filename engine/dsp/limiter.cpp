#include "engine/dsp/limiter.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/math.h"
#include "engine/dsp/peak_kernels.h"

namespace tutti::dsp {
namespace {

// Gain in motion bends the wave a little between its samples: keep this much below the ceiling.
constexpr double kMargin = -0.2;  // dB

// The highest absolute value; what is not a number or infinite becomes silence.
float highest_of(float* x, int count) noexcept {
  const float highest = peak_kernels::best().loudest(x, count);
  if (std::isfinite(highest)) return highest;
  for (int k = 0; k < count; ++k) {
    if (!std::isfinite(x[k])) x[k] = 0;
  }
  return peak_kernels::best().loudest(x, count);
}

constexpr double kWhole = 67108864;  // 2^26 steps of the reduction

}  // namespace

void Limiter::prepare(double rate, int, Arena& arena, double look_ahead) {
  rate_ = rate;
  const int window =
      std::max(4, static_cast<int>(rate * std::clamp(look_ahead, 0.0005, 0.020) + 0.5));
  first_ = window / 2;
  second_ = window - first_ + 1;  // together they reach over `window` frames
  // A peak lies between two samples; it and two more on either side find the gain all the way down.
  delay_ = window + kTruePeakDelay + 1;
  hold_ = window + 5;
  past_ = std::max(delay_, kTruePeakTaps);
  const auto line = static_cast<std::size_t>(past_ + kChunk + 16);
  left_ = arena.take<float>(line);
  right_ = arena.take<float>(line);
  bound_ = arena.take<float>(line);
  reduction_ = arena.take<double>(static_cast<std::size_t>(first_ + kChunk));
  averaged_ = arena.take<double>(static_cast<std::size_t>(second_ + kChunk));
  highest_.prepare(hold_, kChunk, arena);
  set_release(release_seconds_);
  reset();
}

void Limiter::reset() noexcept {
  for (auto& line : {left_, right_}) std::fill(line.begin(), line.end(), 0.0f);
  std::fill(bound_.begin(), bound_.end(), ceiling_);
  std::fill(reduction_.begin(), reduction_.end(), 0.0);
  std::fill(averaged_.begin(), averaged_.end(), 0.0);
  highest_.reset();
  held_ = 0;
  sum_first_ = sum_second_ = 0;
  quiet_ = std::int64_t{4} * delay_;
  lowest_ = 1;
}

void Limiter::set_ceiling(Decibels ceiling) noexcept {
  const double db = std::clamp(ceiling.value, -24.0, 0.0);
  ceiling_ = static_cast<float>(math::db_to_gain(db));
  target_ = static_cast<float>(math::db_to_gain(db + kMargin));
}

void Limiter::set_release(double seconds) noexcept {
  release_seconds_ = std::clamp(seconds, 0.001, 10.0);
  keep_ = static_cast<float>(math::exp(-1 / (rate_ * release_seconds_)));
}

void Limiter::process(Block block) noexcept {
  for (int done = 0; done < block.frames; done += kChunk) {
    process_chunk(block.left + done, block.right != nullptr ? block.right + done : nullptr,
                  std::min(kChunk, block.frames - done));
  }
}

// The reduction that is asked for, let go slowly.
void Limiter::follow(float* reduction, int frames) noexcept {
  float held = held_;
  const float keep = keep_;
  for (int i = 0; i < frames; ++i) {
    // The last ten-millionth goes at once, so that zero is reached.
    const float released = held * keep - 1e-7f;
    held = released > reduction[i] ? released : reduction[i];
    reduction[i] = held;
  }
  held_ = held;
}

// Sums over the last `length` values; the past of `line` goes before its new values.
void Limiter::sum_up(std::span<double> line, int length, double& sum, double* out,
                     int frames) noexcept {
  const double *old = line.data(), *fresh = old + length;
  double s = sum;
  for (int i = 0; i < frames; ++i) {
    s += fresh[i] - old[i];
    out[i] = s;
  }
  sum = s;
  std::memmove(line.data(), old + frames, static_cast<std::size_t>(length) * sizeof(double));
}

void Limiter::process_chunk(float* left, float* right, int frames) noexcept {
  const auto bytes = static_cast<std::size_t>(frames) * sizeof(float);
  float *l = left_.data() + past_, *r = right_.data() + past_;
  std::memcpy(l, left, bytes);
  std::memcpy(r, right != nullptr ? right : left, bytes);
  std::fill(bound_.begin() + past_, bound_.begin() + past_ + frames, ceiling_);

  // Where even the worst peak between the samples stays below, there is nothing to measure.
  constexpr int kBefore = kTruePeakTaps - 1;
  float highest = highest_of(l - kBefore, frames + kBefore);
  highest = std::max(highest, highest_of(r - kBefore, frames + kBefore));
  const bool measure = highest * kTruePeakMost > target_;
  const auto& kernels = peak_kernels::best();
  const float *late_left = l - delay_, *late_right = r - delay_;

  if (!measure && quiet_ >= std::int64_t{4} * delay_) {
    std::memcpy(left, late_left, bytes);
    if (right != nullptr) std::memcpy(right, late_right, bytes);
  } else {
    alignas(64) float x[kChunk] = {}, other[kChunk], out[kChunk];
    alignas(64) double sums[kChunk];
    if (measure) {
      kernels.peaks(l, x, frames);
      if (right != nullptr) {
        kernels.peaks(r, other, frames);
        kernels.higher(x, other, x, frames);
      }
      kernels.excess(x, target_, frames);
    }
    highest_.process(x, frames, hold_);
    follow(x, frames);
    kernels.whole(x, reduction_.data() + first_, frames);
    sum_up(reduction_, first_, sum_first_, averaged_.data() + second_, frames);
    sum_up(averaged_, second_, sum_second_, sums, frames);
    kernels.gains(sums, 1 / (kWhole * first_ * second_), x, frames);
    const float* bound = bound_.data() + past_ - delay_;
    kernels.apply(late_left, x, bound, out, frames);
    std::memcpy(left, out, bytes);
    if (right != nullptr) {
      kernels.apply(late_right, x, bound, out, frames);
      std::memcpy(right, out, bytes);
    }
    const float lowest = kernels.lowest(x, frames);
    lowest_ = std::min(lowest_, lowest);
    quiet_ = lowest < 1 || held_ > 0 ? 0 : quiet_ + frames;
  }
  for (auto& line : {left_, right_, bound_})
    std::memmove(line.data(), line.data() + frames,
                 static_cast<std::size_t>(past_) * sizeof(float));
}

}  // namespace tutti::dsp
