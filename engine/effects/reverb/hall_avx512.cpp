#define TUTTI_LANES 16
#include "engine/effects/reverb/hall_kernel.inc"

namespace tutti::effects {

void hall_avx512(HallState& state, const HallSettings& settings, float* left, float* right,
                 int cells) {
  dsp::hall(state, settings, left, right, cells);
}

}  // namespace tutti::effects
