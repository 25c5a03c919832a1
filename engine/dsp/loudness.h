// Loudness as broadcasters measure it: ITU-R BS.1770-4 and EBU R 128, Tech 3341 and 3342.
//
// K-weighting, 400-ms momentary and 3-s short-term loudness (looked at every 10 ms, so that maxima
// are those of the sound and not of its place in a grid), gated integrated loudness and loudness
// range, at any rate from 8 to 192 kHz. LUFS; silence is -infinity, given as kSilence.
// Channels in the order of WAVE files: mono; L R; L R C; L R Ls Rs; L R C Ls Rs; L R C LFE Ls Rs.
// L R C LFE and two more pairs. Surrounds (at 60 to 120 degrees) weigh 1.41, the LFE nothing.
// Memory is fixed whatever the length (histograms of 0.02 LU keep the exact energy of each bin, so
// the gates err by far less than 0.02 LU); add() never allocates. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/dsp/true_peak.h"

namespace tutti::dsp {

inline constexpr double kSilence = -200;  // LUFS given for digital silence and for nothing yet
inline constexpr int kMaxLoudnessChannels = 8;

class LoudnessMeter {
 public:
  explicit LoudnessMeter(double rate = 48000, int channels = 2) { prepare(rate, channels); }
  void prepare(double rate, int channels = 2);  // forgets everything; allocates
  void reset() noexcept;

  // `right` may be null: one channel is heard.
  void add(const float* left, const float* right, int frames) noexcept;
  // As many channels as prepare() was told, planar.
  void add(std::span<const float* const> channels, int frames) noexcept;

  // Over the last 400 ms and 3 s. Before that much has been heard, silence counts as what came
  // before.
  double momentary() const noexcept;
  double short_term() const noexcept;
  double momentary_max() const noexcept;
  double short_term_max() const noexcept;
  // Since reset: gated at -70 LUFS and 10 LU below the mean. kSilence if nothing passes the gates.
  double integrated() const noexcept;
  // LU between the 10th and the 95th percentile of short-term loudness; 0 if too short.
  double range() const noexcept;

 private:
  static constexpr int kMomentary = 40, kShortTerm = 300;  // slices of 10 ms
  static constexpr double kBin = 0.02, kLowest = -70;
  static constexpr int kBins = 5000;  // up to +30 LUFS
  struct Histogram {
    std::vector<std::uint64_t> count;
    std::vector<double> energy;
    void clear();
    void add(double power);
  };
  // Two channels side by side: both filter stages' memories, energy of the slice.
  struct Pair {
    double state[4][2], energy[2];
  };
  struct Coefficients {
    double b0 = 1, b1 = 0, b2 = 0, a1 = 0, a2 = 0;
  };
  void filter(Pair& pair, const float* first, const float* second, int frames) const noexcept;
  double power_of_last(int slices) const noexcept;
  double power_up_to_now(int slices) const noexcept;
  std::int64_t end_of(std::int64_t slice) const noexcept;
  void end_slice() noexcept;

  Coefficients shelf_, high_pass_;
  std::array<Pair, kMaxLoudnessChannels / 2> pairs_{};
  std::array<double, kMaxLoudnessChannels> weights_{};
  int channels_ = 2, active_ = 2;
  double rate_ = 48000;
  std::array<double, kShortTerm> slices_{};  // energy of each, the newest at (slice_count_ - 1) %
  std::int64_t slice_count_ = 0, position_ = 0, slice_end_ = 0;
  double momentary_max_ = 0, short_term_max_ = 0;  // mean squares
  Histogram blocks_, short_terms_;
};

// What `tutti loudness` says of a whole recording.
struct LoudnessReport {
  double integrated = kSilence;      // LUFS
  double range = 0;                  // LU
  double momentary_max = kSilence;   // LUFS
  double short_term_max = kSilence;  // LUFS
  double true_peak = kSilence;       // dBTP, the highest of all channels
  double sample_peak = kSilence;     // dBFS
};

// Loudness, true peak and sample peak in one pass over a stream of any length.
class LoudnessScan {
 public:
  LoudnessScan(double rate, int channels);  // 1 … kMaxLoudnessChannels
  void add(std::span<const float* const> channels, int frames) noexcept;
  LoudnessReport report() const noexcept;

 private:
  LoudnessMeter meter_;
  std::array<TruePeakMeter, kMaxLoudnessChannels> peaks_{};
  int channels_ = 2;
};

}  // namespace tutti::dsp
