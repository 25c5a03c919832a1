#include "engine/analysis/tuning.h"

#include <cmath>

#include "engine/base/math.h"

namespace tutti::analysis {

Tuning estimate_tuning(std::span<const WeightedPitch> pitches) {
  double re = 0, im = 0, total = 0;
  for (const auto& p : pitches) {
    const double angle = math::kTwoPi * (p.pitch - std::floor(p.pitch));
    re += p.weight * math::cos(angle);
    im += p.weight * math::sin(angle);
    total += p.weight;
  }
  if (!(total > 0)) return {};
  return {math::atan2(im, re) / math::kTwoPi * 100, std::sqrt(re * re + im * im) / total};
}

}  // namespace tutti::analysis
