// Picks the widest of an effect's kernels that this machine can run: TUTTI_KERNEL(freeverb) is
// freeverb_generic, freeverb_avx2 or freeverb_avx512. All three give the same bits.
#pragma once

#include "engine/base/cpu.h"

#if defined(__x86_64__) && !defined(__wasm__)
#define TUTTI_KERNEL(name)                                \
  (::tutti::isa() == ::tutti::Isa::avx512 ? name##_avx512 \
   : ::tutti::isa() == ::tutti::Isa::avx2 ? name##_avx2   \
                                          : name##_generic)
#else
#define TUTTI_KERNEL(name) name##_generic
#endif
