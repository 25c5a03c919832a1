#if defined(__AVX2__) || defined(__AVX2F__)
#include "engine/base/simd.h"
namespace {
using Lanes = tutti::simd::f32x8;
constexpr int kWideSteps = 2;
}  // namespace
#include "engine/graph/mix_kernels.inc"

namespace tutti::graph {
const MixKernels kMixAvx2{sum, add, finite, peak};
}  // namespace tutti::graph
#endif
