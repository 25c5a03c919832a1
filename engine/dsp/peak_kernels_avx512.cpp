// The kernels for AVX-512; empty elsewhere.
#if defined(__x86_64__)
#include "engine/dsp/peak_kernels_impl.h"

namespace tutti::dsp::peak_kernels {
const Table& avx512();
const Table& avx512() {
  return kTable;
}
}  // namespace tutti::dsp::peak_kernels
#endif
