// From float samples to whole numbers for a file. Part of the writer.
//
// Rounds to the nearest step; with dither, adds triangular noise of ±1 step first, drawn from the
// given generator, unless every sample of the block already lies on a step.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/random.h"

namespace tutti::files {

struct Quantised {
  bool sane = true;           // false: a sample was not a number, nothing is in `values`
  std::uint64_t clipped = 0;  // samples beyond full scale
};

// `values` get n in -2^(bits-1) … 2^(bits-1)-1.
Quantised quantise(std::span<const float> samples, int bits, bool dither, Random&,
                   std::vector<std::int32_t>& values);

}  // namespace tutti::files
