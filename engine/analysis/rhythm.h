// Tempo, beat and metre from the onsets of a melody.
//
// The beat is the period whose halves, quarters or thirds best explain the times between onsets,
// beyond chance, weighted by the tempos that people prefer (van Noorden and Moelants, JNMR 1999).
// The notes are then followed through the singer's changes of pace by a phase-locked loop (Large
// and Jones, Psychological Review 1999). Metre is the bar length and phase at which long, loud
// notes begin most often (the length and phenomenal accents of Lerdahl and Jackendoff 1983). With
// free rhythm the answer stays a plain one, with low confidence. Pure; linear in the number of
// notes.
#pragma once

#include <span>
#include <vector>

namespace tutti::analysis {

struct RhythmNote {
  double start = 0;     // seconds, ascending
  double duration = 0;  // seconds
  double accent = 1;    // 0 … 1, loudness or confidence
};

struct RhythmHints {
  double tempo = 0;   // quarter notes a minute if known
  int numerator = 0;  // metre if known
  int denominator = 0;
};

struct Rhythm {
  double tempo = 120;  // quarter notes a minute
  double offset = 0;   // seconds at which a bar begins, at or before the first onset (may be < 0)
  int numerator = 4;
  int denominator = 4;
  double confidence = 0;  // 0 … 1: how well the onsets lie on the beat and its parts
  // Of each note: where it starts, in quarter notes from `offset`, by the beat as it was then, not
  // rounded; and the length of a quarter note then, in seconds.
  std::vector<double> position, pace;
};

Rhythm estimate_rhythm(std::span<const RhythmNote> notes, const RhythmHints& hints = {});

}  // namespace tutti::analysis
