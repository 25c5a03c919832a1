#define TUTTI_LANES 8
#include "engine/nn/kernels_impl.h"

namespace tutti::nn {
const Kernels kKernelsAvx2 = kTable;
}  // namespace tutti::nn
