#include "engine/nn/kernels.h"

#include "engine/base/cpu.h"

namespace tutti::nn {

const Kernels& kernels() noexcept {
#if defined(__x86_64__) && !defined(__wasm__)
  if (isa() == Isa::avx512) return kKernelsAvx512;
  if (isa() == Isa::avx2) return kKernelsAvx2;
#endif
  return kKernelsGeneric;
}

}  // namespace tutti::nn
