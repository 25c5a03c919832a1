// Tunes as they stand in the collections, and the reading of them.
//
// Times are steps of melody::kStepsPerQuarter a quarter, pitches MIDI note numbers, bar 0 begins at
// step 0 and a pick-up is negative. Readers skip what they cannot use rather than fail: a
// collection of folk tunes is never quite clean.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/compose/melody_tokens.h"

namespace tutti::learn {

namespace melody = compose::melody;

struct Note {
  int start = 0, duration = 0;
  int key = 60;
};

struct Chord {
  int start = 0;
  int root = -1;            // pitch class; -1: none
  std::uint16_t tones = 0;  // bit i: i semitones above the root
};

struct Tune {
  std::string id;     // of the source; parts of one source share what stands before '#'
  std::string title;  // lower-case letters only
  melody::Manner manner = melody::Manner::unknown;
  melody::Metre metre = melody::Metre::other;
  int bar = 96;   // steps
  int tonic = 0;  // pitch class
  bool minor = false;
  std::vector<Note> notes;    // sorted, not overlapping
  std::vector<Chord> chords;  // sorted; may be empty
};

// "4/4" … ; false where it is none. `bar` in steps.
bool read_metre(std::string_view text, melody::Metre& metre, int& bar);

// A book of tunes in ABC notation (abcnotation.com/wiki/abc:standard:v2.1), the part of it that
// melodies with chord symbols use. Repeats are not played out; of first and second endings the
// second is kept. A change of key or metre begins a new part.
std::vector<Tune> read_abc(std::string_view book, const std::string& name);

// JSON lines with `notes` as [onset, duration, key] in quarters, `time`, `key_fifths` and perhaps
// `chords` as [onset, root, kind].
std::vector<Tune> read_json_lines(std::string_view lines, const std::string& name,
                                  melody::Manner manner);

// All of `folder`/midi_corpus, in a fixed order. not_found where a collection is missing.
Result<std::vector<Tune>> read_corpus(const std::string& folder);

// Major or minor, and the tonic, of notes under a key signature of `fifths` sharps (flats below 0):
// of the two relative keys the one whose profile (Krumhansl and Kessler 1982) fits better, the last
// note counting for a quarter of it.
void choose_key(Tune& tune, int fifths);

}  // namespace tutti::learn
