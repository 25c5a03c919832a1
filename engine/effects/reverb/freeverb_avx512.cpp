#define TUTTI_LANES 16
#include "engine/effects/reverb/freeverb_kernel.inc"

namespace tutti::effects {

void freeverb_avx512(FreeverbState& state, const FreeverbSettings& settings, float* left,
                     float* right, int cells) {
  dsp::freeverb(state, settings, left, right, cells);
}

}  // namespace tutti::effects
