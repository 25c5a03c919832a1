#define TUTTI_LANES 16
#include "engine/effects/modulation/chorus_kernel.inc"

namespace tutti::effects {

void chorus_avx512(ChorusState& state, const ChorusSettings& settings, float* left, float* right,
                   int cells) {
  dsp::chorus(state, settings, left, right, cells);
}

}  // namespace tutti::effects
