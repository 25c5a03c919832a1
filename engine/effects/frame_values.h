// A parameter's value at each frame of a run, for gains that must not move in steps.
//
// Follows param::Controls::walk: called inside run(), before the frames of that run are counted.
// The values do not depend on how the stream is cut. No allocation.
#pragma once

#include "engine/param/controls.h"

namespace tutti::effects {

// out[k] = map(value of parameter `index` k frames on), k = 0 … frames - 1.
template <int N, class Map>
void frame_values(const param::Controls<N>& controls, int index, int frames, float* out,
                  Map&& map) noexcept {
  const auto first = static_cast<float>(map(controls.value(index)));
  if (controls.value(index, frames) == controls.value(index)) {
    for (int k = 0; k < frames; ++k) out[k] = first;
    return;
  }
  for (int k = 0; k < frames; ++k) out[k] = static_cast<float>(map(controls.value(index, k)));
}

}  // namespace tutti::effects
