// Which tokens may come next in a phrase over chords, and the choice among them by chance.
//
// What a listener would hear as wrong is ruled out beforehand: notes outside the range, off the
// scale and the chord, off the chord on a strong beat or at the end, leaps over an octave, a fourth
// repetition, times off the grid, anything over the end. Pure; no allocation.
#pragma once

#include <array>
#include <span>

#include "engine/base/random.h"
#include "engine/compose/melody_tokens.h"

namespace tutti::compose::melody {

struct Rules {
  int end = 0;                  // steps: the phrase's last moment
  int lowest = 0, highest = 0;  // semitones from the tonic
  std::uint16_t scale = 0xfff;  // bit i: i semitones above the tonic
};

// What was said so far.
struct Standing {
  int now = 0;          // steps
  int last = 0;         // semitones from the tonic, where `any`
  bool any = false;     // a note was heard
  bool sounds = false;  // and it may be held on
  int repeated = 0;     // times that the last pitch came in a row
  int rested = 0;       // steps since the last note ended
};

using Allowed = std::array<bool, kTokens>;

// Durations that may begin now. At least one before the end.
Allowed durations_allowed(const Rules&, const Standing&) noexcept;
// Sounds for an event of this duration. At least one.
Allowed sounds_allowed(const Surroundings&, const Rules&, const Standing&, int duration) noexcept;

// Draws from what is allowed: softmax of scores / temperature, the least likely tokens beyond a
// share `nucleus` of the whole left out (Holtzman et al. 2020).
int choose(std::span<const float> scores, const Allowed&, double temperature, double nucleus,
           Random&) noexcept;

}  // namespace tutti::compose::melody
