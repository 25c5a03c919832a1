#define TUTTI_LANES 4
#include "engine/nn/kernels_impl.h"

namespace tutti::nn {
const Kernels kKernelsGeneric = kTable;
}  // namespace tutti::nn
