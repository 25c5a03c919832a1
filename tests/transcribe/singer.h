// A singer made of formulas, with the truth known exactly: material for the transcription tests.
//
// Harmonics under a formant envelope, sung on syllables (hummed, "la", "ma", "ta", "sa", vowels
// bound together), with vibrato, glides between notes, scoops into them, unsteadiness, breath and
// room noise; or whistled. Deterministic for a seed.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/analysis/evaluate.h"

namespace tutti::testing {

enum class Syllable { hum, la, ma, ta, sa, legato, whistle };

struct Style {
  Syllable syllable = Syllable::hum;
  double notes_a_minute = 100;
  double low_hz = 150, high_hz = 400;  // range of the melody
  int notes = 16;
  double vibrato_cents = 0;  // to either side
  double vibrato_hz = 5.5;
  double glide_seconds = 0.05;  // of a change of pitch
  double scoop_cents = 0;       // how far below a note begins, after a silence
  double jitter_cents = 4;      // slow unsteadiness
  double breath_db = -45;       // breath noise against the voice
  double room_db = -80;         // white room noise against the voice
  double repeat = 0.2;          // share of notes on the pitch of the one before
  double rest = 0.15;           // share of notes followed by a rest
  double tuning_cents = 0;      // of the singer against A4 = 440 Hz
  bool random_rhythm = false;   // values of 1/2, 1 and 2 beats instead of even ones
  double level_db = -20;        // RMS of the voice, dBFS
  double rate = 44100;
  std::uint64_t seed = 1;
};

struct Sung {
  std::vector<float> audio;
  std::vector<analysis::ScoredNote> notes;
  std::vector<float> f0;  // one value a millisecond, 0 where nothing is sung
  double rate = 44100;
};

Sung sing(const Style& style);

}  // namespace tutti::testing
