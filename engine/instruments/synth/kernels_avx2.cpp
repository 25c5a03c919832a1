// The kernels for AVX2; empty elsewhere.
#if defined(__x86_64__)
#include "engine/instruments/synth/kernels.inc"

namespace tutti::instruments::synth {
const Table& avx2_kernels() noexcept;
const Table& avx2_kernels() noexcept {
  return kTable;
}
}  // namespace tutti::instruments::synth
#endif
