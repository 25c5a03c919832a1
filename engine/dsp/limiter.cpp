#include "engine/dsp/limiter.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "engine/base/math.h"
#include "engine/base/simd.h"

namespace tutti::dsp {
namespace {

constexpr double kLookAhead = 0.0015, kRelease = 0.080;  // seconds
// Gain in motion bends the wave a little between its samples: keep this much below the ceiling.
constexpr double kMargin = -0.2;  // dB

using simd::f32x8;

// The highest absolute value; what is not a number or infinite becomes silence.
float highest_of(float* x, int count) noexcept {
  f32x8 most = {};
  simd::i32x8 fine = simd::i32x8{} - 1;
  int i = 0;
  for (; i + 8 <= count; i += 8) {
    const auto v = simd::load<f32x8>(x + i);
    const f32x8 level = v < 0.0f ? -v : v;
    most = level > most ? level : most;
    fine &= level <= std::numeric_limits<float>::max();
  }
  float highest = 0;
  bool all_fine = true;
  for (int k = 0; k < 8; ++k) {
    highest = std::max(highest, most[k]);
    all_fine = all_fine && fine[k] != 0;
  }
  for (; i < count; ++i) {
    all_fine = all_fine && std::isfinite(x[i]);
    highest = std::max(highest, std::fabs(x[i]));
  }
  if (all_fine) return highest;
  highest = 0;
  for (int k = 0; k < count; ++k) {
    if (!std::isfinite(x[k])) x[k] = 0;
    highest = std::max(highest, std::fabs(x[k]));
  }
  return highest;
}

}  // namespace

void Limiter::prepare(double rate, int, Arena& arena) {
  window_ = std::max(2, static_cast<int>(rate * kLookAhead + 0.5));
  delay_ = window_ - 1 + kTruePeakDelay;
  release_ = 1 - math::exp(-1 / (rate * kRelease));
  const auto line = static_cast<std::size_t>(std::max(delay_, kTruePeakTaps) + kChunk);
  left_ = arena.take<float>(line);
  right_ = arena.take<float>(line);
  const auto window = static_cast<std::size_t>(window_);
  queue_gain_ = arena.take<std::int64_t>(window + 1);
  queue_time_ = arena.take<std::int64_t>(window + 1);
  average_ = arena.take<std::int64_t>(window);
  reset();
}

void Limiter::reset() noexcept {
  std::fill(left_.begin(), left_.end(), 0.0f);
  std::fill(right_.begin(), right_.end(), 0.0f);
  std::fill(average_.begin(), average_.end(), kUnity);
  queue_first_ = queue_count_ = average_at_ = 0;
  time_ = 0;
  sum_ = kUnity * window_;
  held_ = kUnity;
  quiet_ = 2 * window_;
  lowest_ = 1;
}

void Limiter::set_ceiling(Decibels ceiling) noexcept {
  const double db = std::clamp(ceiling.value, -24.0, 0.0);
  ceiling_ = static_cast<float>(math::db_to_gain(db));
  target_ = static_cast<float>(math::db_to_gain(db + kMargin));
}

std::int64_t Limiter::wanted(float peak) const noexcept {
  if (!(peak > target_)) return kUnity;
  return static_cast<std::int64_t>(static_cast<double>(target_) / peak *
                                   static_cast<double>(kUnity));
}

std::int64_t Limiter::slide_minimum(std::int64_t gain) noexcept {
  const int size = static_cast<int>(queue_gain_.size());
  const auto slot = [&](int i) { return static_cast<std::size_t>((queue_first_ + i) % size); };
  while (queue_count_ > 0 && queue_gain_[slot(queue_count_ - 1)] >= gain) --queue_count_;
  queue_gain_[slot(queue_count_)] = gain;
  queue_time_[slot(queue_count_)] = time_;
  ++queue_count_;
  if (queue_time_[slot(0)] <= time_ - window_) {
    queue_first_ = (queue_first_ + 1) % size;
    --queue_count_;
  }
  return queue_gain_[slot(0)];
}

void Limiter::process(Block block) noexcept {
  for (int done = 0; done < block.frames; done += kChunk) {
    process_chunk(block.left + done, block.right + done, std::min(kChunk, block.frames - done));
  }
}

void Limiter::process_chunk(float* left, float* right, int frames) noexcept {
  const int past = static_cast<int>(left_.size()) - kChunk;  // frames kept in front
  const auto bytes = static_cast<std::size_t>(frames) * sizeof(float);
  std::memcpy(left_.data() + past, left, bytes);
  std::memcpy(right_.data() + past, right, bytes);
  const float* in[2] = {left_.data() + past, right_.data() + past};

  // Where even the worst peak between the samples stays below, there is nothing to measure.
  const float highest =
      std::max(highest_of(left_.data() + past + 1 - kTruePeakTaps, frames + kTruePeakTaps - 1),
               highest_of(right_.data() + past + 1 - kTruePeakTaps, frames + kTruePeakTaps - 1));
  const bool measure = highest * kTruePeakMost > target_;

  if (!measure && quiet_ >= 2 * window_) {
    std::memcpy(left, left_.data() + past - delay_, bytes);
    std::memcpy(right, right_.data() + past - delay_, bytes);
    time_ += frames;
    queue_count_ = 0;
  } else {
    float peaks[kChunk] = {}, other[kChunk] = {};
    if (measure) {
      true_peaks(in[0], peaks, frames);
      true_peaks(in[1], other, frames);
    }
    for (int i = 0; i < frames; ++i) {
      const std::int64_t smallest = slide_minimum(wanted(std::max(peaks[i], other[i])));
      ++time_;
      held_ += static_cast<std::int64_t>(static_cast<double>(kUnity - held_) * release_);
      // The last thousandth of a decibel is let go at once, so that unity is reached.
      if (kUnity - held_ < kUnity / 8192) held_ = kUnity;
      held_ = std::min(held_, smallest);
      sum_ += held_ - average_[static_cast<std::size_t>(average_at_)];
      average_[static_cast<std::size_t>(average_at_)] = held_;
      if (++average_at_ == window_) average_at_ = 0;
      quiet_ = held_ == kUnity ? quiet_ + 1 : 0;
      float l = left_[static_cast<std::size_t>(past - delay_ + i)],
            r = right_[static_cast<std::size_t>(past - delay_ + i)];
      if (sum_ != kUnity * window_) {
        const auto gain =
            static_cast<float>(static_cast<double>(sum_ / window_) / static_cast<double>(kUnity));
        l = std::clamp(l * gain, -ceiling_, ceiling_);
        r = std::clamp(r * gain, -ceiling_, ceiling_);
        lowest_ = std::min(lowest_, gain);
      }
      left[i] = l;
      right[i] = r;
    }
  }
  std::memmove(left_.data(), left_.data() + frames, static_cast<std::size_t>(past) * sizeof(float));
  std::memmove(right_.data(), right_.data() + frames,
               static_cast<std::size_t>(past) * sizeof(float));
}

}  // namespace tutti::dsp
