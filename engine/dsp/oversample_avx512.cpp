// The oversampler's loops for AVX-512; empty elsewhere.
#if defined(__AVX512F__)
#define TUTTI_LANES 16
#include "engine/dsp/oversample_kernel.h"

namespace tutti::dsp {
const OversampleLoops& oversample_loops_avx512() noexcept {
  return kLoops;
}
}  // namespace tutti::dsp
#endif
