// The loops of networks, written once and compiled once per instruction set.
//
// Included by kernels_*.cpp only, each of which defines TUTTI_LANES first. All of it has internal
// linkage, so that no wide code can be linked into the base path.
#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <cmath>

#include "engine/nn/kernels.h"

namespace tutti::nn {
namespace {

#define TUTTI_INLINE inline __attribute__((always_inline))

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
  const Lanes zero = {};
  return zero + x;
}
TUTTI_INLINE Lanes get(const std::int8_t* p) {
#if TUTTI_LANES == 16
  return __builtin_convertvector(
      (Whole)_mm512_maskz_cvtepi8_epi32(0xffff, _mm_loadu_si128((const __m128i*)p)), Lanes);
#elif TUTTI_LANES == 8
  return (Lanes)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i*)p)));
#elif defined(__SSE2__)
  int four;
  __builtin_memcpy(&four, p, 4);
  const __m128i bytes = _mm_cvtsi32_si128(four);
  const __m128i pairs = _mm_unpacklo_epi8(bytes, bytes);
  return (Lanes)_mm_cvtepi32_ps(_mm_srai_epi32(_mm_unpacklo_epi16(pairs, pairs), 24));
#else
  return Lanes{static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2]),
               static_cast<float>(p[3])};
#endif
}

// Rows x Vectors of one product: each number of `sum` is a sum in rising order of k.
template <int Rows, int Vectors, class Weight>
TUTTI_INLINE void multiply(const Panels& m, const Weight* weights, int panel, const float* x,
                           float* y, int stride) {
  constexpr int kPanels = Vectors / kStrands;
  const Weight* w = weights + static_cast<long>(panel) * m.in * kLanes;
  const long step = static_cast<long>(m.in) * kLanes;
  Lanes sum[Rows][Vectors] = {};
  for (int k = 0; k < m.in; ++k) {
    Lanes own[Vectors];
    for (int p = 0; p < kPanels; ++p)
      for (int s = 0; s < kStrands; ++s)
        own[p * kStrands + s] = get(w + p * step + k * kLanes + s * TUTTI_LANES);
    for (int r = 0; r < Rows; ++r) {
      const Lanes in = all(x[static_cast<long>(r) * m.in + k]);
      for (int v = 0; v < Vectors; ++v) sum[r][v] = sum[r][v] + in * own[v];
    }
  }
  const int first = panel * kLanes;
  for (int r = 0; r < Rows; ++r) {
    for (int v = 0; v < Vectors; ++v) {
      const int o = first + v * TUTTI_LANES;
      Lanes result = sum[r][v];
      if (m.scale != nullptr) result = result * get(m.scale + o);
      put(y + static_cast<long>(r) * stride + o, result + get(m.bias + o));
    }
  }
}

template <int Rows, int Vectors, class Weight>
TUTTI_INLINE void multiply_rows(const Panels& m, const Weight* weights, const float* x, float* y) {
  constexpr int kPanels = Vectors / kStrands;
  const int panels = padded(m.out) / kLanes, stride = padded(m.out);
  int p = 0;
  for (; p + kPanels <= panels; p += kPanels) multiply<Rows, Vectors>(m, weights, p, x, y, stride);
  for (; p < panels; ++p) multiply<Rows, kStrands>(m, weights, p, x, y, stride);
}

// As many sums at a time as the registers hold.
#if TUTTI_LANES == 16
constexpr int kVectorsOfOne = 8, kVectorsOfFour = 4;
#elif TUTTI_LANES == 8
constexpr int kVectorsOfOne = 8, kVectorsOfFour = 2;
#else
constexpr int kVectorsOfOne = 8, kVectorsOfFour = 4;
#endif

template <class Weight>
TUTTI_INLINE void linear_of(const Panels& m, const Weight* weights, const float* x, int rows,
                            float* y) {
  const int stride = padded(m.out);
  int r = 0;
  for (; r + 4 <= rows; r += 4)
    multiply_rows<4, kVectorsOfFour>(m, weights, x + static_cast<long>(r) * m.in,
                                     y + static_cast<long>(r) * stride);
  for (; r < rows; ++r)
    multiply_rows<1, kVectorsOfOne>(m, weights, x + static_cast<long>(r) * m.in,
                                    y + static_cast<long>(r) * stride);
}

void linear(const Panels& m, const float* x, int rows, float* y) noexcept {
  if (m.small_weights != nullptr) return linear_of(m, m.small_weights, x, rows, y);
  linear_of(m, m.weights, x, rows, y);
}

// The strands added one after the other.
TUTTI_INLINE float sum_of(const Lanes (&strands)[kStrands]) {
  float each[kLanes];
  for (int s = 0; s < kStrands; ++s) put(each + s * TUTTI_LANES, strands[s]);
  float sum = each[0];
  for (int i = 1; i < kLanes; ++i) sum += each[i];
  return sum;
}

void layer_norm(const float* x, const float* gain, const float* bias, int n, float* out) noexcept {
  Lanes sums[kStrands] = {};
  for (int i = 0; i < n; i += kLanes)
    for (int s = 0; s < kStrands; ++s) sums[s] = sums[s] + get(x + i + s * TUTTI_LANES);
  const float mean = sum_of(sums) / static_cast<float>(n);
  Lanes squares[kStrands] = {};
  for (int i = 0; i < n; i += kLanes) {
    for (int s = 0; s < kStrands; ++s) {
      const Lanes d = get(x + i + s * TUTTI_LANES) - mean;
      squares[s] = squares[s] + d * d;
    }
  }
  const float scale = 1.0f / std::sqrt(sum_of(squares) / static_cast<float>(n) + 1e-5f);
  for (int i = 0; i < n; i += TUTTI_LANES)
    put(out + i, (get(x + i) - mean) * scale * get(gain + i) + get(bias + i));
}

// exp by 2^k times a polynomial on ±ln 2 / 2 (the Taylor series to the seventh term); the argument
// is held within what a float can say.
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

void gelu(float* x, int n) noexcept {
  for (int i = 0; i < n; i += TUTTI_LANES) {
    const Lanes v = get(x + i);
    const Lanes u = 0.797884561f * (v + 0.044715f * (v * v * v));
    put(x + i, v / (1.0f + exponential(-2.0f * u)));
  }
}

void softmax(float* x, int n) noexcept {
  float largest = x[0];
  for (int i = 1; i < n; ++i) largest = x[i] > largest ? x[i] : largest;
  const int end = padded(n);
  for (int i = n; i < end; ++i) x[i] = largest;
  for (int i = 0; i < end; i += TUTTI_LANES) put(x + i, exponential(get(x + i) - largest));
  for (int i = n; i < end; ++i) x[i] = 0;
  Lanes sums[kStrands] = {};
  for (int i = 0; i < end; i += kLanes)
    for (int s = 0; s < kStrands; ++s) sums[s] = sums[s] + get(x + i + s * TUTTI_LANES);
  const float scale = 1.0f / sum_of(sums);
  for (int i = 0; i < end; i += TUTTI_LANES) put(x + i, get(x + i) * scale);
}

void attend(const AttentionView& a) noexcept {
  const int width = a.heads * a.each;
  for (int h = 0; h < a.heads; ++h) {
    const float* query = a.query + h * a.each;
    const float* keys = a.keys + static_cast<long>(h) * a.each * a.capacity;
    for (int j = 0; j < a.count; j += kLanes) {
      Lanes sums[kStrands] = {};
      for (int d = 0; d < a.each; ++d)
        for (int s = 0; s < kStrands; ++s)
          sums[s] = sums[s] +
                    query[d] * get(keys + static_cast<long>(d) * a.capacity + j + s * TUTTI_LANES);
      for (int s = 0; s < kStrands; ++s) put(a.weights + j + s * TUTTI_LANES, sums[s]);
    }
    softmax(a.weights, a.count);
    for (int d = 0; d < a.each; d += kLanes) {
      Lanes sums[kStrands] = {};
      const float* values = a.values + h * a.each + d;
      for (int j = 0; j < a.count; ++j)
        for (int s = 0; s < kStrands; ++s)
          sums[s] =
              sums[s] + a.weights[j] * get(values + static_cast<long>(j) * width + s * TUTTI_LANES);
      for (int s = 0; s < kStrands; ++s) put(a.out + h * a.each + d + s * TUTTI_LANES, sums[s]);
    }
  }
}

void add(float* x, const float* y, int n) noexcept {
  for (int i = 0; i < n; i += TUTTI_LANES) put(x + i, get(x + i) + get(y + i));
}

constexpr Kernels kTable{linear, layer_norm, gelu, softmax, attend, add};

}  // namespace
}  // namespace tutti::nn
