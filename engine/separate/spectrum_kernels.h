// What is done to every bin of a spectrogram before and after a network, for the instruction set
// that the machine has.
//
// Each bin is worked out alone. The generic kernels (SSE2, WASM SIMD128) agree to the bit with each
// other; those for AVX2 and AVX-512 fuse products and sums (rounded once), which differs by some
// 1e-7 of the value. Lengths are multiples of nn::kLanes; no state, no alignment asked for.
#pragma once

#include "engine/separate/separator.h"

namespace tutti::separate {

struct SpectrumKernels {
  // (re, im) scale / (scale² |.|² + 1e-6)^0.35: the size to the power 0.3, the angle kept.
  void (*compress)(const float* re, const float* im, float scale, int n, float* out_re,
                   float* out_im) noexcept;
  // out = mask · x, complex.
  void (*apply)(const float* mask_re, const float* mask_im, const float* re, const float* im, int n,
                float* out_re, float* out_im) noexcept;
  // What the stems leave of the mixture is given to them in proportion to their power + 1e-10, so
  // that they sum to it. In place.
  void (*share)(const float* re, const float* im, int n, float* const stem_re[kStems],
                float* const stem_im[kStems]) noexcept;
};

extern const SpectrumKernels kSpectrumGeneric;
#if defined(__x86_64__) && !defined(__wasm__)
extern const SpectrumKernels kSpectrumFma;     // AVX2 and FMA
extern const SpectrumKernels kSpectrumFma512;  // AVX-512 and FMA
#endif
// The best for this machine.
const SpectrumKernels& spectrum_kernels() noexcept;

}  // namespace tutti::separate
