#define TUTTI_LANES 16
#include "engine/effects/reverb/plate_kernel.inc"

namespace tutti::effects {

void plate_avx512(PlateState& state, const PlateSettings& settings, float* left, float* right,
                  int cells) {
  dsp::plate(state, settings, left, right, cells);
}

}  // namespace tutti::effects
