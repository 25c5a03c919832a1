// The oversampler's loops for AVX2; empty elsewhere.
#if defined(__AVX2__)
#define TUTTI_LANES 8
#include "engine/dsp/oversample_kernel.h"

namespace tutti::dsp {
const OversampleLoops& oversample_loops_avx2() noexcept {
  return kLoops;
}
}  // namespace tutti::dsp
#endif
