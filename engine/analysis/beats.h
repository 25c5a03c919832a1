// Tempo and beats of a recording.
//
// The onset strength's autocorrelation over 8 s says which periods are in the air, moment by moment
// (Grosche and Müller's tempogram, IEEE TASLP 2011). Since a beat, its half and its double all fit,
// several readings are followed through the song: for each its period may drift (Viterbi over the
// tempogram), and dynamic programming sets beats where onsets are and the period is kept (Ellis,
// "Beat tracking by dynamic programming", JNMR 2007). The reading is then chosen that leaves the
// least between its beats, with the tempos people tap to (van Noorden and Moelants, JNMR 1999;
// Parncutt, Music Perception 1994) as prior. Pure; time linear in the length.
#pragma once

#include <vector>

#include "engine/analysis/onset_strength.h"

namespace tutti::analysis {

struct BeatTrack {
  std::vector<double> beats;  // seconds, ascending; empty where nothing pulses
  double tempo = 0;           // beats a minute, of the median beat; 0 without beats
  double other = 0;           // the second-best reading's tempo; 0: none
  double tempo_confidence = 0;
  double confidence = 0;  // 0 … 1: how well onsets lie on the beats
};

BeatTrack track_beats(const OnsetTracks& onsets);

// One reading of the pulse, as it was judged. Exposed for tests and for learning the weights.
struct PulseReading {
  static constexpr int kTraits = 10;
  double period = 0;            // seconds, median
  double traits[kTraits] = {};  // see beats.cpp
  double score = 0;
  std::vector<int> frames;  // of the beats
};
// All readings, the best first.
std::vector<PulseReading> pulse_readings(const OnsetTracks& onsets);

}  // namespace tutti::analysis
