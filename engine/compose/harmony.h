// The chords of a section: when they change, which they are, their colour and their bass.
//
// Harmonic rhythm by style and density; a Markov walk (progression.h) that is led to the section's
// cadence; colours, suspensions, secondary dominants and borrowed chords by tension; inversions for
// a smooth bass. Everything is relative to the tonic, so a change of key transposes it. Values; it
// allocates.
#pragma once

#include <vector>

#include "engine/base/random.h"
#include "engine/compose/form.h"
#include "engine/compose/progression.h"
#include "engine/compose/style.h"

namespace tutti::compose {

struct PlannedChord {
  Ticks at;  // from the section's first bar
  Ticks duration;
  Chord chord;  // root and bass in semitones above the tonic
  Step step;    // what it was before it was coloured
  bool diatonic = true;
};

struct HarmonyRequest {
  score::Mode mode = score::Mode::minor;
  const StyleRow* style = nullptr;
  FormSection section;
  int first_bar = 0;  // within the section: > 0 when the rest of a section is planned anew
  double intensity = 0.4, density = 0.4;
  double tension = 0.4;
  bool opens = false, closes = false;  // the chapter's first section, its last
  Step before{-1, Family::minor};      // the chord that sounded last; root -1: none
  int bass_before = -1;
};

// Chords from first_bar to the section's end, without gap.
std::vector<PlannedChord> plan_harmony(const HarmonyRequest&, Random&);

// The chords of a cadence by the mode, the last being the one it rests on; 2 or 3 of them.
std::vector<Step> cadence_of(Cadence, score::Mode, Random&);

// All pitch classes within the mode (relative to the tonic)?
bool is_diatonic(const Chord& relative, score::Mode) noexcept;

}  // namespace tutti::compose
