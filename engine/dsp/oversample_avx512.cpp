// The oversampler's loop for AVX-512; empty elsewhere.
#if defined(__AVX512F__)
#define TUTTI_LANES 16
#include "engine/dsp/oversample_kernel.h"

namespace tutti::dsp {
void symmetric_fir_avx512(const SymmetricFir& fir, float* out, int frames) noexcept {
  symmetric_fir(fir, out, frames);
}
}  // namespace tutti::dsp
#endif
