// The kernels of Cascade for AVX2.
#if defined(__AVX2__)
#define TUTTI_LANES 8
#include "engine/dsp/cascade_kernel.h"

namespace tutti::dsp {

const CascadeKernel cascade_avx2 = {still,     gliding,  lanes,     to_rows,
                                    from_rows, to_pairs, from_pairs};

}  // namespace tutti::dsp
#endif
