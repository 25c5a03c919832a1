// What compressor, expander and ducker have in common: a detector, a curve, a gain that follows it
// in decibels, look-ahead, and both channels more or less linked (feed-forward, log domain,
// smoothed after the curve: Giannoulis, Massberg & Reiss 2012).
//
// Fully linked channels share one detector and one gain. Otherwise each has its own, drawn towards
// the lower of both; when the link closes again, one gain remains once both have met. Samples do
// not depend on how the stream is cut. No allocation after prepare(); one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/dsp/processor.h"
#include "engine/effects/dynamics/detector.h"
#include "engine/effects/dynamics/kernels.h"

namespace tutti::effects::dynamics {

struct CoreSettings {
  Curve curve;
  Speed speed;
  float link = 1;  // 0 … 1
  bool rms = false;
  int hold = 1;    // of the detector (hold_frames)
  int linger = 0;  // frames for which the gain stands still before it rises
  double high_pass = kLowestFilter, low_pass = kHighestFilter;
};

// Gain besides the curve: of one chunk frame by frame, or standing where the pointers are null.
struct Trim {
  const float *make_up = nullptr, *mix = nullptr;  // octaves; 0 … 1
  float still_make_up = 0, still_mix = 1;
};

class GainCore {
 public:
  void prepare(double rate, int look_ahead, Arena& arena);
  void reset() noexcept;
  void configure(const CoreSettings& settings) noexcept;

  // Up to chunk_at(frames) frames, in place; the right channels may be null.
  void process(float* left, float* right, const float* side_left, const float* side_right,
               int frames, const Trim& trim) noexcept;
  // Frames to hand over at once, of those that are left.
  int chunk_at(int frames) const noexcept;

  // The same in three steps, so that the middle one can run for many at once; only while single().
  bool single() const noexcept { return !apart_ && settings_.link >= 1 && settings_.linger == 0; }
  void begin(const float* left, const float* right, float* row, int frames) noexcept;
  const Speed& speed() const noexcept { return settings_.speed; }
  float& state() noexcept { return state_[0]; }
  void finish(float* left, float* right, float* row, int frames, const Trim& trim) noexcept;

  // The lowest gain since the last call, in octaves: 0 or below.
  float take_lowest() noexcept {
    const float lowest = lowest_;
    lowest_ = 0;
    return lowest;
  }

 private:
  void follow_one(float* row, std::size_t channel, int frames) noexcept;
  void shape(float* row, const Trim& trim, int frames) noexcept;
  void late(float* audio, std::size_t channel, int frames) noexcept;

  CoreSettings settings_;
  Detector detector_;
  std::array<float, 2> state_{};
  std::array<int, 2> lingering_{};
  bool apart_ = false;  // each channel has its own gain
  int look_ahead_ = 0;
  std::array<std::span<float>, 2> lines_;
  std::int64_t position_ = 0;
  float lowest_ = 0;
};

}  // namespace tutti::effects::dynamics
