// What can be counted about a melody over chords, so that composed and human music can be compared.
//
// The measures are usual ones of corpus studies: shares of chord and scale tones (by time, and of
// notes on strong beats), Shannon entropy of the pitch classes (Krumhansl 1990 and later corpus
// work), interval sizes (Huron, "Sweet Anticipation", 2006), how much of the rhythm and of the
// intervals has been heard before in the piece, and how harmony closes. Values; it allocates. Pure.
#pragma once

#include <span>
#include <vector>

#include "engine/compose/composer.h"

namespace tutti::compose {

struct TuneNote {
  double start = 0, duration = 1;  // quarter notes
  int key = 60;                    // MIDI note number
};
struct TuneChord {
  double start = 0;  // quarter notes; holds to the next one
  Chord chord;
};

// A melody in 4/4 with its chords; notes sorted by start, one at a time.
struct Piece {
  score::Key key;
  std::vector<TuneNote> notes;
  std::vector<TuneChord> chords;
  double length = 0;  // quarter notes
};

struct Statistics {
  double chord_tones = 0;         // share of the melody's time that is on a tone of the chord
  double strong_chord_tones = 0;  // share of notes on beats one and three that begin on one
  double scale_tones = 0;         // share of its time within the key
  double entropy = 0;             // of pitch classes weighted by time, bits; 3.58 at most
  double mean_interval = 0;       // semitones from note to note
  double steps = 0;               // share of intervals of one or two semitones
  double repeated_rhythm = 0;     // share of two-bar windows whose onsets came before
  double repeated_shape = 0;      // … whose onsets and directions came before
  double notes_per_bar = 0;
  double silence = 0;  // share of bars in which no note begins
  double chords_per_bar = 0;
  double chord_entropy = 0;  // of chord roots relative to the tonic, by time, bits
  double dominant_home = 0;  // share of dominants (root V) that go to the tonic
  double phrase_home = 0;    // share of eighth bars that close on I, i or V, v
  bool ends_home = false;    // last chord on the tonic
};

Statistics statistics_of(const Piece&);

// The melody of composed bars (of one chapter), with its chords, in the key of the first.
Piece melody_of(std::span<const Bar> bars);

}  // namespace tutti::compose
