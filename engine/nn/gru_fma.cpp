#define TUTTI_LANES 8
#include "engine/nn/gru_impl.h"

namespace tutti::nn {
const GruKernels kGruFma = {layer_norm, step, nullptr, tanh};
}  // namespace tutti::nn
