// Lanes of one instruction set and the functions over them that the kernels of networks share.
//
// Included by *_impl.h of kernels only, in files that define TUTTI_LANES first. Everything has
// internal linkage, so that no wide code can be linked into the base path.
#pragma once

#include <cstdint>

#include "engine/nn/kernels.h"

namespace tutti::nn {
namespace {

#ifndef TUTTI_INLINE
#define TUTTI_INLINE inline __attribute__((always_inline))
#endif

typedef float Lanes __attribute__((vector_size(4 * TUTTI_LANES)));
typedef std::int32_t Whole __attribute__((vector_size(4 * TUTTI_LANES)));
constexpr int kStrands = kLanes / TUTTI_LANES;  // vectors that make up kLanes

TUTTI_INLINE Lanes get(const float* p) {
  Lanes v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
TUTTI_INLINE void put(float* p, Lanes v) {
  __builtin_memcpy(p, &v, sizeof v);
}
TUTTI_INLINE Lanes all(float x) {
#if TUTTI_LANES == 16
  return Lanes{x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
#elif TUTTI_LANES == 8
  return Lanes{x, x, x, x, x, x, x, x};
#else
  return Lanes{x, x, x, x};
#endif
}

// The sum of the lanes, halves first.
TUTTI_INLINE float sum_of(Lanes v) {
  float each[TUTTI_LANES];
  put(each, v);
  for (int width = TUTTI_LANES / 2; width > 0; width /= 2)
    for (int i = 0; i < width; ++i) each[i] += each[i + width];
  return each[0];
}
TUTTI_INLINE float largest_of(Lanes v) {
  float each[TUTTI_LANES];
  put(each, v);
  for (int i = 1; i < TUTTI_LANES; ++i) each[0] = each[i] > each[0] ? each[i] : each[0];
  return each[0];
}

// exp by 2^k times a polynomial on ±ln 2 / 2 (the Taylor series to the seventh term), within 3e-7
// of the value; the argument is held within what a float can say.
TUTTI_INLINE Lanes exponential(Lanes x) {
  x = x < -87.0f ? all(-87.0f) : x;
  x = x > 88.0f ? all(88.0f) : x;
  constexpr float kMagic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to whole numbers
  const Lanes shifted = x * 1.44269504f + kMagic;
  const Lanes k = shifted - kMagic;
  const Lanes r = (x - k * 0.693359375f) - k * -2.12194440e-4f;
  Lanes p = all(1.0f / 5040);
  p = p * r + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const Whole power = ((Whole)shifted - (Whole)all(kMagic) + 127) << 23;
  return p * (Lanes)power;
}

TUTTI_INLINE Lanes sigmoid_of(Lanes x) {
  return 1.0f / (1.0f + exponential(-x));
}

// x Phi(x) = x (1 + erf(x / sqrt 2)) / 2.
TUTTI_INLINE Lanes gelu_of(Lanes x) {
  const Lanes z = (x < 0.0f ? -x : x) * 0.707106781f;
  const Lanes t = 1.0f / (1.0f + 0.3275911f * z);
  Lanes p = all(1.061405429f);
  p = p * t + -1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t + -0.284496736f;
  p = p * t + 0.254829592f;
  const Lanes half_tail = 0.5f * p * t * exponential(-(z * z));  // (1 - erf z) / 2
  return x * (x < 0.0f ? half_tail : 1.0f - half_tail);
}

// each(i, some) for every vector of n numbers; the last one may have fewer than TUTTI_LANES, and
// goes through a padded vector.
template <class Each>
TUTTI_INLINE void over(long n, Each each) {
  long i = 0;
  for (; i + TUTTI_LANES <= n; i += TUTTI_LANES) each(i, static_cast<long>(TUTTI_LANES));
  if (i < n) each(i, n - i);
}
TUTTI_INLINE Lanes get_some(const float* p, long count) {
  if (count == TUTTI_LANES) return get(p);
  float some[TUTTI_LANES] = {};
  for (long i = 0; i < count; ++i) some[i] = p[i];
  return get(some);
}
TUTTI_INLINE void put_some(float* p, Lanes v, long count) {
  if (count == TUTTI_LANES) return put(p, v);
  float some[TUTTI_LANES];
  put(some, v);
  for (long i = 0; i < count; ++i) p[i] = some[i];
}

}  // namespace
}  // namespace tutti::nn
