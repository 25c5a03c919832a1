// The loops of the shaper, written once and compiled once per instruction set.
//
// Included by shaper_*.cpp only, each of which defines TUTTI_LANES first. All of it has internal
// linkage, so that no wide code can be linked into the base path.
#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "engine/dsp/shaper_stage.h"

namespace tutti::dsp {
namespace {

#define TUTTI_INLINE inline __attribute__((always_inline))

typedef float Lanes __attribute__((vector_size(4 * TUTTI_LANES)));

TUTTI_INLINE Lanes get(const float* p) {
  Lanes v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
TUTTI_INLINE void put(float* p, Lanes v) {
  __builtin_memcpy(p, &v, sizeof v);
}
TUTTI_INLINE Lanes all(float x) {
  const Lanes zero = {};
  return zero + x;
}
// The smaller and the larger of two; b where they are equal.
TUTTI_INLINE Lanes smaller(Lanes a, Lanes b) {
#if TUTTI_LANES == 16
  return (Lanes)_mm512_maskz_min_ps(0xffff, (__m512)a, (__m512)b);
#elif TUTTI_LANES == 8
  return (Lanes)_mm256_min_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
  return (Lanes)_mm_min_ps((__m128)a, (__m128)b);
#else
  return a < b ? a : b;
#endif
}
TUTTI_INLINE Lanes larger(Lanes a, Lanes b) {
#if TUTTI_LANES == 16
  return (Lanes)_mm512_maskz_max_ps(0xffff, (__m512)a, (__m512)b);
#elif TUTTI_LANES == 8
  return (Lanes)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
  return (Lanes)_mm_max_ps((__m128)a, (__m128)b);
#else
  return a > b ? a : b;
#endif
}
TUTTI_INLINE Lanes limit(Lanes x, float low, float high) {
  return larger(smaller(x, all(high)), all(low));
}

// The polynomial, and its slope. Degree kOdd is c1 u + c3 u³.
constexpr int kOdd = 2;
template <int Degree>
TUTTI_INLINE Lanes bend(const float* c, Lanes u) {
  if constexpr (Degree == kOdd) return u * (c[1] + c[3] * (u * u));
  Lanes y = all(c[Degree]);
  for (int k = Degree - 1; k >= 0; --k) y = y * u + c[k];
  return y;
}
template <int Degree>
TUTTI_INLINE Lanes slope(const float* c, Lanes u) {
  if constexpr (Degree == kOdd) return c[1] + (3.0f * c[3]) * (u * u);
  Lanes y = all(static_cast<float>(Degree) * c[Degree]);
  for (int k = Degree - 1; k >= 1; --k) y = y * u + static_cast<float>(k) * c[k];
  return y;
}

// Gauss-Legendre nodes and weights on 0 … 1.
template <int Degree>
struct Gauss {  // exact to the fifth degree
  static constexpr int kNodes = 3;
  static constexpr float kNode[] = {0.112701665f, 0.5f, 0.887298335f};
  static constexpr float kWeight[] = {0.277777778f, 0.444444444f, 0.277777778f};
};
template <>
struct Gauss<5> {  // to the seventh
  static constexpr int kNodes = 4;
  static constexpr float kNode[] = {0.0694318442f, 0.330009478f, 0.669990522f, 0.930568156f};
  static constexpr float kWeight[] = {0.173927423f, 0.326072577f, 0.326072577f, 0.173927423f};
};

// The integral of f against the spline, by parts: the spline becomes the mass of it still to come,
// f its slope along the line, which is nothing where the curve is flat.
template <int Factor, int Degree, bool Add>
void run_segments(const float* const* x, float* const* parts, const ShaperCurve& shape,
                  int frames) noexcept {
  using G = Gauss<Degree>;
  const ShaperCurve curve = shape;
  for (int i = 0; i < frames; i += TUTTI_LANES) {
    Lanes ua = get(x[Factor - 1] + i - 1) * curve.scale + curve.shift;
    Lanes ca = limit(ua, -1, 1);
    Lanes fa = bend<Degree>(curve.c, ca);
    for (int p = 0; p < Factor; ++p) {
      const Lanes ub = get(x[p] + i) * curve.scale + curve.shift;
      const Lanes cb = limit(ub, -1, 1);
      const Lanes fb = bend<Degree>(curve.c, cb);
      // Along the line, t = 0 … 1, the curve is flat before t1 and after t1 + dt. The 1e-12 keeps
      // the quotient small where the line hardly moves; it then counts for nothing, for dc is small
      // too, and so does whatever t1 is where all of the line is flat, for dc is 0.
      const Lanes d = ub - ua, dc = cb - ca;
      const Lanes over = d / (d * d + 1e-12f);
      const Lanes t1 = (ca - ua) * over, dt = dc * over;
      // Moments: integrals of df/dt t^j, j = 1 … 4; that of j = 0 is known.
      const Lanes m0 = fb - fa;
      Lanes m1, m2, m3, m4;
      for (int k = 0; k < G::kNodes; ++k) {
        const Lanes t = t1 + dt * G::kNode[k];
        const Lanes w1 = slope<Degree>(curve.c, ca + dc * G::kNode[k]) * (dc * G::kWeight[k]) * t;
        const Lanes w2 = w1 * t, w3 = w2 * t, w4 = w3 * t;
        m1 = k == 0 ? w1 : m1 + w1;
        m2 = k == 0 ? w2 : m2 + w2;
        m3 = k == 0 ? w3 : m3 + w3;
        m4 = k == 0 ? w4 : m4 + w4;
      }
      // What is still to come of the cubic B-spline in its pieces, newest first: (1 - t)^4 / 24,
      // 1/2 - 2 t/3 + t³/3 - t^4/8, 23/24 - t/6 - t²/4 - t³/6 + t^4/8, 1 - t^4/24.
      const Lanes n0 = m0 * (1.0f / 24), n1 = m1 * (1.0f / 6), n2 = m2 * 0.25f,
                  n3 = m3 * (1.0f / 6), n4 = m4 * (1.0f / 24), e4 = 3.0f * n4;
      const Lanes q0 = ((n0 + n2) + n4) - (n1 + n3);
      const Lanes q1 = (12.0f * n0 - 4.0f * n1) + (2.0f * n3 - e4);
      const Lanes q2 = ((23.0f * n0 - n1) + e4) - (n2 + n3);
      const Lanes q3 = fb - n4;
      float* const* out = parts + 4 * p;
      put(out[0] + i, Add ? get(out[0] + i) + q0 : q0);
      put(out[1] + i, Add ? get(out[1] + i) + q1 : q1);
      put(out[2] + i, Add ? get(out[2] + i) + q2 : q2);
      put(out[3] + i, Add ? get(out[3] + i) + q3 : q3);
      ua = ub, ca = cb, fa = fb;
    }
  }
}

template <int Factor, int Degree>
void run_segments(const float* const* x, float* const* parts, const ShaperCurve& curve, bool add,
                  int frames) noexcept {
  if (add) return run_segments<Factor, Degree, true>(x, parts, curve, frames);
  run_segments<Factor, Degree, false>(x, parts, curve, frames);
}

template <int Factor>
void run_segments(const float* const* x, float* const* parts, const ShaperCurve& curve, bool add,
                  int frames) noexcept {
  if (curve.c[4] == 0 && curve.c[5] == 0) {
    if (curve.c[0] == 0 && curve.c[2] == 0) {
      return run_segments<Factor, kOdd>(x, parts, curve, add, frames);
    }
    return run_segments<Factor, 3>(x, parts, curve, add, frames);
  }
  run_segments<Factor, 5>(x, parts, curve, add, frames);
}

void segments(const float* const* x, int factor, float* const* parts, const ShaperCurve& curve,
              bool add, int frames) noexcept {
  if (factor == 2) return run_segments<2>(x, parts, curve, add, frames);
  if (factor == 4) return run_segments<4>(x, parts, curve, add, frames);
  run_segments<8>(x, parts, curve, add, frames);
}

void sum(const float* a, const float* b, const float* c, const float* d, float* y,
         int frames) noexcept {
  for (int i = 0; i < frames; i += TUTTI_LANES) {
    put(y + i, (get(a + i) + get(b + i)) + (get(c + i) + get(d + i)));
  }
}

void bare(const float* x, float* y, const ShaperCurve& curve, bool add, int frames) noexcept {
  for (int i = 0; i < frames; i += TUTTI_LANES) {
    const Lanes v = bend<5>(curve.c, limit(get(x + i) * curve.scale + curve.shift, -1, 1));
    put(y + i, add ? get(y + i) + v : v);
  }
}

constexpr ShaperLoops kLoops{segments, sum, bare};

}  // namespace
}  // namespace tutti::dsp
