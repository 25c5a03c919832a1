// The kernels for AVX2; compiled with -mavx2, and empty elsewhere.
#if defined(__x86_64__)
#include "engine/instruments/kernels_impl.h"

namespace tutti::instruments::kernels {
const Table& avx2();
const Table& avx2() {
  return kTable;
}
}  // namespace tutti::instruments::kernels
#endif
