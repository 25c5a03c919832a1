#define TUTTI_LANES 4
#include "engine/effects/reverb/plate_kernel.inc"

namespace tutti::effects {

void plate_generic(PlateState& state, const PlateSettings& settings, float* left, float* right,
                   int cells) {
  dsp::plate(state, settings, left, right, cells);
}

}  // namespace tutti::effects
