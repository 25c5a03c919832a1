#define TUTTI_LANES 16
#include "engine/nn/norms_impl.h"

namespace tutti::nn {
const NormKernels kNormsFma512 = kNormTable;
}  // namespace tutti::nn
