// Which notes sound, as far as a mixture of instruments tells: the ground of chords, key and
// tuning.
//
// Long spectra (372 ms) are laid on a scale of three bins a semitone; when the recording's tuning
// is known the scale is moved onto it, the spectrum's slow shape is taken away, and the rest is
// explained as a sum of notes with overtones by non-negative least squares (Mauch and Dixon,
// "Approximate note transcription for the improved identification of difficult chords", ISMIR 2010;
// coordinate descent on the normal equations: Franc, Hlaváč and Navara 2005). Within a stretch each
// bin's median over time is taken first, which leaves drums out (Fitzgerald, DAFx 2010). Tuning is
// the circular mean of the spectra's peaks (Dressler and Streich, ISMIR 2007).
#pragma once

#include <array>
#include <vector>

#include "engine/analysis/song_frames.h"
#include "engine/analysis/tuning.h"
#include "engine/dsp/fft.h"

namespace tutti::analysis {

inline constexpr int kHarmonyHopSamples = 2048;
inline constexpr double kHarmonyHop = kHarmonyHopSamples / kSongRate;  // 93 ms

struct HarmonyTracks {
  static constexpr int kLowest = 24;    // MIDI note of the second bin: C1
  static constexpr int kBins = 3 * 88;  // a third of a semitone each
  std::vector<float> bins;              // kBins magnitudes a frame
  double tuning_cos = 0, tuning_sin = 0, tuning_weight = 0;
  std::size_t frames() const { return bins.size() / kBins; }
  Tuning tuning() const;
};

class HarmonySpectrum {
 public:
  static constexpr int kWindow = 8192;
  HarmonySpectrum();
  void push(const float* samples);  // kWindow samples around the next frame's centre
  HarmonyTracks& tracks() { return tracks_; }

 private:
  struct Row {
    int first;
    std::vector<float> weights;
  };
  void listen_for_tuning();

  dsp::RealFft fft_;
  std::vector<float> window_, block_, re_, im_, magnitude_;
  std::vector<Row> rows_;
  HarmonyTracks tracks_;
};

// How strongly each pitch class sounds in a stretch of time.
struct Chroma {
  std::array<float, 12> treble{}, bass{};  // 0 is C; sums of note strengths
  float level = 0;                         // mean magnitude of the stretch
  float clarity = 0;  // 0 … 1: how much of what stands out is explained by notes
};

// One chroma for each stretch between neighbouring `borders` (seconds, ascending).
std::vector<Chroma> chroma_between(const HarmonyTracks& tracks, const std::vector<double>& borders);

}  // namespace tutti::analysis
