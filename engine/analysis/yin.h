// One frame of probabilistic YIN: which periods could this stretch of sound have?
//
// de Cheveigné and Kawahara (JASA 2002) for the cumulative-mean-normalised difference function;
// Mauch and Dixon (ICASSP 2014) for the prior over its threshold. The difference function is taken
// from the autocorrelation by FFT, on a lag grid of half a sample, so that whistling stays sharp.
// Works at kAnalysisRate. Construction allocates; the rest does not. One thread at a time.
#pragma once

#include <vector>

#include "engine/dsp/fft.h"

namespace tutti::analysis {

struct PitchCandidate {
  float hz = 0;
  float probability = 0;   // mass of the threshold prior that picks this period
  float aperiodicity = 1;  // the normalised difference at this period, 0: exactly periodic
};

class Yin {
 public:
  static constexpr int kWindow = 512;  // samples compared: 32 ms
  static constexpr int kMaxCandidates = 12;

  Yin(double min_hz, double max_hz);

  // Samples that find() reads: from `samples` on.
  int span() const { return kWindow + max_lag_; }
  // Where in that stretch the frame is centred.
  int centre() const { return kWindow / 2 + kCentreLag; }

  // The candidates of the stretch that begins at `samples`, most probable first; their number.
  int find(const float* samples, PitchCandidate* out) noexcept;

  // The pitch near `hz` about samples[0], refined to a cent or so on a window symmetrical about it;
  // reads reach() samples to either side. Gives `hz` back where there is no such period.
  double refine(const float* samples, double hz) const noexcept;
  static constexpr int reach() { return 480; }

 private:
  static constexpr int kCentreLag = 40;  // half the period of a 200-Hz voice
  int min_lag_, max_lag_;
  dsp::RealFft narrow_, wide_;
  std::vector<float> block_, a_re_, a_im_, b_re_, b_im_, correlation_, difference_;
};

}  // namespace tutti::analysis
