#define TUTTI_LANES 16
#include "engine/nn/gru_impl.h"

namespace tutti::nn {
const GruKernels kGruFma512 = {layer_norm, step, nullptr, tanh};
}  // namespace tutti::nn
