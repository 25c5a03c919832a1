// Bodies of the kernels, compiled once per instruction set: included by kernels_*.cpp only.
//
// Everything sits in an unnamed namespace, so that code for one instruction set can never be linked
// in for another.
#include <cstring>

#include "engine/instruments/kernels.h"
#include "engine/instruments/tables.h"

namespace tutti::instruments::kernels {
namespace {

typedef float f4 __attribute__((vector_size(16)));
typedef float f8 __attribute__((vector_size(32)));
typedef std::int16_t s8 __attribute__((vector_size(16)));

template <class V>
__attribute__((always_inline)) inline V get(const void* p) {
  V v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
template <class V>
__attribute__((always_inline)) inline void put(void* p, V v) {
  __builtin_memcpy(p, &v, sizeof v);
}

void convert(const std::int16_t* in, float* out, int count) noexcept {
  for (int i = 0; i < count; i += 8) put(out + i, __builtin_convertvector(get<s8>(in + i), f8));
}

void interpolate(const float* source, std::uint64_t phase, std::uint64_t increment, float* out,
                 int frames) noexcept {
  constexpr int kShift = 32 - tables::kCubicRowBits;
  const auto product = [&](std::uint64_t at) __attribute__((always_inline)) {
    const auto row = static_cast<std::uint32_t>(at) >> kShift;
    return get<f4>(source + (at >> 32)) * get<f4>(tables::kCubic.row[row]);
  };
  for (int i = 0; i < frames; i += 4) {
    const std::uint64_t p1 = phase + increment, p2 = p1 + increment, p3 = p2 + increment;
    const f4 a = product(phase), b = product(p1), c = product(p2), d = product(p3);
    phase = p3 + increment;
    // Each frame's sum is (tap 0 + tap 2) + (tap 1 + tap 3).
    const f4 ab =
        __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const f4 cd =
        __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
    put(out + i,
        __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
  }
}

__attribute__((always_inline)) inline void transpose(f4& a, f4& b, f4& c, f4& d) {
  const f4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
           ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const f4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5),
           cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  a = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
  b = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  c = __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5);
  d = __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7);
}

void filter(float* const* buffers, Filters& filters, int frames) noexcept {
  f8 a = get<f8>(filters.a), b = get<f8>(filters.b);
  f8 p = get<f8>(filters.p), q = get<f8>(filters.q), r = get<f8>(filters.r);
  const f8 dp = get<f8>(filters.p_slope), dq = get<f8>(filters.q_slope),
           dr = get<f8>(filters.r_slope);
  alignas(32) float unused[kCell] = {};
  float* lane[kLanes];
  for (int v = 0; v < kLanes; ++v) lane[v] = buffers[v] != nullptr ? buffers[v] : unused;
  // The sums are grouped so that what depends on the frame before waits for as little as possible.
  const auto step = [&](f4& low, f4& high) __attribute__((always_inline)) {
    const f8 in = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
    const f8 next_b = (r * in + (1.0f - r) * b) + q * a;
    a = (q * in - q * b) + p * a;
    const f8 y = 0.5f * (b + next_b);
    b = next_b;
    p += dp;
    q += dq;
    r += dr;
    low = __builtin_shufflevector(y, y, 0, 1, 2, 3);
    high = __builtin_shufflevector(y, y, 4, 5, 6, 7);
  };
  for (int i = 0; i < frames; i += 4) {
    f4 x[kLanes];
    for (int v = 0; v < kLanes; ++v) x[v] = get<f4>(lane[v] + i);
    transpose(x[0], x[1], x[2], x[3]);
    transpose(x[4], x[5], x[6], x[7]);
    if (frames - i >= 4) {
      step(x[0], x[4]);
      step(x[1], x[5]);
      step(x[2], x[6]);
      step(x[3], x[7]);
    } else {
      for (int k = 0; k < frames - i; ++k) step(x[k], x[k + 4]);
    }
    transpose(x[0], x[1], x[2], x[3]);
    transpose(x[4], x[5], x[6], x[7]);
    for (int v = 0; v < kLanes; ++v) put(lane[v] + i, x[v]);
  }
  put(filters.a, a);
  put(filters.b, b);
  put(filters.p, p);
  put(filters.q, q);
  put(filters.r, r);
}

void mix(const float* in, const Ramp& ramp, int first, float* left, float* right,
         int frames) noexcept {
  const auto at = static_cast<float>(first);
  f8 k = {at, at + 1, at + 2, at + 3, at + 4, at + 5, at + 6, at + 7};
  int i = 0;
  for (; i + 8 <= frames; i += 8) {
    const f8 x = get<f8>(in + i);
    put(left + i, get<f8>(left + i) + x * (ramp.left + ramp.left_slope * k));
    put(right + i, get<f8>(right + i) + x * (ramp.right + ramp.right_slope * k));
    k += 8.0f;
  }
  for (; i < frames; ++i) {
    const auto n = static_cast<float>(first + i);
    left[i] += in[i] * (ramp.left + ramp.left_slope * n);
    right[i] += in[i] * (ramp.right + ramp.right_slope * n);
  }
}

constexpr Table kTable{convert, interpolate, filter, mix};

}  // namespace
}  // namespace tutti::instruments::kernels
