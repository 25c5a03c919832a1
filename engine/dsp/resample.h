// Change of sampling rate for analysis: polyphase windowed sinc, deterministic, random access.
//
// Kaiser window (Kaiser and Schafer 1980), about 90 dB of stop-band attenuation, pass band up to
// 0.9 of the lower Nyquist frequency. Output sample n stands exactly at time n / out_rate of the
// input, so there is no delay to account for, and any range of the output can be asked for without
// the ones before it: a long recording is converted piece by piece in bounded memory. Outside the
// input the signal counts as silence. Construction allocates, read() does not. Immutable after
// construction, so one object may serve several threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tutti::dsp {

class Resampler {
 public:
  // Rates in Hz, above 0; their ratio within 1/64 … 64.
  Resampler(double in_rate, double out_rate);

  // How many output samples cover `in_frames` input samples.
  std::int64_t out_frames(std::int64_t in_frames) const;

  // Output samples first … first + out.size() - 1 of the whole input `in`.
  void read(std::span<const float> in, std::int64_t first, std::span<float> out) const noexcept;

  // All of it at once.
  std::vector<float> convert(std::span<const float> in) const;

 private:
  double in_rate_ = 1, out_rate_ = 1;
  std::int64_t up_ = 1, down_ = 1;  // out/in = up/down when exact_
  bool exact_ = true;
  int taps_ = 0;  // a multiple of 8
  int phases_ = 1;
  std::vector<float> table_;  // phases_ (+ 1 when interpolated) rows of taps_
};

}  // namespace tutti::dsp
