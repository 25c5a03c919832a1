#define TUTTI_LANES 4
#include "engine/effects/reverb/hall_kernel.inc"

namespace tutti::effects {

void hall_generic(HallState& state, const HallSettings& settings, float* left, float* right,
                  int cells) {
  dsp::hall(state, settings, left, right, cells);
}

}  // namespace tutti::effects
