// The kernels for every machine, and the choice among them.
#include "engine/instruments/synth/kernels.inc"

namespace tutti::instruments::synth {

#if defined(__x86_64__) && !defined(__wasm__)
const Table& avx2_kernels() noexcept;
const Table& avx512_kernels() noexcept;
#endif

const Table& kernels(Isa wanted) noexcept {
#if defined(__x86_64__) && !defined(__wasm__)
  if (wanted == Isa::avx512) return avx512_kernels();
  if (wanted == Isa::avx2) return avx2_kernels();
#endif
  (void)wanted;
  return kTable;
}

const Table& kernels() noexcept {
  return kernels(isa());
}

}  // namespace tutti::instruments::synth
