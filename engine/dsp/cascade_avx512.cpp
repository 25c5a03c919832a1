// The kernels of Cascade for AVX-512.
#if defined(__AVX512F__)
#define TUTTI_LANES 16
#include "engine/dsp/cascade_kernel.h"

namespace tutti::dsp {

const CascadeKernel cascade_avx512 = {still,     gliding,  lanes,     to_rows,
                                      from_rows, to_pairs, from_pairs};

}  // namespace tutti::dsp
#endif
