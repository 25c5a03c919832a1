// Which vector instructions this machine has, for choosing kernels once at start-up.
//
// Kernels of one job exist per instruction set in files named *_avx2.cpp and *_avx512.cpp (the
// build gives them their flags, never FMA); they do the same operations in the same order, so the
// bits agree whichever is chosen. A build with TUTTI_BASE_ISA defined always takes the base, to
// measure what the page's engine is compared with. Pure, thread-safe.
#pragma once

namespace tutti {

enum class Isa { base, avx2, avx512 };  // base: SSE2, or WASM SIMD128

inline Isa isa() noexcept {
#if defined(__x86_64__) && !defined(__wasm__) && !defined(TUTTI_BASE_ISA)
  static const Isa found = [] {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")) {
      return Isa::avx512;
    }
    return __builtin_cpu_supports("avx2") ? Isa::avx2 : Isa::base;
  }();
  return found;
#else
  return Isa::base;
#endif
}

}  // namespace tutti
