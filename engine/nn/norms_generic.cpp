#define TUTTI_LANES 4
#include "engine/nn/norms_impl.h"

namespace tutti::nn {
const NormKernels kNormsGeneric = kNormTable;
}  // namespace tutti::nn
