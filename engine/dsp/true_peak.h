// Peaks between the samples: four-fold oversampling by the filter of ITU-R BS.1770-4, annex 2.
//
// Linear values, 1 is full scale. No allocation; one thread at a time.
#pragma once

#include <array>

namespace tutti::dsp {

inline constexpr int kTruePeakTaps = 12;
// No peak between samples exceeds this times the highest sample around it.
inline constexpr float kTruePeakMost = 2.03f;

// peaks[i] = the highest absolute value of the four interpolated points and the sample itself that
// belong to in[i]; in[-11] … in[frames - 1] must be readable. The points of in[i] lie around the
// sample 6 frames before it.
void true_peaks(const float* in, float* peaks, int frames) noexcept;

class TruePeakMeter {
 public:
  void reset() noexcept {
    history_.fill(0);
    peak_ = 0;
  }
  void add(const float* in, int frames) noexcept;
  float peak() const noexcept { return peak_; }  // since reset

 private:
  static constexpr int kChunk = 256;
  std::array<float, kTruePeakTaps - 1> history_{};
  float peak_ = 0;
};

}  // namespace tutti::dsp
