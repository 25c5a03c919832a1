// The key of a melody from how long each pitch class sounds.
//
// Krumhansl and Kessler's probe-tone profiles ("Cognitive Foundations of Musical Pitch", 1990) as
// corrected by Temperley ("What's Key for Key?", Music Perception 1999), correlated with the
// duration-weighted pitch classes; the last and the longest notes count more, since melodies tend
// to end on their tonic. Pure.
#pragma once

#include <array>
#include <span>
#include <string>

namespace tutti::analysis {

struct KeyEstimate {
  int tonic = 0;  // pitch class, 0 = C
  bool minor = false;
  double confidence = 0;     // 0 … 1: lead over the second-best key
  std::string name() const;  // "F# minor"
};

struct KeyNote {
  double pitch = 60;    // MIDI note number; rounded to the nearest
  double duration = 1;  // any unit
  double weight = 1;    // 0 … 1, confidence
};

// No notes: C major with confidence 0.
KeyEstimate estimate_key(std::span<const KeyNote> notes);

}  // namespace tutti::analysis
