// The kernels for AVX-512; empty elsewhere.
#if defined(__x86_64__)
#include "engine/effects/dynamics/kernels_impl.h"

namespace tutti::effects::dynamics {
const Table& avx512();
const Table& avx512() {
  return kTable;
}
}  // namespace tutti::effects::dynamics
#endif
