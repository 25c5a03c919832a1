// The loops of gru_kernels.h, written once and compiled once per instruction set.
//
// Included by gru_*.cpp only, each of which defines TUTTI_LANES first. All of it has internal
// linkage, so that no wide code can be linked into the base path.
#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

#include <cmath>
#include <type_traits>

#include "engine/nn/gru_kernels.h"
#include "engine/nn/lanes_impl.h"

namespace tutti::nn {
namespace {

// Sequences whose sums (three gates each) the registers hold, and for a single sequence the vectors
// of units.
#if TUTTI_LANES == 16
constexpr int kRows = 8, kUnitsOfOne = 4;
#elif TUTTI_LANES == 8
constexpr int kRows = 4, kUnitsOfOne = 4;
#else
constexpr int kRows = 2, kUnitsOfOne = 2;
#endif

// The kLanes strands, halved until one is left.
TUTTI_INLINE float sum_of(const Lanes (&strands)[kStrands]) {
#if TUTTI_LANES == 16
  return sum_of(strands[0]);
#elif TUTTI_LANES == 8
  return sum_of(strands[0] + strands[1]);
#else
  return sum_of((strands[0] + strands[2]) + (strands[1] + strands[3]));
#endif
}

void layer_norm(const float* x, Stride x_stride, int rows, const float* gain, const float* bias,
                int n, float* out, Stride out_stride) noexcept {
  const float share = 1.0f / static_cast<float>(n);
  for (int r = 0; r < rows; ++r, x += x_stride, out += out_stride) {
    Lanes sums[kStrands] = {};
    for (int i = 0; i < n; i += kLanes)
      for (int s = 0; s < kStrands; ++s) sums[s] = sums[s] + get(x + i + s * TUTTI_LANES);
    const float mean = sum_of(sums) * share;
    Lanes squares[kStrands] = {};
    for (int i = 0; i < n; i += kLanes) {
      for (int s = 0; s < kStrands; ++s) {
        const Lanes d = get(x + i + s * TUTTI_LANES) - mean;
        squares[s] = squares[s] + d * d;
      }
    }
    const float scale = 1.0f / std::sqrt(sum_of(squares) * share + 1e-5f);
    for (int i = 0; i < n; i += TUTTI_LANES)
      put(out + i, (get(x + i) - mean) * scale * get(gain + i) + get(bias + i));
  }
}

// Within ±most; what compilers make of `?:` takes twice as long.
TUTTI_INLINE Lanes limited(Lanes x, float most) {
#if TUTTI_LANES == 16  // the forms without a mask rouse a warning of GCC 12
  return (Lanes)_mm512_maskz_max_ps(
      0xffff, _mm512_maskz_min_ps(0xffff, (__m512)x, (__m512)all(most)), (__m512)all(-most));
#elif TUTTI_LANES == 8
  return (Lanes)_mm256_max_ps(_mm256_min_ps((__m256)x, (__m256)all(most)), (__m256)all(-most));
#elif defined(__SSE2__)
  return (Lanes)_mm_max_ps(_mm_min_ps((__m128)x, (__m128)all(most)), (__m128)all(-most));
#elif defined(__wasm_simd128__)
  return (Lanes)wasm_f32x4_pmax((v128_t)all(-most), wasm_f32x4_pmin((v128_t)all(most), (v128_t)x));
#else
  x = x < all(most) ? x : all(most);
  return x > all(-most) ? x : all(-most);
#endif
}

// 1 + 2^-x: the power by a whole number and a polynomial (Chebyshev fit over ±1/2, 2e-7). Held
// within ±40, beyond which its inverse is 0 or 1 to the last place.
TUTTI_INLINE Lanes one_and_power(Lanes x) {
  x = limited(x, 40.0f);
  const Lanes shifted = 12582912.0f - x;  // 1.5 * 2^23: the whole number in the last bits
  const Lanes t = (12582912.0f - shifted) - x;
  Lanes p = t * 0.000154531629451f + 0.00133908633647f;
  p = p * t + 0.00961808255728f;
  p = p * t + 0.0555035711422f;
  p = p * t + 0.240226507606f;
  p = p * t + 0.693147188026f;
  p = p * t + 1.0f;
  return 1.0f + (Lanes)((Whole)p + (((Whole)shifted - 0x4b400000) << 23));
}
constexpr float kLog2E = 1.44269504f;
TUTTI_INLINE Lanes tanh_of(Lanes x) {
  return 2.0f / one_and_power(x * (2 * kLog2E)) - 1.0f;
}

// The states after a step, from the sums of the gates: of reset and update whole, of the candidate
// the recurrent part. The two sigmoids share a division.
TUTTI_INLINE Lanes gated(Lanes reset, Lanes update, Lanes inner, Lanes outer, Lanes before) {
  const Lanes a = one_and_power(reset * kLog2E), b = one_and_power(update * kLog2E);
  const Lanes both = 1.0f / (a * b);
  const Lanes candidate = tanh_of(outer + (both * b) * inner);
  return candidate + (both * a) * (before - candidate);
}

// Units: vectors of hidden units, each with its three gates.
template <int Rows, int Units>
TUTTI_INLINE void units(const GruPanels& m, const GruStep& c, int row, int first) {
  const Stride panel = static_cast<Stride>(m.hidden) * kLanes;
  const float* const gates = c.gates + row * c.gates_stride;
  const float* const h = c.h + row * c.h_stride;
  const float* w[Units];
  int unit[Units], gate[Units];
  Lanes sum[Rows][Units][3];
  for (int u = 0; u < Units; ++u) {
    const int group = (first + u) / kStrands, strand = (first + u) % kStrands * TUTTI_LANES;
    w[u] = m.weights + 3 * group * panel + strand;
    unit[u] = group * kLanes + strand;
    gate[u] = 3 * group * kLanes + strand;
    for (int r = 0; r < Rows; ++r) {
      sum[r][u][0] = get(gates + r * c.gates_stride + gate[u]);
      sum[r][u][1] = get(gates + r * c.gates_stride + gate[u] + kLanes);
      sum[r][u][2] = get(m.candidate_bias + unit[u]);
    }
  }
  for (int k = 0; k < m.hidden; ++k) {
    for (int u = 0; u < Units; ++u) {
      const float* at = w[u] + k * kLanes;
      const Lanes own[3] = {get(at), get(at + panel), get(at + 2 * panel)};
      for (int r = 0; r < Rows; ++r) {
        const float in = h[r * c.h_stride + k];
        for (int g = 0; g < 3; ++g) sum[r][u][g] = sum[r][u][g] + in * own[g];
      }
    }
  }
  for (int r = 0; r < Rows; ++r)
    for (int u = 0; u < Units; ++u)
      put(c.out + (row + r) * c.out_stride + unit[u],
          gated(sum[r][u][0], sum[r][u][1], sum[r][u][2],
                get(gates + r * c.gates_stride + gate[u] + 2 * kLanes),
                get(h + r * c.h_stride + unit[u])));
}

#ifndef TUTTI_GRU_UNITS
#define TUTTI_GRU_UNITS units
#endif

void step(const GruPanels& m, const GruStep& c) noexcept {
  const int vectors = m.hidden / TUTTI_LANES;
  // Rows inside: the weights of a unit stay in the nearest cache for all of them.
  int done = 0;
  const auto rows_of = [&](auto count) {
    constexpr int kCount = decltype(count)::value;
    const int end = done + (c.rows - done) / kCount * kCount;
    for (int u = 0; u < vectors; ++u)
      for (int r = done; r < end; r += kCount) TUTTI_GRU_UNITS<kCount, 1>(m, c, r, u);
    done = end;
  };
  rows_of(std::integral_constant<int, kRows>{});
  if constexpr (kRows > 4) rows_of(std::integral_constant<int, 4>{});
  for (; done < c.rows; ++done) {
    int u = 0;
    for (; u + kUnitsOfOne <= vectors; u += kUnitsOfOne)
      TUTTI_GRU_UNITS<1, kUnitsOfOne>(m, c, done, u);
    for (; u < vectors; ++u) TUTTI_GRU_UNITS<1, 1>(m, c, done, u);
  }
}

void tanh(float* x, int n) noexcept {
  for (int i = 0; i < n; i += TUTTI_LANES) put(x + i, tanh_of(get(x + i)));
}

}  // namespace
}  // namespace tutti::nn
