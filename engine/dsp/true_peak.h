// Peaks between the samples, four-fold oversampled (ITU-R BS.1770-4, annex 2).
//
// The meter interpolates by a windowed sinc of 49 taps, whose pass band is flatter than that of the
// example in the annex (the filter of libebur128 is the same); the limiter takes the higher of that
// and the annex's own filter, so that its promise holds by either measure. Linear values, 1 is full
// scale. No allocation; one thread at a time.
#pragma once

#include <array>

namespace tutti::dsp {

inline constexpr int kTruePeakTaps = 12;
// Frames by which a point between the samples follows the sample before it.
inline constexpr int kTruePeakDelay = 6;
// No peak between samples exceeds this times the highest sample around it.
inline constexpr float kTruePeakMost = 2.03f;

// peaks[i] = the highest absolute value of what lies between in[i - 6] and in[i - 5] by both
// filters, and of in[i - 6]. in[-11] … in[frames + 15] must be readable and peaks writable up to
// frames rounded up to 16; what lies behind `frames` is not used.
void true_peaks(const float* in, float* peaks, int frames) noexcept;

class TruePeakMeter {
 public:
  void reset() noexcept {
    history_.fill(0);
    peak_ = sample_peak_ = 0;
  }
  void add(const float* in, int frames) noexcept;
  float peak() const noexcept {
    return peak_ > sample_peak_ ? peak_ : sample_peak_;
  }  // since reset
  float sample_peak() const noexcept { return sample_peak_; }

 private:
  static constexpr int kChunk = 512;
  std::array<float, kTruePeakTaps - 1> history_{};
  float peak_ = 0, sample_peak_ = 0;
};

}  // namespace tutti::dsp
