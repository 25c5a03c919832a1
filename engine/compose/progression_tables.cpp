#include "engine/compose/progression_tables.h"

namespace tutti::compose {
namespace {

constexpr Family M = Family::major, m = Family::minor, D = Family::dominant, d = Family::diminished;

// clang-format off
constexpr ModalTable kTables[] = {
    // Five states: i, iv, v, VI, VII. Falling thirds and the step VI, VII, i.
    {score::Mode::minor, 5, {{{0, m}, {5, m}, {7, m}, {8, M}, {10, M}}},
     {{{0, 25, 12, 38, 25}, {32, 0, 26, 12, 30}, {44, 16, 0, 30, 10}, {14, 26, 16, 0, 44},
       {48, 12, 10, 30, 0}}}},
    // The bright fourth degree is the mode's colour: i and IV in turn.
    {score::Mode::dorian, 6, {{{0, m}, {2, m}, {3, M}, {5, M}, {7, m}, {10, M}}},
     {{{0, 12, 14, 42, 8, 24}, {34, 0, 12, 24, 18, 12}, {16, 18, 0, 38, 8, 20},
       {50, 10, 12, 0, 10, 18}, {42, 8, 10, 22, 0, 18}, {40, 6, 12, 34, 8, 0}}}},
    // The lowered second leans on the tonic.
    {score::Mode::phrygian, 6, {{{0, m}, {1, M}, {3, M}, {5, m}, {8, M}, {10, m}}},
     {{{0, 38, 12, 18, 18, 14}, {54, 0, 16, 8, 8, 14}, {18, 36, 0, 18, 14, 14},
       {30, 30, 14, 0, 14, 12}, {22, 22, 18, 22, 0, 16}, {42, 16, 12, 10, 20, 0}}}},
    // I and II over a still bass.
    {score::Mode::lydian, 6, {{{0, M}, {2, M}, {4, m}, {7, M}, {9, m}, {11, m}}},
     {{{0, 40, 14, 14, 20, 12}, {46, 0, 12, 14, 16, 12}, {18, 24, 0, 10, 36, 12},
       {36, 20, 14, 0, 20, 10}, {20, 40, 14, 16, 0, 10}, {24, 20, 22, 10, 24, 0}}}},
    // I, bVII, IV: dominants without a leading tone.
    {score::Mode::mixolydian, 6, {{{0, M}, {2, m}, {5, M}, {7, m}, {9, m}, {10, M}}},
     {{{0, 10, 26, 14, 12, 38}, {18, 0, 26, 22, 14, 20}, {46, 8, 0, 14, 8, 24},
       {34, 10, 24, 0, 12, 20}, {14, 22, 32, 10, 0, 22}, {40, 6, 38, 6, 10, 0}}}},
    {score::Mode::major, 6, {{{0, M}, {2, m}, {4, m}, {5, M}, {7, D}, {9, m}}},
     {{{0, 12, 14, 28, 18, 28}, {12, 0, 10, 14, 48, 16}, {8, 14, 0, 38, 6, 34},
       {34, 14, 10, 0, 28, 14}, {46, 4, 8, 14, 0, 28}, {10, 26, 14, 38, 12, 0}}}},
    {score::Mode::harmonic_minor, 5, {{{0, m}, {2, d}, {5, m}, {7, D}, {8, M}}},
     {{{0, 12, 32, 22, 34}, {12, 0, 8, 72, 8}, {28, 14, 0, 42, 16}, {62, 2, 12, 0, 24},
       {18, 20, 38, 24, 0}}}},
    // Without fourth and seventh: chords of fifths around I and vi.
    {score::Mode::major_pentatonic, 4, {{{0, M}, {2, m}, {7, M}, {9, m}}},
     {{{0, 26, 34, 40}, {30, 0, 34, 36}, {44, 20, 0, 36}, {36, 28, 36, 0}}}},
};
// clang-format on

}  // namespace

const ModalTable& modal_table(score::Mode mode) noexcept {
  for (const auto& table : kTables)
    if (table.mode == mode) return table;
  return score::in_scale({0, mode}, 4) ? kTables[5] : kTables[0];
}

}  // namespace tutti::compose
