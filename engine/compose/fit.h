// From contour to notes: the melody nearest to a wanted line that keeps the rules of harmony.
//
// The best path through all notes of scale and chord (Viterbi 1967) by a sum of costs: hard ones
// (strong beats and notes before a rest hold chord tones; nothing outside scale and chord; the
// range) and soft ones (the wanted interval and height, leaps, dissonances that are not left by
// step, held notes that the next chord contradicts). Pure but for memory.
#pragma once

#include <span>
#include <vector>

#include "engine/compose/composer.h"

namespace tutti::compose {

struct LineNote {
  Ticks start;  // from the section's first bar, as the chords' times
  Ticks duration;
  int key = 60;       // MIDI note number
  double wanted = 0;  // height it would like to have, MIDI note number, fractional
  int accent = 0;     // added to its velocity
};

struct FitRequest {
  score::Key key;
  std::span<const ChordAt> chords;  // sorted, covering all notes; `at` from the section's first bar
  int lowest = 57, highest = 84;    // at least an octave apart
  double pull = 0.15;               // how much the height counts beside the intervals
  int before = -1;                  // the key that sounded last; -1: none
  int last = -1;                    // pitch class wanted for the last note; -1: any chord tone
};

// Sets `key` of each note. False when no line keeps the rules (never with chords of the scale).
bool fit(std::vector<LineNote>&, const FitRequest&);

// Does it begin on beat one or three, within a loose touch?
bool is_strong(Ticks start) noexcept;
// The chord that sounds at a time.
const Chord& chord_at(std::span<const ChordAt>, Ticks at) noexcept;
bool is_chord_tone(const Chord&, int key) noexcept;

}  // namespace tutti::compose
