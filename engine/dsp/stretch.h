// A recording at another speed and the same pitch, for offline use.
//
// A phase vocoder (dsp/vocoder.h) with frames of some 85 ms, pulled piece by piece: memory does not
// grow with the recording. Output frame n stands for input time n / factor, from the first frame
// on; what lies outside the recording counts as silence. Measured at 48 kHz, factors 0.5 to 2
// (tests/dsp/stretch_test.cpp): a tone's pitch is kept within 0.1 cent and its level within 0.1 dB,
// everything else lies 60 dB below it; at factor 1 the output is the input within -120 dB. Clean
// for factors 0.5 to 2; beyond, attacks and noise lose their edge.
//
// Construction allocates, pull() does not. One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/dsp/vocoder.h"

namespace tutti::dsp {

// Where the recording comes from. `right` may be the same for mono; `first` may lie outside, where
// there is silence.
class StretchSource {
 public:
  virtual ~StretchSource() = default;
  virtual void read(std::int64_t first, int frames, float* left, float* right) noexcept = 0;
};

class TimeStretch {
 public:
  static constexpr double kLeast = 0.1, kMost = 10;

  // `factor` of the duration, kLeast … kMost (clamped): 2 lasts twice as long. Channels 1 or 2.
  TimeStretch(double rate, double factor, int channels);

  std::int64_t out_frames(std::int64_t in_frames) const noexcept;

  // The next frames of the output. `right` is not touched for one channel.
  void pull(StretchSource& source, float* left, float* right, int frames) noexcept;
  // Back to the start.
  void reset() noexcept;

 private:
  void next_frame(StretchSource& source) noexcept;

  double factor_ = 1;
  int channels_ = 1;
  Vocoder vocoder_;
  std::int64_t frame_ = 0;       // number of the next one; its place in the output is frame_ * hop
  std::int64_t last_place_ = 0;  // in the input, of the frame before
  int ready_ = 0;                // finished frames not yet pulled
  std::vector<float> in_[2], out_[2];
};

// A whole recording at once; `right` empty for mono. Planar, as many channels as came in.
std::vector<std::vector<float>> stretched(double rate, std::span<const float> left,
                                          std::span<const float> right, double factor);

}  // namespace tutti::dsp
