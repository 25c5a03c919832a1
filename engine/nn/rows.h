// Products, norms and gates of many rows at a time: the loops of recurrent networks.
//
// Every output is one sum in rising order of inputs, whatever the number of rows and however they
// are blocked. The generic kernels (SSE2, WASM SIMD128) agree to the bit with each other. Those for
// AVX2 and AVX-512 fuse products and sums (rounded once instead of twice): a product differs from
// the generic one by some 1e-6 of the sum of its parts' sizes; tests/nn holds them to that, and
// tests/separate states what is left of it in a stem (below -120 dBFS for a full-scale song).
// No state, no allocation, no alignment asked for. Strides are in floats.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/nn/kernels.h"

namespace tutti::nn {

using Stride = std::ptrdiff_t;

// The recurrent half of a GRU, units in groups of kLanes: panel 3 * g + k of `weights` is gate k
// (0 reset, 1 update, 2 candidate) of the units of group g, element (k, lane) at k * kLanes + lane.
struct GruPanels {
  int hidden = 0;  // a multiple of kLanes
  const float* weights = nullptr;
  const float* candidate_bias = nullptr;  // [hidden]: what the reset gate scales
};

struct RowKernels {
  // y[r] = bias + W x[r], or y[r] + W x[r] where `add` is set (no bias then). All padded(out)
  // numbers of a row of y are written. Panels: floats without scale.
  void (*linear)(const Panels&, const float* x, Stride x_stride, int rows, float* y,
                 Stride y_stride, bool add) noexcept;
  // out[r] = (x[r] - mean) / sqrt(variance + 1e-5) * gain + bias; n a multiple of kLanes.
  void (*layer_norm)(const float* x, Stride x_stride, int rows, const float* gain,
                     const float* bias, int n, float* out, Stride out_stride) noexcept;
  // One step of `rows` sequences: gates[r] holds bias + W x of the three gates, by group as in
  // GruPanels; h[r] is the state before and out[r] the state after (they must not overlap).
  void (*gru_step)(const GruPanels&, const float* gates, Stride gates_stride, const float* h,
                   Stride h_stride, int rows, float* out, Stride out_stride) noexcept;
  // In place; n a multiple of kLanes. Absolute error below 3e-7.
  void (*tanh)(float* x, int n) noexcept;
  // out = value * sigmoid(gate); n a multiple of kLanes.
  void (*glu)(const float* value, const float* gate, int n, float* out) noexcept;
};

extern const RowKernels kRowsGeneric;
#if defined(__x86_64__) && !defined(__wasm__)
extern const RowKernels kRowsFma;     // AVX2 and FMA
extern const RowKernels kRowsFma512;  // AVX-512 and FMA
#endif
// The best for this machine.
const RowKernels& row_kernels() noexcept;

// A matrix with or without a bias, packed for RowKernels. Immutable once made: any number of
// threads may use it.
class Dense {
 public:
  Dense() = default;
  // `weights` is [out][in] row-major; `bias` has `out` numbers or none (zeros).
  Dense(const std::vector<float>& weights, const std::vector<float>& bias, int out, int in);

  int in() const { return in_; }
  int out() const { return out_; }
  int padded_out() const { return padded(out_); }
  std::size_t bytes() const { return (weights_.size() + bias_.size()) * sizeof(float); }

  void apply(const RowKernels& k, const float* x, Stride x_stride, int rows, float* y,
             Stride y_stride, bool add = false) const noexcept {
    k.linear({in_, out_, weights_.data(), nullptr, nullptr, bias_.data()}, x, x_stride, rows, y,
             y_stride, add);
  }

 private:
  int in_ = 0, out_ = 0;
  std::vector<float> weights_, bias_;
};

}  // namespace tutti::nn
