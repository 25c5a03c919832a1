// The shaper's loops for the baseline (SSE2, WASM SIMD).
#define TUTTI_LANES 4
#include "engine/dsp/shaper_kernel.h"

namespace tutti::dsp {
const ShaperLoops& shaper_loops_generic() noexcept {
  return kLoops;
}
}  // namespace tutti::dsp
