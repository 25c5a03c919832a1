// The step in f32 is that of gru_fma512.cpp; beside it the one with the recurrent product in pairs
// of bf16.
#define TUTTI_LANES 16
#include <immintrin.h>

#include "engine/nn/gru_kernels.h"

namespace tutti::nn {
namespace {
template <int Rows, int Units>
inline __attribute__((always_inline)) void units_bf16(const GruPanels& m, const GruStep& c, int row,
                                                      int first);
}
}  // namespace tutti::nn

#define TUTTI_GRU_UNITS units_bf16
#include "engine/nn/gru_impl.h"

namespace tutti::nn {
namespace {

// Like units() of gru_impl.h, two inputs at a time.
template <int Rows, int Units>
TUTTI_INLINE void units_bf16(const GruPanels& m, const GruStep& c, int row, int first) {
  const Stride panel = static_cast<Stride>(m.hidden) * kLanes;
  const float* const gates = c.gates + row * c.gates_stride;
  const float* const h = c.h + row * c.h_stride;
  alignas(64) std::uint16_t halves[Rows][kMostBf16Hidden];
  for (int r = 0; r < Rows; ++r)
    for (int k = 0; k < m.hidden; k += kLanes)
      _mm256_store_si256((__m256i*)(halves[r] + k),
                         (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(h + r * c.h_stride + k)));
  const std::uint16_t* const w = m.halves + 3 * first * panel;
  __m512 sum[Rows][Units][3];
  for (int u = 0; u < Units; ++u) {
    for (int r = 0; r < Rows; ++r) {
      const float* const own = gates + r * c.gates_stride + 3 * (first + u) * kLanes;
      sum[r][u][0] = _mm512_loadu_ps(own);
      sum[r][u][1] = _mm512_loadu_ps(own + kLanes);
      sum[r][u][2] = _mm512_loadu_ps(m.candidate_bias + (first + u) * kLanes);
    }
  }
  for (int k = 0; k < m.hidden; k += 2) {
    for (int u = 0; u < Units; ++u) {
      __m512bh own[3];
      for (int g = 0; g < 3; ++g)
        own[g] = (__m512bh)_mm512_loadu_si512(w + (3 * u + g) * panel + k * kLanes);
      for (int r = 0; r < Rows; ++r) {
        int pair;
        __builtin_memcpy(&pair, halves[r] + k, sizeof pair);
        const __m512bh in = (__m512bh)_mm512_set1_epi32(pair);
        for (int g = 0; g < 3; ++g) sum[r][u][g] = _mm512_dpbf16_ps(sum[r][u][g], in, own[g]);
      }
    }
  }
  for (int r = 0; r < Rows; ++r) {
    for (int u = 0; u < Units; ++u) {
      const int unit = (first + u) * kLanes;
      put(c.out + (row + r) * c.out_stride + unit,
          gated((Lanes)sum[r][u][0], (Lanes)sum[r][u][1], (Lanes)sum[r][u][2],
                get(gates + r * c.gates_stride + 3 * unit + 2 * kLanes),
                get(h + r * c.h_stride + unit)));
    }
  }
}

}  // namespace

const GruKernels kGruBf16 = {layer_norm, kGruFma512.step, step, tanh};
}  // namespace tutti::nn
