#include "engine/base/cpu.h"
#include "engine/separate/spectrum_kernels.h"

namespace tutti::separate {

const SpectrumKernels& spectrum_kernels() noexcept {
#if defined(__x86_64__) && !defined(__wasm__)
  if (has_fma()) return isa() == Isa::avx512 ? kSpectrumFma512 : kSpectrumFma;
#endif
  return kSpectrumGeneric;
}

}  // namespace tutti::separate
