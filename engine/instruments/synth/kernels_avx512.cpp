// The kernels for AVX-512; empty elsewhere.
#if defined(__x86_64__)
#include "engine/instruments/synth/kernels.inc"

namespace tutti::instruments::synth {
const Table& avx512_kernels() noexcept;
const Table& avx512_kernels() noexcept {
  return kTable;
}
}  // namespace tutti::instruments::synth
#endif
