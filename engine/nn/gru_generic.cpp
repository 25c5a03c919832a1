#define TUTTI_LANES 4
#include "engine/nn/gru_impl.h"

namespace tutti::nn {
const GruKernels kGruGeneric = {layer_norm, step, nullptr, tanh};
}  // namespace tutti::nn
