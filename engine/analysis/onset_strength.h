// How strongly something begins, a hundred times a second, in three registers.
//
// Logarithmic spectra (46-ms Hann windows, 24 bands an octave) are compared with the spectrum of
// 20 ms before, widened by one band on either side so that vibrato does not count (Böck and Widmer,
// "Maximum filter vibrato suppression for onset detection", DAFx 2013); rises are summed. The three
// registers (kick and bass, middle, cymbals and consonants) tell beats from off-beats. Levels
// follow the recording's own peak, so that a soft one is heard as a loud one is. Frame i stands
// for time i * kOnsetHop. Streaming; push() allocates only what the outputs grow by.
#pragma once

#include <vector>

#include "engine/analysis/song_frames.h"
#include "engine/dsp/fft.h"

namespace tutti::analysis {

inline constexpr int kOnsetHopSamples = 220;
inline constexpr double kOnsetHop = kOnsetHopSamples / kSongRate;  // seconds

struct OnsetTracks {
  std::vector<float> low, middle, high;  // to 160 Hz, to 2500 Hz, above; >= 0
  std::size_t frames() const { return low.size(); }
};

class OnsetStrength {
 public:
  static constexpr int kWindow = 1024;

  OnsetStrength();
  void push(const float* samples);  // kWindow samples around the next frame's centre
  OnsetTracks& tracks() { return tracks_; }

 private:
  static constexpr int kLag = 2;  // frames between the spectra compared

  dsp::RealFft fft_;
  std::vector<float> window_, block_, re_, im_, magnitude_;
  std::vector<int> edges_;  // bands: bins edges_[b] … edges_[b + 1] - 1
  int low_bands_ = 0, middle_bands_ = 0;
  std::vector<float> recent_[kLag];  // widened log spectra, the oldest first
  float peak_ = 0;
  int seen_ = 0;
  OnsetTracks tracks_;
};

}  // namespace tutti::analysis
