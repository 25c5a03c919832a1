// Tempo, beat and metre from the onsets of a melody.
//
// The beat period and phase that best explain the onsets are found by a comb over candidate periods
// (a Rayleigh statistic at the beat and its subdivisions), weighted by the distribution of tempos
// that people prefer (van Noorden and Moelants, JNMR 1999); metre is the bar length and phase at
// which long, loud notes begin most often (Lerdahl and Jackendoff's length and phenomenal accent).
// With free rhythm the answer stays a plain one (4/4 near the middle of the preferred range) with
// low confidence. Pure.
#pragma once

#include <span>

namespace tutti::analysis {

struct RhythmNote {
  double start = 0;     // seconds, ascending
  double duration = 0;  // seconds
  double accent = 1;    // 0 … 1, loudness or confidence
};

struct RhythmHints {
  double tempo = 0;     // quarter notes a minute if known
  int numerator = 0;    // metre if known
  int denominator = 0;
};

struct Rhythm {
  double tempo = 120;     // quarter notes a minute
  double offset = 0;      // seconds at which a bar begins, at or before the first onset
  int numerator = 4;
  int denominator = 4;
  double confidence = 0;  // 0 … 1: how well the onsets lie on the grid
};

Rhythm estimate_rhythm(std::span<const RhythmNote> notes, const RhythmHints& hints = {});

}  // namespace tutti::analysis
