// Loudness as broadcasters measure it: ITU-R BS.1770-4 and EBU R 128, Tech 3341 and 3342.
//
// K-weighting, 400-ms momentary and 3-s short-term loudness, gated integrated loudness and loudness
// range, for mono or stereo at any rate. LUFS; silence is -infinity, given as kSilence. Memory is
// fixed (histograms of 0.02 LU keep the exact energy of each bin, so the gates err by far less
// than 0.02 LU); add() never allocates. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/dsp/biquad.h"

namespace tutti::dsp {

inline constexpr double kSilence = -200;  // LUFS given for digital silence and for nothing yet

class LoudnessMeter {
 public:
  explicit LoudnessMeter(double rate = 48000) { prepare(rate); }
  void prepare(double rate);  // forgets everything; allocates
  void reset() noexcept;

  // `right` may be null for mono.
  void add(const float* left, const float* right, int frames) noexcept;

  // Over the last 400 ms and 3 s, updated every 100 ms. Before that much has been heard, silence
  // counts as what came before.
  double momentary() const noexcept;
  double short_term() const noexcept;
  double momentary_max() const noexcept { return momentary_max_; }
  double short_term_max() const noexcept { return short_term_max_; }
  // Since reset: gated at -70 LUFS and 10 LU below the mean. kSilence if nothing passes the gates.
  double integrated() const noexcept;
  // LU between the 10th and the 95th percentile of short-term loudness; 0 if too short.
  double range() const noexcept;

 private:
  static constexpr int kSlices = 30;  // of 100 ms
  static constexpr double kBin = 0.02, kLowest = -70;
  static constexpr int kBins = 5000;  // up to +30 LUFS
  struct Histogram {
    std::vector<std::uint64_t> count;
    std::vector<double> energy;
    void clear();
    void add(double power);
  };
  double power_of_last(int slices) const noexcept;
  void end_slice() noexcept;

  BiquadCoefficients shelf_, high_pass_;
  std::array<std::array<Biquad, 2>, 2> filters_;
  std::array<double, kSlices> slices_{};  // mean power of each
  int slice_frames_ = 4800, in_slice_ = 0;
  std::int64_t slice_count_ = 0;
  double sum_ = 0;
  double momentary_max_ = kSilence, short_term_max_ = kSilence;
  Histogram blocks_, short_terms_;
};

}  // namespace tutti::dsp
