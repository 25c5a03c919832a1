#define TUTTI_LANES 4
#include "engine/dsp/convolver_kernel.inc"

namespace tutti::dsp {

const ConvolverKernel convolver_generic = {kLanes, forward, inverse, multiply, direct, add};

}  // namespace tutti::dsp
