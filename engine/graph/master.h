// The end of the chain: metronome, master gain, limiter, meters.
//
// prepare() allocates, nothing else does. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/base/arena.h"
#include "engine/dsp/limiter.h"
#include "engine/dsp/loudness.h"
#include "engine/graph/metronome.h"
#include "engine/graph/player.h"
#include "engine/graph/timeline.h"
#include "engine/param/smoothed.h"

namespace tutti::graph {

class Master {
 public:
  void prepare(double rate, int max_block);
  void set_plan_gain(double gain) noexcept;
  void set(double gain_db, double ceiling_db) noexcept;
  void set_click_gain(double gain_db) noexcept;

  void process(float* left, float* right, int frames, std::span<const Click> clicks) noexcept;
  std::int64_t latency() const noexcept { return limiter_.latency(); }
  // Nothing has come in for as long as the limiter keeps.
  bool silent() const noexcept { return quiet_ >= limiter_.latency() && metronome_.silent(); }
  Meters take_meters() noexcept;

 private:
  void aim(bool now) noexcept;
  void measure(const float* left, const float* right, int frames) noexcept;

  Arena arena_;
  Metronome metronome_;
  dsp::Limiter limiter_;
  dsp::LoudnessMeter loudness_;
  param::Smoothed gain_;
  double plan_gain_ = 1, master_db_ = 0;
  std::int32_t glide_ = 480;
  std::int64_t quiet_ = 0;
  Meters meters_;
  // Mean squares of the last 30 slices of 10 ms.
  static constexpr int kSlices = 30;
  std::array<std::array<double, kSlices>, 2> squares_{};
  std::array<double, 2> sums_{};
  int slice_frames_ = 480, in_slice_ = 0, slice_ = 0;
};

}  // namespace tutti::graph
