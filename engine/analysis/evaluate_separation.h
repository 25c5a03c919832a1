// How near separated stems are to the true ones, as mir_eval's `separation` measures it.
//
// BSS Eval version 3 (Vincent, Gribonval and Févotte, "Performance measurement in blind audio
// source separation", IEEE TASLP 14(4), 2006): the estimate is split into the true source, and what
// filters of 512 taps make of it, of the other sources, and of nothing (the rest). `sources` takes
// one channel and forgives a filter of the source; `images` takes several and does not, but tells
// it apart as spatial distortion. Agrees with mir_eval to 1e-3 dB. Beside them SI-SDR (Le Roux,
// Wisdom, Erdogan and Hershey, "SDR – half-baked or well done?", ICASSP 2019), over all channels
// at once and without removing the mean.
//
// Signals are [source][channel][frame], all of one shape; values in dB, infinite where nothing is
// left over. A silent source or estimate has no score: bad_input (framewise: NaN for that frame, as
// mir_eval). Work grows as frames × (sources × channels)² and (sources × channels × taps)³; memory
// is 8 bytes × (sources × channels × taps)². Pure; allocates; stops where `progress` says so
// (cancelled).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"

namespace tutti::analysis {

using Signals = std::vector<std::vector<std::vector<float>>>;  // [source][channel][frame]

struct SeparationScores {
  // Of each reference, by the estimate that belongs to it.
  std::vector<double> sdr, isr, sir, sar;  // isr: of images alone
  std::vector<int> permutation;            // which estimate that is
};

struct SeparationOptions {
  bool images = false;      // else sources, which must have one channel
  bool permutation = true;  // find the order with the best mean SIR; else as they stand
  int taps = 512;
  std::int64_t window = 30 * 44100, hop = 15 * 44100;  // framewise
};

Result<SeparationScores> score_separation(const Signals& reference, const Signals& estimate,
                                          const SeparationOptions& = {}, const Progress& = {});
// Frames of `window`, `hop` apart, those that fit; the whole at once where fewer than two do.
// [value][source][frame] in the order of SeparationScores.
struct FramewiseScores {
  std::vector<std::vector<double>> sdr, isr, sir, sar, permutation;  // [source][frame]
};
Result<FramewiseScores> score_separation_framewise(const Signals& reference,
                                                   const Signals& estimate,
                                                   const SeparationOptions& = {},
                                                   const Progress& = {});

// Plain: 10 log10 of the reference's energy over that of the difference (the SDR of the Music
// Demixing Challenge 2021, and of `images`). -infinity for a silent reference.
double plain_sdr(std::span<const std::vector<float>> reference,
                 std::span<const std::vector<float>> estimate);
// After the estimate's best gain.
double si_sdr(std::span<const std::vector<float>> reference,
              std::span<const std::vector<float>> estimate);

}  // namespace tutti::analysis
