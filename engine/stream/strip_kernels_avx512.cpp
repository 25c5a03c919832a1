#if defined(__AVX512F__)
#include "engine/stream/strip_kernels.inc"

namespace tutti::stream {
const StripKernels kStripAvx512{mix, scale, peak, bend};
}  // namespace tutti::stream
#endif
