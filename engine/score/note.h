// A note as it stands in a score: musical time, a key number, a velocity.
#pragma once

#include <compare>

#include "engine/base/ticks.h"

namespace tutti::score {

struct Note {
  Ticks start;
  Ticks duration;         // > 0
  int key = 60;           // MIDI note number, 0 … 127; 60 is middle C
  int velocity = 100;     // MIDI velocity, 1 … 127
  int channel = 0;        // 0 … 15; 9 is percussion by General MIDI
  double confidence = 1;  // 0 … 1: how sure the transcriber was; 1 for notes a person wrote

  friend constexpr auto operator<=>(const Note&, const Note&) = default;
};

}  // namespace tutti::score
