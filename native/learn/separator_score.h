// The notes of a song made up for the separator: tempo, chords, melody, drums, bass, accompaniment.
#pragma once

#include <string>
#include <vector>

#include "engine/base/random.h"
#include "native/learn/tunes.h"

namespace tutti::learn {

struct SongNote {
  double start = 0, duration = 0;  // seconds
  int key = 60, velocity = 90;
};

enum class Figure { held, strummed, picked, stabs, offbeats, power, pulse, line };

struct SongPart {
  Figure figure = Figure::held;
  std::vector<SongNote> notes;
};

struct SongScore {
  double beat = 0.5;  // seconds
  int steps = 16;     // sixteenths a bar
  double length = 0;  // seconds
  std::vector<SongNote> drums, bass, melody, harmony;
  std::vector<SongPart> parts;
};

// Drums in General MIDI keys. The same seed and tunes give the same score.
SongScore make_score(const std::vector<Tune>& tunes, Random&, double seconds);

}  // namespace tutti::learn
