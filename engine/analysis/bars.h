// Which beats begin bars, and how many beats a bar has (3 or 4).
//
// Bars begin where chords change, where the bass enters and where what repeats begins to repeat;
// drums mark them by register (Goto, "An audio-based real-time beat tracking system for music with
// or without drum-sounds", JNMR 2001; Durand et al., IEEE/ACM TASLP 2017 for the choice of
// features). Every metre is tried by a Viterbi path over the places in the bar, which may slip
// where the evidence insists (a bar too long, a beat missed). Pure; linear in the number of beats.
#pragma once

#include <array>
#include <vector>

#include "engine/analysis/chords.h"
#include "engine/analysis/harmony.h"
#include "engine/analysis/onset_strength.h"

namespace tutti::analysis {

// What marks one beat against its neighbours; of zero mean and unit spread over the song.
struct BeatMarks {
  static constexpr int kCount = 6;  // chord change, harmonic change, bass change, low, middle, high
  std::array<float, kCount> value{};
};

struct BarTrack {
  int beats_per_bar = 4;
  std::vector<int> downbeats;  // indices of beats
  double score = 0;            // a beat; higher is better
};

std::vector<BeatMarks> beat_marks(const std::vector<double>& beats, const OnsetTracks& onsets,
                                  const std::vector<Chroma>& chromas,
                                  const std::vector<ChordSpan>& chords);

// Fewer than 4 beats: none.
BarTrack find_bars(const std::vector<BeatMarks>& marks);
// With the number of beats a bar given.
BarTrack find_bars(const std::vector<BeatMarks>& marks, int beats_per_bar);

// How alike beats are that lie `lag` apart, -1 … 1.
double likeness_at(const std::vector<BeatMarks>& marks, int lag);

}  // namespace tutti::analysis
