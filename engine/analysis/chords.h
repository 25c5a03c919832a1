// Chords of a song: major, minor, dominant seventh or none, one decision a beat.
//
// Each beat's chroma (harmony.h), treble and bass side by side and turned so that the root comes
// first, is weighed by a linear model with one row of weights a kind of chord (multinomial logistic
// regression; weights in chord_weights.h); the best way through all beats is found by the Viterbi
// algorithm with a hidden Markov model whose chords like to stay, to change on downbeats and to
// move as chords of one key do (Sheh and Ellis, ISMIR 2003; Mauch and Dixon, IEEE TASLP 2010).
// Pure; time linear in the number of beats.
#pragma once

#include <vector>

#include "engine/analysis/harmony.h"
#include "engine/analysis/song_analysis.h"

namespace tutti::analysis {

enum class ChordKind { major, minor, seventh };
inline constexpr int kChordKinds = 3;
inline constexpr int kChordStates = 12 * kChordKinds + 1;  // the last: none

// What a kind of chord is judged by, the root first: treble and bass, as roots of the shares of
// their largest. No chord is the likelier the less of the sound is explained by notes (drums,
// noise).
inline constexpr int kChordTraits = 24;
void chord_traits(const Chroma& chroma, int root, float (&traits)[kChordTraits]);
// Logarithm of the likelihood of each state, up to a constant.
void chord_scores(const Chroma& chroma, float (&scores)[kChordStates]);

// `borders` are those of the chromas; `strong` says of each stretch whether a bar begins with it.
std::vector<ChordSpan> find_chords(const std::vector<Chroma>& chromas,
                                   const std::vector<double>& borders,
                                   const std::vector<bool>& strong);

}  // namespace tutti::analysis
