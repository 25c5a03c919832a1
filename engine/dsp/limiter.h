// A look-ahead limiter that knows what lies between the samples.
//
// Both channels get the same gain. It is the smallest that the look-ahead asks for, reached along
// the average of two windows that together fill the look-ahead (so it is already there when the
// peak comes, and bends softly at both ends), and let go with the release as time constant. Peaks
// are measured four-fold oversampled by two filters (true_peak.h). No sample leaves above the
// ceiling, and no true peak either. While nothing is too loud the signal passes unchanged, bit for
// bit, latency() frames late.
//
// Sums are of whole multiples of 2^-26, so they are exact for ever. The samples do not depend on
// block sizes. prepare() takes memory; nothing else allocates. One thread at a time.
#pragma once

#include <cstdint>
#include <span>

#include "engine/base/arena.h"
#include "engine/base/units.h"
#include "engine/dsp/processor.h"
#include "engine/dsp/sliding_max.h"
#include "engine/dsp/true_peak.h"

namespace tutti::dsp {

class Limiter {
 public:
  static constexpr double kLookAhead = 0.0015, kRelease = 0.080;  // seconds, unless told otherwise

  // `look_ahead` from 0.5 to 20 ms.
  void prepare(double rate, int max_block, Arena& arena, double look_ahead = kLookAhead);
  void reset() noexcept;
  void set_ceiling(Decibels ceiling) noexcept;  // of the true peak; -24 … 0 dB, -1 dB at first
  void set_release(double seconds) noexcept;    // time constant, 1 ms … 10 s
  // The right channel may be null; its state then follows the left one.
  void process(Block block) noexcept;
  std::int64_t latency() const noexcept { return delay_; }
  std::int64_t tail() const noexcept { return 0; }

  // The smallest gain applied since the last call, 1 if nothing was taken away.
  float take_lowest_gain() noexcept {
    const float g = lowest_;
    lowest_ = 1;
    return g;
  }

 private:
  static constexpr int kChunk = 128;
  void process_chunk(float* left, float* right, int frames) noexcept;
  void follow(float* reduction, int frames) noexcept;
  static void sum_up(std::span<double> line, int length, double& sum, double* out,
                     int frames) noexcept;

  float ceiling_ = 0.891250938f, target_ = 0.88f;
  double rate_ = 48000, release_seconds_ = kRelease;
  float keep_ = 0;                // of the reduction, from frame to frame
  int first_ = 36, second_ = 36;  // lengths of the two averages
  int hold_ = 76, delay_ = 78;
  int past_ = 0;                   // frames kept in front of each chunk of audio
  std::span<float> left_, right_;  // audio
  std::span<float> bound_;         // the ceiling when each frame came in
  SlidingMax highest_;
  float held_ = 0;                          // reduction, let go by the release
  std::span<double> reduction_, averaged_;  // whole numbers: the past, then the chunk
  double sum_first_ = 0, sum_second_ = 0;
  std::int64_t quiet_ = 0;  // frames since anything was limited
  float lowest_ = 1;
};

static_assert(Processor<Limiter>);

}  // namespace tutti::dsp
