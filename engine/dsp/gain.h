// How a pan position and a level become two gains. Pure; no allocation.
#pragma once

#include <algorithm>

#include "engine/base/math.h"

namespace tutti::dsp {

struct StereoGain {
  float left = 1, right = 1;
};

// For stereo material: in the middle both sides pass unchanged; towards one side the other goes
// down along a cosine, to silence at the end. Pan -1 … 1.
inline StereoGain balance(double gain, double pan) noexcept {
  pan = std::clamp(pan, -1.0, 1.0);
  const double down = pan == 0 ? 1 : math::cos(math::kPi / 2 * (pan < 0 ? -pan : pan));
  const double kept = down < 1e-9 ? 0 : down;
  return {static_cast<float>(pan > 0 ? gain * kept : gain),
          static_cast<float>(pan < 0 ? gain * kept : gain)};
}

}  // namespace tutti::dsp
