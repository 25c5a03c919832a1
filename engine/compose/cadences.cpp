#include <algorithm>
#include <array>

#include "engine/compose/harmony.h"

namespace tutti::compose {
namespace {

constexpr Family M = Family::major, m = Family::minor, D = Family::dominant, d = Family::diminished;

struct CadenceRow {
  score::Mode mode;
  Cadence cadence;
  int size;
  std::array<Step, 3> steps;
};

// Modes keep their own ways of closing: VII to i without a leading tone, bII to i in phrygian, II
// to I in lydian, bVII to I in mixolydian.
// clang-format off
constexpr CadenceRow kRows[] = {
    {score::Mode::minor, Cadence::authentic, 2, {{{10, M}, {0, m}}}},
    {score::Mode::minor, Cadence::authentic, 3, {{{8, M}, {10, M}, {0, m}}}},
    {score::Mode::minor, Cadence::authentic, 3, {{{5, m}, {7, m}, {0, m}}}},
    {score::Mode::minor, Cadence::half, 2, {{{8, M}, {10, M}}}},
    {score::Mode::minor, Cadence::half, 2, {{{5, m}, {7, m}}}},
    {score::Mode::minor, Cadence::half, 2, {{{0, m}, {7, m}}}},
    {score::Mode::minor, Cadence::plagal, 2, {{{5, m}, {0, m}}}},
    {score::Mode::minor, Cadence::deceptive, 2, {{{7, m}, {8, M}}}},
    {score::Mode::minor, Cadence::deceptive, 2, {{{10, M}, {8, M}}}},
    {score::Mode::dorian, Cadence::authentic, 3, {{{10, M}, {5, M}, {0, m}}}},
    {score::Mode::dorian, Cadence::authentic, 2, {{{10, M}, {0, m}}}},
    {score::Mode::dorian, Cadence::authentic, 2, {{{7, m}, {0, m}}}},
    {score::Mode::dorian, Cadence::half, 2, {{{5, M}, {7, m}}}},
    {score::Mode::dorian, Cadence::half, 2, {{{0, m}, {10, M}}}},
    {score::Mode::dorian, Cadence::plagal, 2, {{{5, M}, {0, m}}}},
    {score::Mode::dorian, Cadence::deceptive, 2, {{{7, m}, {3, M}}}},
    {score::Mode::dorian, Cadence::deceptive, 2, {{{10, M}, {3, M}}}},
    {score::Mode::phrygian, Cadence::authentic, 2, {{{1, M}, {0, m}}}},
    {score::Mode::phrygian, Cadence::authentic, 2, {{{10, m}, {0, m}}}},
    {score::Mode::phrygian, Cadence::authentic, 3, {{{3, M}, {1, M}, {0, m}}}},
    {score::Mode::phrygian, Cadence::half, 2, {{{0, m}, {10, m}}}},
    {score::Mode::phrygian, Cadence::half, 2, {{{5, m}, {10, m}}}},
    {score::Mode::phrygian, Cadence::plagal, 2, {{{5, m}, {0, m}}}},
    {score::Mode::phrygian, Cadence::deceptive, 2, {{{1, M}, {8, M}}}},
    {score::Mode::lydian, Cadence::authentic, 2, {{{2, M}, {0, M}}}},
    {score::Mode::lydian, Cadence::authentic, 3, {{{2, M}, {7, M}, {0, M}}}},
    {score::Mode::lydian, Cadence::half, 2, {{{9, m}, {7, M}}}},
    {score::Mode::lydian, Cadence::half, 2, {{{0, M}, {2, M}}}},
    {score::Mode::lydian, Cadence::plagal, 2, {{{9, m}, {0, M}}}},
    {score::Mode::lydian, Cadence::deceptive, 2, {{{7, M}, {9, m}}}},
    {score::Mode::mixolydian, Cadence::authentic, 2, {{{10, M}, {0, M}}}},
    {score::Mode::mixolydian, Cadence::authentic, 3, {{{10, M}, {5, M}, {0, M}}}},
    {score::Mode::mixolydian, Cadence::half, 2, {{{0, M}, {7, m}}}},
    {score::Mode::mixolydian, Cadence::half, 2, {{{5, M}, {10, M}}}},
    {score::Mode::mixolydian, Cadence::plagal, 2, {{{5, M}, {0, M}}}},
    {score::Mode::mixolydian, Cadence::deceptive, 2, {{{10, M}, {9, m}}}},
    {score::Mode::major, Cadence::authentic, 2, {{{7, D}, {0, M}}}},
    {score::Mode::major, Cadence::authentic, 3, {{{5, M}, {7, D}, {0, M}}}},
    {score::Mode::major, Cadence::authentic, 3, {{{2, m}, {7, D}, {0, M}}}},
    {score::Mode::major, Cadence::half, 2, {{{5, M}, {7, D}}}},
    {score::Mode::major, Cadence::half, 2, {{{2, m}, {7, D}}}},
    {score::Mode::major, Cadence::plagal, 2, {{{5, M}, {0, M}}}},
    {score::Mode::major, Cadence::deceptive, 2, {{{7, D}, {9, m}}}},
    {score::Mode::harmonic_minor, Cadence::authentic, 2, {{{7, D}, {0, m}}}},
    {score::Mode::harmonic_minor, Cadence::authentic, 3, {{{5, m}, {7, D}, {0, m}}}},
    {score::Mode::harmonic_minor, Cadence::authentic, 3, {{{2, d}, {7, D}, {0, m}}}},
    {score::Mode::harmonic_minor, Cadence::half, 2, {{{8, M}, {7, D}}}},
    {score::Mode::harmonic_minor, Cadence::half, 2, {{{5, m}, {7, D}}}},
    {score::Mode::harmonic_minor, Cadence::plagal, 2, {{{5, m}, {0, m}}}},
    {score::Mode::harmonic_minor, Cadence::deceptive, 2, {{{7, D}, {8, M}}}},
    {score::Mode::major_pentatonic, Cadence::authentic, 2, {{{7, M}, {0, M}}}},
    {score::Mode::major_pentatonic, Cadence::authentic, 3, {{{9, m}, {7, M}, {0, M}}}},
    {score::Mode::major_pentatonic, Cadence::half, 2, {{{0, M}, {7, M}}}},
    {score::Mode::major_pentatonic, Cadence::half, 2, {{{9, m}, {7, M}}}},
    {score::Mode::major_pentatonic, Cadence::plagal, 2, {{{2, m}, {0, M}}}},
    {score::Mode::major_pentatonic, Cadence::deceptive, 2, {{{7, M}, {9, m}}}},
};
// clang-format on

}  // namespace

std::vector<Step> cadence_of(Cadence cadence, score::Mode mode, Random& random) {
  std::array<const CadenceRow*, 4> fitting{};
  std::size_t n = 0;
  for (const auto& row : kRows)
    if (row.mode == mode && row.cadence == cadence && n < fitting.size()) fitting[n++] = &row;
  if (n == 0) return {{7, D}, {0, score::in_scale({0, mode}, 4) ? M : m}};
  const CadenceRow& row = *fitting[random.below(n)];
  return {row.steps.begin(), row.steps.begin() + row.size};
}

}  // namespace tutti::compose
