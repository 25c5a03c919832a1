// The form of a song: where its parts begin, and which of them are alike.
//
// Every bar is described by its chroma, register by register level and density; the bars'
// self-similarity is searched for corners by a checkerboard kernel (Foote, ICME 2000), and parts
// are compared bar by bar along the diagonal and lettered by likeness (Goto, IEEE TASLP 2006;
// Paulus et al., ISMIR 2010). Roles are guessed from that: the part that returns most and loudest
// is the chorus. Pure; quadratic in the number of bars within a limited band, and linear in memory.
#pragma once

#include <vector>

#include "engine/analysis/harmony.h"
#include "engine/analysis/onset_strength.h"
#include "engine/analysis/song_analysis.h"

namespace tutti::analysis {

// `bars`: their borders in seconds, the last one's end included. Fewer than 8 bars: one part.
std::vector<SectionSpan> find_sections(const std::vector<double>& bars,
                                       const HarmonyTracks& harmony, const OnsetTracks& onsets);

}  // namespace tutti::analysis
