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

// Whether kernels named *_fma.cpp (with avx2) or *_fma512.cpp (with avx512) may be chosen, whose
// products and sums are rounded once instead of twice.
inline bool has_fma() noexcept {
#if defined(__x86_64__) && !defined(__wasm__) && !defined(TUTTI_BASE_ISA)
  static const bool found = isa() != Isa::base && __builtin_cpu_supports("fma");
  return found;
#else
  return false;
#endif
}

// Whether kernels named *_bf16.cpp may be chosen: products of 8-bit mantissas, summed in float.
inline bool has_bf16() noexcept {
#if defined(__x86_64__) && !defined(__wasm__) && !defined(TUTTI_BASE_ISA)
  static const bool found =
      isa() == Isa::avx512 && has_fma() && __builtin_cpu_supports("avx512bf16");
  return found;
#else
  return false;
#endif
}

}  // namespace tutti
