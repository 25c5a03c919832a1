// The kernels for the baseline (SSE2, WASM SIMD), and the choice among all of them.
#include "engine/instruments/kernels_impl.h"

namespace tutti::instruments::kernels {

#if defined(__x86_64__)
const Table& avx2();
const Table& avx512();
#endif

const Table& generic() {
  return kTable;
}

const Table& best() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) return avx512();
  if (__builtin_cpu_supports("avx2")) return avx2();
#endif
  return kTable;
}

}  // namespace tutti::instruments::kernels
