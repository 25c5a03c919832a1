// The pitch of one voice over time: probabilistic YIN.
//
// Difference function with cumulative mean normalisation (de Cheveigné and Kawahara, "YIN", JASA
// 2002), candidates weighted by a beta prior over the threshold and a hidden Markov model over
// pitch and voicing (Mauch and Dixon, "pYIN", ICASSP 2014). The difference function comes from FFT
// autocorrelation; the threshold prior is integrated in closed form instead of in 100 steps; the
// Viterbi step uses a distance transform (Felzenszwalb et al., JMLR 2003), so a frame costs time
// linear in the number of pitch states. The winning candidate is then refined on a window
// symmetrical about the frame's centre, over several periods.
//
// Frame i is centred on time i * hop. Memory is a few tens of bytes a frame, whatever the length.
// Deterministic. Allocates; not for the audio thread.
#pragma once

#include <span>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"

namespace tutti::analysis {

inline constexpr double kAnalysisRate = 16000;  // Hz; everything below works at this rate
inline constexpr int kAnalysisHop = 96;         // samples: 6 ms
inline constexpr double kHopSeconds = kAnalysisHop / kAnalysisRate;

struct PitchOptions {
  double min_hz = 55;
  double max_hz = 3200;
};

// What is known of each 6-ms frame of a recording. All levels are floored 10 dB under the noise.
struct VoiceTrack {
  double hop = kHopSeconds;    // seconds
  std::vector<float> hz;       // 0 where unvoiced
  std::vector<float> voicing;  // 0 … 1: how periodic the sound is at that pitch
  std::vector<float> level;    // dBFS (RMS over 25 ms)
  std::vector<float> upper;    // dBFS from some 600 to 4500 Hz: falls in nasals and liquids
  std::vector<float> hiss;     // dBFS above 4500 Hz: rises in sibilants and breath
  std::vector<float> rise;     // dB: mean rise of the auditory bands over 30 ms
  std::vector<float> turn;     // dB: how much the spectrum's shape changes over 30 ms
  double noise = -120;         // dBFS: level of the background

  std::size_t frames() const { return hz.size(); }
};

// `mono` at any rate from 8 to 192 kHz; values that are not finite count as 0. Errors: cancelled.
Result<VoiceTrack> track_voice(std::span<const float> mono, double rate,
                               const PitchOptions& options = {}, const Progress& progress = {});

}  // namespace tutti::analysis
