// Level and spectral shape of each frame of a recording, for finding note boundaries.
//
// Short-time spectra (32-ms Hann windows) are gathered into bands of roughly equal width to the ear
// (Traunmüller's Bark formula, JASA 1990); onsets show as a rise of the bands against their maximum
// neighbourhood a few frames earlier (Böck and Widmer, "SuperFlux", DAFx 2013). One object serves
// one thread; push() does not allocate beyond growing the outputs.
#pragma once

#include <vector>

#include "engine/analysis/pitch.h"
#include "engine/dsp/fft.h"

namespace tutti::analysis {

class SpectrumFrames {
 public:
  static constexpr int kWindow = 512;  // samples read, from half before the centre on
  static constexpr int kBands = 18;

  SpectrumFrames();
  // Appends one frame to track.level, upper and hiss; band levels are kept for changes().
  void push(const float* samples, VoiceTrack& track);
  // Of frame i: how many frames later (or, negative, earlier) than its centre its sound is loudest
  // on the mean. A swelling or fading tone is heard off the centre, and so is its pitch.
  float lean(std::size_t i) const { return lean_[i]; }
  // Fills track.rise and track.turn once the noise is known.
  void changes(VoiceTrack& track) const;

 private:
  dsp::RealFft fft_;
  std::vector<float> window_, level_window_, block_, re_, im_, upper_weight_;
  int edges_[kBands + 1];
  std::vector<float> lean_;
  std::vector<float> bands_;  // kBands levels in dB a frame
};

}  // namespace tutti::analysis
