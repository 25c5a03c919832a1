// The kernels for AVX-512 (its 32 registers; the lanes stay 8); empty elsewhere.
#if defined(__x86_64__)
#include "engine/instruments/kernels_impl.h"

namespace tutti::instruments::kernels {
const Table& avx512();
const Table& avx512() {
  return kTable;
}
}  // namespace tutti::instruments::kernels
#endif
