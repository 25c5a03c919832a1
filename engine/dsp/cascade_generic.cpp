// The kernels of Cascade for SSE2 and WASM SIMD128.
#define TUTTI_LANES 4
#include "engine/dsp/cascade_kernel.h"

namespace tutti::dsp {

const CascadeKernel cascade_generic = {still,     gliding,  lanes,     to_rows,
                                       from_rows, to_pairs, from_pairs};

}  // namespace tutti::dsp
