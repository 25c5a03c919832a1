// The kernels for the baseline (SSE2, WASM SIMD), and the choice among all of them.
#include "engine/base/cpu.h"
#include "engine/dsp/peak_kernels_impl.h"

namespace tutti::dsp::peak_kernels {

#if defined(__x86_64__) && !defined(__wasm__)
const Table& avx2();
const Table& avx512();
#endif

const Table& generic() {
  return kTable;
}

const Table& best() {
#if defined(__x86_64__) && !defined(__wasm__)
  if (isa() == Isa::avx512) return avx512();
  if (isa() == Isa::avx2) return avx2();
#endif
  return kTable;
}

}  // namespace tutti::dsp::peak_kernels
