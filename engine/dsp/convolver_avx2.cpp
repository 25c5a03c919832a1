#define TUTTI_LANES 8
#include "engine/dsp/convolver_kernel.inc"

namespace tutti::dsp {

const ConvolverKernel convolver_avx2 = {kLanes, forward, inverse, multiply, direct, add};

}  // namespace tutti::dsp
