// Motifs: a rhythm and a contour of two bars, and what composers do to them.
//
// Steps are scale steps, so that a motif fits any key, mode and chord; fit.h finds its notes.
// Values; they allocate.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "engine/base/random.h"
#include "engine/base/ticks.h"

namespace tutti::compose {

inline constexpr Ticks kMotifLength{2 * 4 * kTicksPerQuarter};

struct MotifNote {
  Ticks start;
  Ticks duration;
  int steps = 0;  // scale steps above the motif's first note
  friend bool operator==(const MotifNote&, const MotifNote&) = default;
};
using Motif = std::vector<MotifNote>;  // sorted, within two bars; may be empty (silence)

// Two of the cells (a bar of 16 characters each, x note, - held, . silence), chosen so that about
// `notes` begin in the two bars; steps wander about `reach` at a time, over one arch.
Motif make_motif(Random&, std::span<const std::string_view> cells, double notes, double reach);

Motif inverted(Motif);               // contour upside down
Motif moved(Motif, int steps);       // a sequence
Motif augmented_head(const Motif&);  // the first bar at half speed
Motif head(const Motif&);            // the first bar, its last note held
Motif ornamented(Random&, Motif);    // long notes turned or divided
Motif rhythm_varied(Random&, const Motif&, std::span<const std::string_view> cells);
Motif closed(Motif);  // ends in a long note on the second bar's first beat
// Notes left out where there are more than wanted: weak beats and short ones first.
Motif thinned(Motif, int notes);

}  // namespace tutti::compose
