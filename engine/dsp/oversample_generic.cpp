// The oversampler's loop for the baseline (SSE2, WASM SIMD).
#define TUTTI_LANES 4
#include "engine/dsp/oversample_kernel.h"

namespace tutti::dsp {
void symmetric_fir_generic(const SymmetricFir& fir, float* out, int frames) noexcept {
  symmetric_fir(fir, out, frames);
}
}  // namespace tutti::dsp
