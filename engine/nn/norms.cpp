#include "engine/nn/norms.h"

#include <cmath>

#include "engine/base/cpu.h"

namespace tutti::nn {

const NormKernels& norm_kernels() noexcept {
#if defined(__x86_64__) && !defined(__wasm__)
  if (has_fma()) return isa() == Isa::avx512 ? kNormsFma512 : kNormsFma;
#endif
  return kNormsGeneric;
}

void norm_scale(const Moments& m, double count, std::span<const float> gain,
                std::span<const float> bias, std::span<float> scale,
                std::span<float> shift) noexcept {
  const double mean = m.sum / count;
  const double variance = m.squares / count - mean * mean;
  const double factor = 1.0 / std::sqrt((variance > 0 ? variance : 0) + 1e-5);
  for (std::size_t i = 0; i < scale.size(); ++i) {
    const double own = i < gain.size() ? factor * static_cast<double>(gain[i]) : 0.0;
    scale[i] = static_cast<float>(own);
    shift[i] = i < bias.size() ? static_cast<float>(static_cast<double>(bias[i]) - mean * own) : 0;
  }
}

}  // namespace tutti::nn
