// The one loop of the oversampler, written once and compiled once per instruction set.
//
// Included by oversample_*.cpp only, each of which defines TUTTI_LANES first. All of it has
// internal linkage, so that no wide code can be linked into the base path.
#pragma once

#include "engine/dsp/oversample_stage.h"

namespace tutti::dsp {
namespace {

typedef float Lanes __attribute__((vector_size(4 * TUTTI_LANES)));

inline __attribute__((always_inline)) Lanes get(const float* p) {
  Lanes v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
inline __attribute__((always_inline)) void put(float* p, Lanes v) {
  __builtin_memcpy(p, &v, sizeof v);
}

// Two sums a frame, over the even and the odd pairs, so that additions need not wait for each
// other; two vectors of frames at once for the same reason.
void symmetric_fir(const SymmetricFir& fir, float* out, int frames) noexcept {
  constexpr int kStep = 2 * TUTTI_LANES;
  for (int i = 0; i < frames; i += kStep) {
    const Lanes zero = {};
    Lanes even0 = zero, odd0 = zero, even1 = zero, odd1 = zero;
    if (fir.centre != nullptr) {
      even0 = fir.centre_tap * get(fir.centre + i);
      even1 = fir.centre_tap * get(fir.centre + i + TUTTI_LANES);
    }
    int k = 0;
    for (; k + 2 <= fir.pairs; k += 2) {
      const float *a = fir.before[k] + i, *b = fir.after[k] + i;
      const float *c = fir.before[k + 1] + i, *d = fir.after[k + 1] + i;
      even0 += fir.taps[k] * (get(a) + get(b));
      even1 += fir.taps[k] * (get(a + TUTTI_LANES) + get(b + TUTTI_LANES));
      odd0 += fir.taps[k + 1] * (get(c) + get(d));
      odd1 += fir.taps[k + 1] * (get(c + TUTTI_LANES) + get(d + TUTTI_LANES));
    }
    if (k < fir.pairs) {
      const float *a = fir.before[k] + i, *b = fir.after[k] + i;
      even0 += fir.taps[k] * (get(a) + get(b));
      even1 += fir.taps[k] * (get(a + TUTTI_LANES) + get(b + TUTTI_LANES));
    }
    put(out + i, even0 + odd0);
    put(out + i + TUTTI_LANES, even1 + odd1);
  }
}

}  // namespace
}  // namespace tutti::dsp
