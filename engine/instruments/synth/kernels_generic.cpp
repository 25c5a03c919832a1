// The kernels for every machine, and the choice among them.
#include "engine/base/cpu.h"
#include "engine/instruments/synth/kernels.inc"

namespace tutti::instruments::synth {

#if defined(__x86_64__) && !defined(__wasm__)
const Table& avx2_kernels() noexcept;
const Table& avx512_kernels() noexcept;
#endif

const Table& generic_kernels() noexcept {
  return kTable;
}

const Table& kernels() noexcept {
#if defined(__x86_64__) && !defined(__wasm__)
  if (isa() == Isa::avx512) return avx512_kernels();
  if (isa() == Isa::avx2) return avx2_kernels();
#endif
  return kTable;
}

}  // namespace tutti::instruments::synth
