#if defined(__AVX512__) || defined(__AVX512F__)
#include "engine/base/simd.h"
namespace {
using Lanes = tutti::simd::f32x16;
constexpr int kWideSteps = 2;
}  // namespace
#include "engine/graph/mix_kernels.inc"

namespace tutti::graph {
const MixKernels kMixAvx512{sum, add, finite, peak};
}  // namespace tutti::graph
#endif
