// The oversampler's loop for AVX2; empty elsewhere.
#if defined(__AVX2__)
#define TUTTI_LANES 8
#include "engine/dsp/oversample_kernel.h"

namespace tutti::dsp {
void symmetric_fir_avx2(const SymmetricFir& fir, float* out, int frames) noexcept {
  symmetric_fir(fir, out, frames);
}
}  // namespace tutti::dsp
#endif
