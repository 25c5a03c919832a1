// How loud what a dynamics effect listens to is, frame by frame.
//
// Peak: the highest sample of the last few milliseconds (the hold), so that a steady tone has a
// steady level, its crest. RMS: the root of the mean square with a time constant of 10 ms. In front
// stand a high-pass and a low-pass (12 dB an octave, Butterworth, trapezoidal state-variable after
// Simper 2013), each out of the way at the end of its range. Levels are linear.
//
// Mono (a null right channel) is as if both channels were equal. Nothing depends on how the stream
// is cut. No allocation after prepare(); one thread at a time.
#pragma once

#include <array>

#include "engine/dsp/peak_hold.h"
#include "engine/effects/dynamics/kernels.h"

namespace tutti::effects::dynamics {

// Crests of 42 Hz and more lie in every hold of 12 ms, of 100 Hz and more in one of 5 ms.
inline constexpr double kLongHold = 0.012, kShortHold = 0.005;       // seconds
inline constexpr double kMeanSquare = 0.010;                         // seconds
inline constexpr double kLowestFilter = 20, kHighestFilter = 20000;  // Hz; there it is off

// Frames for which peaks are held when the release takes so long: a tenth of it up to 12 ms, but 5
// ms if that is at most half of it. The hold counts as part of the release.
int hold_frames(double rate, double release_seconds) noexcept;

// 1 - e^(-1 / frames): the part of the way in one frame, by a time constant.
float part_a_frame(double frames) noexcept;

// Attack and release in ms as the speeds of a gain that falls by the attack (compressor) and is let
// go by the release less the hold. By definition the gain in dB is 63.2 % of its way after each.
Speed falling_speed(double rate, double attack_ms, double release_ms, int hold) noexcept;

class Detector {
 public:
  void prepare(double rate, Arena& arena);
  void reset() noexcept;
  void set_filters(double high_pass, double low_pass) noexcept;  // Hz
  // `hold` as of hold_frames(); not used for RMS.
  void set_mode(bool rms, int hold) noexcept;

  // The louder channel's level; frames up to kChunk, `level` with room up to the next 16.
  void joint(const float* left, const float* right, float* level, int frames) noexcept;
  // Each channel's own. split() first, when joint() came before; merge() before joint() follows.
  void each(const float* left, const float* right, float* level_left, float* level_right,
            int frames) noexcept;
  void split() noexcept { holds_[1].copy(holds_[0]); }
  void merge() noexcept { holds_[0].raise(holds_[1]); }

 private:
  struct Section {  // one filter of one channel
    float a = 0, b = 0;
  };
  struct Cut {
    float a1 = 0, a2 = 0, a3 = 0;
    bool on = false;
  };
  Cut cut(double hz) const noexcept;
  const float* prepared(const float* in, std::size_t channel, float* room, int frames) noexcept;

  double rate_ = 48000, high_pass_ = kLowestFilter, low_pass_ = kHighestFilter;
  Cut high_, low_;
  std::array<Section, 2> high_state_{}, low_state_{};
  std::array<float, 2> power_{};
  float power_part_ = 1;
  bool rms_ = false;
  int hold_ = 1;
  std::array<dsp::PeakHold, 2> holds_;
};

}  // namespace tutti::effects::dynamics
