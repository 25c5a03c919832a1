#include "engine/base/cpu.h"
#include "engine/base/simd.h"
namespace {
using Lanes = tutti::simd::f32x8;
constexpr int kWideSteps = 1;
}  // namespace
#include "engine/graph/mix_kernels.inc"

namespace tutti::graph {

const MixKernels kMixGeneric{sum, add, finite, peak};

const MixKernels& mix_kernels() noexcept {
#if defined(__x86_64__) && !defined(__wasm__)
  static const MixKernels& chosen = isa() == Isa::avx512 ? kMixAvx512
                                    : isa() == Isa::avx2 ? kMixAvx2
                                                         : kMixGeneric;
  return chosen;
#else
  return kMixGeneric;
#endif
}

}  // namespace tutti::graph
