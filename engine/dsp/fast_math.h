// Logarithm, exponential, hyperbolic tangent and sine for whole vectors of samples.
//
// Templates over the lane types of base/simd.h (f32x4, f32x8, f32x16; float is taken too). Each
// lane is worked out alone, by additions, multiplications, one division (tanh) and bit operations
// that IEEE 754 defines exactly, so a sample has the same bits whatever the width, and in WASM.
// Minimax polynomials (Chebyshev fits; Muller, Elementary Functions, 2016). Errors are the largest
// found over the stated range, rounding included. Arguments must not be NaN. No state.
//
// Everything sits in an unnamed namespace and is always inlined: kernels for wider lanes include
// this file, and their code must never be linked into the base path.
#pragma once

#include <cstdint>
#include <cstring>

#include "engine/base/simd.h"

namespace tutti::dsp::fast {
namespace {

#define TUTTI_FAST __attribute__((always_inline)) inline

template <class V>
struct Lanes;
template <>
struct Lanes<simd::f32x4> {
  using Whole = simd::i32x4;
  typedef std::uint32_t Bits __attribute__((vector_size(16)));
};
template <>
struct Lanes<simd::f32x8> {
  using Whole = simd::i32x8;
  typedef std::uint32_t Bits __attribute__((vector_size(32)));
};
template <>
struct Lanes<simd::f32x16> {
  using Whole = simd::i32x16;
  typedef std::uint32_t Bits __attribute__((vector_size(64)));
};
template <class V>
using Whole = typename Lanes<V>::Whole;
template <class V>
using Bits = typename Lanes<V>::Bits;  // unsigned: what overflows there wraps around

// The lanes of one register of the instruction set that this file is compiled for. Kernels that
// work on each lane alone may use it: their bits do not depend on the width.
#if defined(__AVX512F__)
using Register = simd::f32x16;
#elif defined(__AVX2__)
using Register = simd::f32x8;
#else
using Register = simd::f32x4;
#endif

// The bits of one type as another of the same size.
template <class To, class From>
TUTTI_FAST To bits(const From& from) {
  To to;
  static_assert(sizeof to == sizeof from);
  __builtin_memcpy(&to, &from, sizeof to);
  return to;
}

// Unaligned loads and stores.
template <class V>
TUTTI_FAST V load(const void* p) {
  V v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
template <class V>
TUTTI_FAST void store(void* p, V v) {
  __builtin_memcpy(p, &v, sizeof v);
}

template <class V>
TUTTI_FAST V absolute(V x) {
  return bits<V>(bits<Whole<V>>(x) & 0x7fffffff);
}
// Of two equal arguments, or where one is NaN: the second.
template <class V>
TUTTI_FAST V larger(V a, V b) {
  return a > b ? a : b;
}
template <class V>
TUTTI_FAST V smaller(V a, V b) {
  return a < b ? a : b;
}
// The nearest whole number (ties to even); |x| < 2^22.
template <class V>
TUTTI_FAST V nearest(V x) {
  return (x + 12582912.0f) - 12582912.0f;
}

// log2(x), x >= 0 and finite; absolute error below 2e-7 for 0.5 <= x <= 2, else below 2e-7 + one
// rounding of the result. Below 1.2e-38 (and at 0) some number under -125.9: never -infinity.
template <class V>
TUTTI_FAST V log2(V x) {
  using I = Whole<V>;
  // Mantissa in [2/3, 4/3), so that there is no cancellation around 1.
  const I shifted = bits<I>(bits<Bits<V>>(x) - 0x3f2aaaabu);
  const V exponent = __builtin_convertvector(shifted >> 23, V);
  const V t = bits<V>((shifted & 0x007fffff) + 0x3f2aaaab) - 1.0f;
  V p = t * 0.198346174162f - 0.222092395164f;
  p = p * t + 0.202782512103f;
  p = p * t - 0.236811471910f;
  p = p * t + 0.288643372519f;
  p = p * t - 0.360788190643f;
  p = p * t + 0.480897471051f;
  p = p * t - 0.721346560147f;
  p = p * t + 1.44269504089f;
  return exponent + p * t;
}

// Quicker, where gains are meant: absolute error below 6e-6 and one rounding (0.00004 dB).
template <class V>
TUTTI_FAST V log2_brief(V x) {
  using I = Whole<V>;
  const I shifted = bits<I>(bits<Bits<V>>(x) - 0x3f2aaaabu);
  const V exponent = __builtin_convertvector(shifted >> 23, V);
  const V t = bits<V>((shifted & 0x007fffff) + 0x3f2aaaab) - 1.0f;
  V p = t * -0.273823400683f + 0.326568898232f;
  p = p * t - 0.359242330235f;
  p = p * t + 0.479268508494f;
  p = p * t - 0.72135640054f;
  p = p * t + 1.4427051505f;
  return exponent + p * t;
}

// 2^x; relative error below 2e-7. Clamped to 2^-126 … 2^127; exactly 1 at 0.
template <class V>
TUTTI_FAST V exp2(V x) {
  using B = Bits<V>;
  const V low = V{} - 126.0f, high = V{} + 127.0f;
  x = smaller(larger(x, low), high);
  const V shifted = x + 12582912.0f;  // 1.5 * 2^23: the whole number in the last bits
  const V t = x - (shifted - 12582912.0f);
  V p = t * 0.000154531629451f + 0.00133908633647f;
  p = p * t + 0.00961808255728f;
  p = p * t + 0.0555035711422f;
  p = p * t + 0.240226507606f;
  p = p * t + 0.693147188026f;
  p = p * t + 1.0f;
  return bits<V>(bits<B>(p) + (bits<B>(shifted) << 23));
}

// Quicker: relative error below 5e-7.
template <class V>
TUTTI_FAST V exp2_brief(V x) {
  using B = Bits<V>;
  x = smaller(larger(x, V{} - 126.0f), V{} + 127.0f);
  const V shifted = x + 12582912.0f;
  const V t = x - (shifted - 12582912.0f);
  V p = t * 0.00133813025373f + 0.00966636851539f;
  p = p * t + 0.055503810138f;
  p = p * t + 0.24022349038f;
  p = p * t + 0.69314718056f;
  p = p * t + 1.0f;
  return bits<V>(bits<B>(p) + (bits<B>(shifted) << 23));
}

// tanh(x), any finite x; relative error below 4e-7.
template <class V>
TUTTI_FAST V tanh(V x) {
  const V size = absolute(x);
  const V z = x * x;
  // Near 0 a polynomial in x², elsewhere 1 - 2 / (e^2x + 1).
  V p = z * -0.00626911971965f + 0.0211109590495f;
  p = p * z - 0.0538739488486f;
  p = p * z + 0.13332915367f;
  p = p * z - 0.333333303327f;
  const V near = size + size * (z * p);
  const V e = exp2(size * 2.88539008178f);
  const V far = 1.0f - 2.0f / (e + 1.0f);
  const V y = size < 0.6f ? near : far;
  return bits<V>(bits<Whole<V>>(y) | (bits<Whole<V>>(x) & (-0x7fffffff - 1)));
}

// sin(2 pi x), x in turns, |x| < 4e6; absolute error below 3e-7 (the turns of x taken exactly).
template <class V>
TUTTI_FAST V sin_turns(V x) {
  V t = x - nearest(x);  // [-1/2, 1/2]
  // sin(pi - a) = sin(a): fold into [-1/4, 1/4].
  const V half = bits<V>((bits<Whole<V>>(t) & (-0x7fffffff - 1)) | bits<Whole<V>>(V{} + 0.5f));
  t = absolute(t) > 0.25f ? half - t : t;
  const V z = t * t;
  V p = z * -14.3939662955f + 42.0097793032f;
  p = p * z - 76.7042798760f;
  p = p * z + 81.6052261740f;
  p = p * z - 41.3417021167f;
  p = p * z + 6.28318530707f;
  return p * t;
}
// sin(x), x in radians, |x| < 100: absolute error below 2e-7 (1 + |x|), since x / 2 pi is rounded.
template <class V>
TUTTI_FAST V sin(V x) {
  return sin_turns(x * 0.159154943092f);
}

// One value, with the bits of a lane.
#define TUTTI_FAST_ONE(name)                 \
  template <>                                \
  TUTTI_FAST float name<float>(float x) {    \
    return name(simd::f32x4{x, x, x, x})[0]; \
  }
TUTTI_FAST_ONE(log2)
TUTTI_FAST_ONE(log2_brief)
TUTTI_FAST_ONE(exp2)
TUTTI_FAST_ONE(exp2_brief)
TUTTI_FAST_ONE(tanh)
TUTTI_FAST_ONE(sin_turns)
TUTTI_FAST_ONE(sin)
#undef TUTTI_FAST_ONE

#undef TUTTI_FAST

}  // namespace
}  // namespace tutti::dsp::fast
