#define TUTTI_LANES 16
#include "engine/nn/kernels_impl.h"

namespace tutti::nn {
const Kernels kKernelsAvx512 = kTable;
}  // namespace tutti::nn
