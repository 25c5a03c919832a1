// The kernels for AVX2; empty elsewhere.
#if defined(__x86_64__)
#include "engine/dsp/peak_kernels_impl.h"

namespace tutti::dsp::peak_kernels {
const Table& avx2();
const Table& avx2() {
  return kTable;
}
}  // namespace tutti::dsp::peak_kernels
#endif
