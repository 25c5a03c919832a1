#define TUTTI_LANES 8
#include "engine/nn/norms_impl.h"

namespace tutti::nn {
const NormKernels kNormsFma = kNormTable;
}  // namespace tutti::nn
