// The end of the chain, behind the master strip: metronome, output gain, limiter, meters.
//
// prepare() allocates, nothing else does. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/arena.h"
#include "engine/dsp/limiter.h"
#include "engine/dsp/loudness.h"
#include "engine/graph/delay.h"
#include "engine/graph/metronome.h"
#include "engine/graph/player.h"
#include "engine/graph/timeline.h"
#include "engine/param/smoothed.h"

namespace tutti::graph {

class Master {
 public:
  void prepare(double rate, int max_block);
  void set(double gain_db, double ceiling_db) noexcept;
  void set_click_gain(double gain_db) noexcept;

  void process(float* left, float* right, int frames, std::span<const Click> clicks) noexcept;
  std::int64_t latency() const noexcept { return limits_ ? limiter_.latency() : 0; }
  // How late the mix comes: clicks wait for it. Allocates.
  void set_click_delay(std::int64_t frames, bool now) { click_delay_.set(frames, now); }
  void set_limiter(bool on) noexcept;
  void set_meters(bool on) noexcept { measures_ = on; }
  // Nothing has come in for as long as the limiter keeps.
  bool silent() const noexcept {
    return quiet_ >= limiter_.latency() + click_delay_.memory() && metronome_.silent();
  }
  Meters take_meters() noexcept;

 private:
  void aim(bool now) noexcept;
  void click(float* left, float* right, int frames, std::span<const Click> clicks) noexcept;
  void measure(const float* left, const float* right, int frames) noexcept;

  Arena arena_;
  Metronome metronome_;
  dsp::Limiter limiter_;
  dsp::LoudnessMeter loudness_;
  param::Smoothed gain_;
  Delay click_delay_;
  std::vector<float> click_left_, click_right_;
  bool limits_ = true, measures_ = true;
  double master_db_ = 0;
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
