#include "engine/effects/dynamics/tables.h"

#include <algorithm>

namespace tutti::effects::dynamics {
namespace {

Curve curve_of(double side, double threshold, double slope, double knee, double range) noexcept {
  const double half = knee / 2 / kDecibelsAnOctave;
  Curve c;
  c.side = static_cast<float>(side);
  c.threshold = static_cast<float>(threshold / kDecibelsAnOctave);
  c.half_knee = static_cast<float>(half);
  c.inverse = half > 1e-4 ? static_cast<float>(1 / (4 * half)) : 0.0f;
  c.slope = static_cast<float>(slope);
  c.floor = static_cast<float>(-range / kDecibelsAnOctave);
  return c;
}

}  // namespace

Curve above(double threshold, double ratio, double knee, double range) noexcept {
  return curve_of(1, threshold, 1 / ratio - 1, knee, range);
}

Curve below(double threshold, double ratio, double knee, double range) noexcept {
  return curve_of(-1, threshold, 1 - ratio, knee, range);
}

double curve_db(const Curve& c, double level_db) noexcept {
  const double beyond = (level_db / kDecibelsAnOctave - static_cast<double>(c.threshold)) *
                        static_cast<double>(c.side);
  const auto half = static_cast<double>(c.half_knee);
  const double bent = std::clamp(beyond + half, 0.0, 2 * half);
  const double asked =
      (bent * bent * static_cast<double>(c.inverse) + std::max(beyond - half, 0.0)) *
      static_cast<double>(c.slope);
  return kDecibelsAnOctave * std::max(asked, static_cast<double>(c.floor));
}

}  // namespace tutti::effects::dynamics
