// A look-ahead limiter that knows what lies between the samples.
//
// Both channels get the same gain. It is the smallest that the next 1.5 ms ask for, reached along
// the average of a window as long (so it is already there when the peak comes), and let go with a
// time constant of 80 ms. Peaks are measured four-fold oversampled (BS.1770-4). No sample leaves
// above the ceiling, and no true peak either. While nothing is too loud the signal passes
// unchanged, bit for bit, latency() frames late.
//
// Gains are kept as whole numbers of 2^-30, so running sums are exact for ever. The samples do not
// depend on block sizes. prepare() takes memory; nothing else allocates. One thread at a time.
#pragma once

#include <cstdint>
#include <span>

#include "engine/base/arena.h"
#include "engine/base/units.h"
#include "engine/dsp/processor.h"
#include "engine/dsp/true_peak.h"

namespace tutti::dsp {

class Limiter {
 public:
  void prepare(double rate, int max_block, Arena& arena);
  void reset() noexcept;
  void set_ceiling(Decibels ceiling) noexcept;  // of the true peak; -24 … 0 dB, -1 dB at first
  void process(Block block) noexcept;
  std::int64_t latency() const noexcept { return window_ - 1 + kTruePeakDelay; }
  std::int64_t tail() const noexcept { return latency(); }

  // The smallest gain applied since the last call, 1 if nothing was taken away.
  float take_lowest_gain() noexcept {
    const float g = lowest_;
    lowest_ = 1;
    return g;
  }

 private:
  static constexpr int kTruePeakDelay = 6;
  static constexpr int kChunk = 64;
  static constexpr std::int64_t kUnity = std::int64_t{1} << 30;
  void process_chunk(float* left, float* right, int frames) noexcept;
  std::int64_t wanted(float peak) const noexcept;
  std::int64_t slide_minimum(std::int64_t gain) noexcept;

  float ceiling_ = 0.891250938f, target_ = 0.88f;
  int window_ = 72;
  double release_ = 0;
  // Delay of the signal: the last `delay_` frames, in front of each chunk.
  int delay_ = 77;
  std::span<float> left_, right_;
  // Sliding minimum: gains and times that can still become the smallest, a monotonic queue.
  std::span<std::int64_t> queue_gain_, queue_time_;
  int queue_first_ = 0, queue_count_ = 0;
  std::int64_t time_ = 0;
  // The average over the window.
  std::span<std::int64_t> average_;
  int average_at_ = 0;
  std::int64_t sum_ = 0, held_ = kUnity;
  std::int64_t quiet_ = 0;  // frames since anything was limited
  float lowest_ = 1;
};

static_assert(Processor<Limiter>);

}  // namespace tutti::dsp
