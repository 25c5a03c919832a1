#if defined(__AVX2__)
#include "engine/stream/strip_kernels.inc"

namespace tutti::stream {
const StripKernels kStripAvx2{mix, scale, peak, bend};
}  // namespace tutti::stream
#endif
