// Products of bf16 pairs; those in f32 are of gemm_fma512.cpp.
#define TUTTI_LANES 16
#define TUTTI_TILE_ROWS 6
#define TUTTI_TILE_VECTORS 4
#include <immintrin.h>

#include "engine/nn/gemm_kernel.h"
#include "engine/nn/lanes_impl.h"

namespace tutti::nn {
namespace {

// Like tile() of gemm_impl.h, two inputs at a time.
template <int Rows, int Vectors>
TUTTI_INLINE void tile_bf16(const GemmCall& c, const GemmRun* run, const GemmRun* end, int row,
                            int vector, bool begin) {
  __m512 sum[Rows][Vectors];
  float* const y = c.y + row * c.y_stride + vector * kLanes;
  for (int v = 0; v < Vectors; ++v) {
    const __m512 start = begin && c.bias != nullptr
                             ? _mm512_loadu_ps(c.bias + (vector + v) * kLanes)
                             : _mm512_setzero_ps();
    for (int r = 0; r < Rows; ++r)
      sum[r][v] = begin && !c.add
                      ? start
                      : _mm512_add_ps(_mm512_loadu_ps(y + r * c.y_stride + v * kLanes), start);
  }
  const std::uint16_t* const panels = static_cast<const std::uint16_t*>(c.panels);
  const long panel = static_cast<long>(c.panel_depth) * kLanes;
  for (; run != end; ++run) {
    const std::uint16_t* a[Rows];
    for (int r = 0; r < Rows; ++r)
      a[r] = static_cast<const std::uint16_t*>(run->a) + (row + r) * c.stride;
    const std::uint16_t* const b = panels + vector * panel + static_cast<long>(run->at) * kLanes;
    for (long k = 0; k < run->depth; k += 2) {
      __m512bh weights[Vectors];
      for (int v = 0; v < Vectors; ++v)
        weights[v] = (__m512bh)_mm512_loadu_si512(b + v * panel + k * kLanes);
      for (int r = 0; r < Rows; ++r) {
        int pair;
        __builtin_memcpy(&pair, a[r] + k, 4);
        const __m512bh in = (__m512bh)_mm512_set1_epi32(pair);
        for (int v = 0; v < Vectors; ++v) sum[r][v] = _mm512_dpbf16_ps(sum[r][v], in, weights[v]);
      }
    }
  }
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < Vectors; ++v) _mm512_storeu_ps(y + r * c.y_stride + v * kLanes, sum[r][v]);
}

}  // namespace
}  // namespace tutti::nn

#define TUTTI_TILE tile_bf16
#include "engine/nn/gemm_impl.h"

namespace tutti::nn {
namespace {

void to_bf16(const float* x, std::uint16_t* y, long n) noexcept {
  long i = 0;
  for (; i + kLanes <= n; i += kLanes)
    _mm256_storeu_si256((__m256i*)(y + i), (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(x + i)));
  if (i < n) {
    const __mmask16 some = static_cast<__mmask16>((1u << (n - i)) - 1);
    _mm256_mask_storeu_epi16(y + i, some,
                             (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(some, x + i)));
  }
}

// 2^t of t = n + f, |f| at most a half: the Taylor series of 2^f to the fourth term, scaled by 2^n
// (0 where that is too small for a float).
float exponentials_bf16(const float* x, std::uint16_t* y, long n, float shift) noexcept {
  const __m512 log2e = _mm512_set1_ps(1.44269504f);
  const __m512 offset = _mm512_set1_ps(shift * 1.44269504f);
  __m512 sums = _mm512_setzero_ps();
  for (long i = 0; i < n; i += kLanes) {
    const __mmask16 some = n - i >= kLanes ? static_cast<__mmask16>(0xffff)
                                           : static_cast<__mmask16>((1u << (n - i)) - 1);
    const __m512 t = _mm512_fmsub_ps(_mm512_maskz_loadu_ps(some, x + i), log2e, offset);
    const __m512 whole =
        _mm512_maskz_roundscale_ps(some, t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512 f = _mm512_sub_ps(t, whole);
    __m512 p = _mm512_set1_ps(9.6181291e-3f);
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(5.5504109e-2f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(2.4022651e-1f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(6.9314718e-1f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(1.0f));
    p = _mm512_maskz_scalef_ps(some, p, whole);
    sums = _mm512_add_ps(sums, p);
    _mm256_mask_storeu_epi16(y + i, some, (__m256i)_mm512_cvtneps_pbh(p));
  }
  return sum_of((Lanes)sums);
}

}  // namespace

const Bf16Kernels kBf16{multiply, to_bf16, exponentials_bf16};
}  // namespace tutti::nn
