#include "engine/base/cpu.h"
#include "engine/stream/strip_kernels.inc"

namespace tutti::stream {

const StripKernels kStripGeneric{mix, scale, peak, bend};

const StripKernels& strip_kernels() noexcept {
#if defined(__x86_64__) && !defined(__wasm__)
  static const StripKernels& chosen = isa() == Isa::avx512 ? kStripAvx512
                                      : isa() == Isa::avx2 ? kStripAvx2
                                                           : kStripGeneric;
  return chosen;
#else
  return kStripGeneric;
#endif
}

}  // namespace tutti::stream
