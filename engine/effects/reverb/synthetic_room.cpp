#include "engine/effects/reverb/synthetic_room.h"

#include <algorithm>
#include <cmath>

#include "engine/base/math.h"
#include "engine/base/random.h"

namespace tutti::effects {

std::vector<float> synthetic_room(int side, double decay, double damping) {
  const auto frames = static_cast<std::size_t>(1.1 * decay * kSyntheticRate);
  std::vector<float> out(frames);
  Random random(0x70757474 + static_cast<std::uint64_t>(side));
  const double slow = math::exp(-3 * math::log(10) / (decay * kSyntheticRate));
  const double pole =
      math::exp(-math::kTwoPi * std::min(damping, 0.45 * kSyntheticRate) / kSyntheticRate);
  const double thick = 0.08 * kSyntheticRate;
  const std::size_t fade = std::min<std::size_t>(frames / 10, 4800);
  double low = 0, level = 1, fast_level = 1;
  for (std::size_t i = 0; i < frames; ++i) {
    // The chance of a reflection grows with the square of time, its size shrinks to keep the level.
    const double at = static_cast<double>(i) / thick;
    const double chance = std::clamp(at * at, 0.004, 1.0);
    const double size = 0.577 * random.normal() / std::sqrt(chance);
    const double x = random.uniform() < chance ? size : 0;
    low = (1 - pole) * x + pole * low;
    double y = low * level + (x - low) * fast_level;
    level *= slow;
    fast_level *= slow * slow;
    if (i + fade > frames) y *= static_cast<double>(frames - i) / static_cast<double>(fade);
    out[i] = static_cast<float>(y);
  }
  return out;
}

}  // namespace tutti::effects
