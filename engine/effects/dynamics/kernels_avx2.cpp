// The kernels for AVX2; empty elsewhere.
#if defined(__x86_64__)
#include "engine/effects/dynamics/kernels_impl.h"

namespace tutti::effects::dynamics {
const Table& avx2();
const Table& avx2() {
  return kTable;
}
}  // namespace tutti::effects::dynamics
#endif
