#define TUTTI_LANES 16
#include "engine/dsp/convolver_kernel.inc"

namespace tutti::dsp {

const ConvolverKernel convolver_avx512 = {kLanes, forward, inverse, multiply, direct, add};

}  // namespace tutti::dsp
