// The inner loops of recurrent networks, for many sequences side by side (gru.h).
//
// Every number is one sum in rising order of inputs, whatever the number of rows. The generic
// kernels (SSE2, WASM SIMD128) agree to the bit with each other. Those for AVX2 and AVX-512 fuse
// products and sums (rounded once instead of twice), which differs by some 1e-7 of the largest
// term; tests/nn holds them to that. bf16 (AVX-512 BF16) rounds states and weights to 8 bits of
// mantissa in the recurrent product alone. No state, no allocation. Strides are in floats.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/nn/kernels.h"

namespace tutti::nn {

using Stride = std::ptrdiff_t;

// The recurrent half of a GRU, units in groups of kLanes: panel 3 * g + k is gate k (0 reset,
// 1 update, 2 candidate) of the units of group g, element (input, lane) at input * kLanes + lane;
// in bf16 two neighbouring inputs stand side by side, (input / 2) * 2 * kLanes + 2 * lane +
// input % 2.
struct GruPanels {
  int hidden = 0;                  // a multiple of kLanes
  const float* weights = nullptr;  // one of the two
  const std::uint16_t* halves = nullptr;
  const float* candidate_bias = nullptr;  // [hidden]: what the reset gate scales
};

inline constexpr int kMostBf16Hidden = 256;

// One step of `rows` sequences: gates[r] holds bias + W x of the three gates, by group as in
// GruPanels; h[r] is the state before and out[r] the state after (they must not overlap).
struct GruStep {
  const float* gates = nullptr;
  Stride gates_stride = 0;
  const float* h = nullptr;
  Stride h_stride = 0;
  int rows = 0;
  float* out = nullptr;
  Stride out_stride = 0;
};

struct GruKernels {
  // out[r] = (x[r] - mean) / sqrt(variance + 1e-5) * gain + bias; n a multiple of kLanes.
  void (*layer_norm)(const float* x, Stride x_stride, int rows, const float* gain,
                     const float* bias, int n, float* out, Stride out_stride) noexcept;
  void (*step)(const GruPanels&, const GruStep&) noexcept;
  void (*step_bf16)(const GruPanels&, const GruStep&) noexcept;  // null where there is none
  // In place; n a multiple of kLanes. Absolute error below 3e-7.
  void (*tanh)(float* x, int n) noexcept;
};

extern const GruKernels kGruGeneric;
#if defined(__x86_64__) && !defined(__wasm__)
extern const GruKernels kGruFma;     // AVX2 and FMA
extern const GruKernels kGruFma512;  // AVX-512 and FMA
extern const GruKernels kGruBf16;    // and AVX-512 BF16
#endif
// The best for this machine.
const GruKernels& gru_kernels() noexcept;

}  // namespace tutti::nn
