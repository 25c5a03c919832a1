// Singing from speech: syllables of spoken recordings bent to the notes of a melody.
//
// Speech (from text-to-speech programs or recordings) is cut into syllables: what is unvoiced
// before a vowel, and the vowel. A syllable is sung by pitch-synchronous overlap and add (Moulines
// and Charpentier 1990): its consonant as it is, its vowel's periods repeated at the note's pitch,
// with vibrato, glides, jitter, breath and another size of throat (periods resampled). Above what
// the speech holds, its upper band is copied upwards (spectral band replication), for breath and
// sibilants.
//
// Plain data, deterministic, one thread at a time.
#pragma once

#include <string>
#include <vector>

#include "engine/base/random.h"

namespace tutti::learn {

struct Syllable {
  long begin = 0, vowel = 0, end = 0;  // samples: consonant, vowel
  std::vector<long> marks;             // one a period of the vowel
  double period = 0;                   // samples, median
};

struct Speaker {
  std::string name;
  bool female = false;
  bool recorded = false;       // a singer, not speech
  std::vector<float> samples;  // 44.1 kHz
  std::vector<Syllable> syllables;
};

// Speech at any rate to a speaker; empty syllables where nothing voiced is found.
Speaker make_speaker(std::string name, const std::vector<float>& speech, double rate);

struct SungNote {
  double start = 0, duration = 0;  // seconds
  double key = 60;                 // MIDI note number
  double level = 1;
};

struct SingerStyle {
  double throat = 1;          // formants, times
  double vibrato = 30;        // cents, once it has grown
  double vibrato_rate = 5.5;  // Hz
  double glide = 0.05;        // seconds from note to note
  double scoop = 1.5;         // semitones below a new note where it begins
  double arc = 0.8;           // semitones, deviation: notes that rise and fall as in speech
  double breath = 0.002;      // noise beside the voice
  double bright = 0.3;        // overtones above what the speech holds
  double detune = 0;          // cents
  double late = 0;            // seconds
  double growl = 0;           // every other period weaker: 0 … 1
};

// A singer without a recording: pulses through moving formants (Klatt 1980), vowels and simple
// consonants drawn at random. Adds to `out` as sing() does; `throat` 1 is a man's.
void sing_formants(const std::vector<SungNote>&, const SingerStyle&, Random&,
                   std::vector<float>& out);

// Speech as it was spoken, from a place drawn at random, at another size of throat; phrases begin
// with the notes.
void speak(const Speaker&, const std::vector<SungNote>&, const SingerStyle&, Random&,
           std::vector<float>& out);

// Syllables in the order and about the time in which they were spoken, on the pitches of the
// melody.
void chant(const Speaker&, const std::vector<SungNote>&, const SingerStyle&, Random&,
           std::vector<float>& out);

// Adds the melody to `out` (mono, 44.1 kHz), a syllable a note.
void sing(const Speaker&, const std::vector<SungNote>&, const SingerStyle&, Random&,
          std::vector<float>& out);

}  // namespace tutti::learn
