// The key of a recording: from the pitch classes that sound and from the chords, so that a minor
// key is told from its relative major by its dominant and by where the music rests.
//
// Profiles: Albrecht and Shanahan, "The use of large corpora to train a new type of key-finding
// algorithm" (Music Perception 2013), correlated with the song's chroma; chords by their functions
// in the key (Papadopoulos and Peeters, IEEE TASLP 2011); the last and the longest chord tend to
// be the tonic. Pure.
#pragma once

#include <vector>

#include "engine/analysis/chords.h"
#include "engine/analysis/key.h"

namespace tutti::analysis {

inline constexpr int kKeyTraits = 6;
// Of key (tonic, minor): correlation with the profile, functions of the chords, chord on the tonic
// at the end, at the beginning, its share of time, share of dominants that go to the tonic.
void key_traits(const std::vector<Chroma>& chromas, const std::vector<ChordSpan>& chords, int tonic,
                bool minor, double (&traits)[kKeyTraits]);

// Confidence 0: nothing with pitch sounded.
KeyEstimate song_key(const std::vector<Chroma>& chromas, const std::vector<ChordSpan>& chords);

}  // namespace tutti::analysis
