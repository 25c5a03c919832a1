#define TUTTI_LANES 16
#define TUTTI_TILE_ROWS 6
#define TUTTI_TILE_VECTORS 4
#include "engine/nn/activations_impl.h"
#include "engine/nn/gemm_impl.h"

namespace tutti::nn {
const GemmKernels kGemmFma512{multiply, nullptr, to_bf16, gelu, gelu_add, add, nullptr, glu};
}  // namespace tutti::nn
