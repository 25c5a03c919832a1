// The loops over frames, for the compiler to put into vector lanes.
#include "engine/effects/saturation/channel.h"

namespace tutti::effects::bent_loops {

void drive(const float* __restrict in, const float* __restrict gain, float* __restrict out,
           int frames) noexcept {
  for (int i = 0; i < frames; ++i) out[i] = in[i] * gain[i];
}

void blend(const float* __restrict dry, const float* __restrict wet, const float* __restrict level,
           const float* __restrict mix, float* __restrict out, int frames) noexcept {
  for (int i = 0; i < frames; ++i) out[i] = dry[i] + mix[i] * (level[i] * wet[i] - dry[i]);
}

}  // namespace tutti::effects::bent_loops
