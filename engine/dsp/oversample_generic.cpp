// The oversampler's loops for the baseline (SSE2, WASM SIMD).
#define TUTTI_LANES 4
#include "engine/dsp/oversample_kernel.h"

namespace tutti::dsp {
const OversampleLoops& oversample_loops_generic() noexcept {
  return kLoops;
}
}  // namespace tutti::dsp
