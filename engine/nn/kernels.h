// The inner loops of networks, for the instruction set that the machine has.
//
// Every version does the same operations on the same numbers in the same order (each output of a
// matrix is its own sum in rising order of inputs; sums over a vector go in kLanes strands that are
// added one after the other; no fused multiply-add), so the answers are the same to the bit on all
// of them and in WASM. No state, no allocation, no alignment asked for.
#pragma once

#include <cstdint>

namespace tutti::nn {

inline constexpr int kLanes = 16;

constexpr int padded(int n) {
  return (n + kLanes - 1) / kLanes * kLanes;
}

// A matrix of `out` rows and `in` columns as panels of kLanes outputs: element (o, k) stands at
// ((o / kLanes) * in + k) * kLanes + o % kLanes. The last panel is filled up with zeros, and so are
// scale and bias.
struct Panels {
  int in = 0, out = 0;
  const float* weights = nullptr;  // one of the two
  const std::int8_t* small_weights = nullptr;
  const float* scale = nullptr;  // of the outputs; null: 1
  const float* bias = nullptr;
};

struct AttentionView {
  int heads = 0, each = 0;        // each: numbers a head, a multiple of kLanes
  int capacity = 0, count = 0;    // tokens, capacity a multiple of kLanes; count ≥ 1 are looked at
  const float* query = nullptr;   // heads * each, already scaled
  const float* keys = nullptr;    // [heads * each][capacity]
  const float* values = nullptr;  // [capacity][heads * each]
  float* weights = nullptr;       // room for `capacity`
  float* out = nullptr;           // heads * each
};

struct Kernels {
  // y[r][o] = bias[o] + scale[o] * (x[r] · row o), for rows r of x (`in` apart) and of y
  // (padded(out) apart, all of it written).
  void (*linear)(const Panels&, const float* x, int rows, float* y) noexcept;
  // out = (x - mean) / sqrt(variance + 1e-5) * gain + bias; n a multiple of kLanes.
  void (*layer_norm)(const float* x, const float* gain, const float* bias, int n,
                     float* out) noexcept;
  // In place, the form with tanh (Hendrycks and Gimpel 2016); n a multiple of kLanes. Relative
  // error of its exponential below 2e-7.
  void (*gelu)(float* x, int n) noexcept;
  // In place exp(x - max) / sum over the first n of padded(n); the rest becomes 0. n ≥ 1.
  void (*softmax)(float* x, int n) noexcept;
  // Softmax of query · keys, head by head, as weights of the values.
  void (*attend)(const AttentionView&) noexcept;
  // x += y; n a multiple of kLanes.
  void (*add)(float* x, const float* y, int n) noexcept;
};

extern const Kernels kKernelsGeneric;
#if defined(__x86_64__) && !defined(__wasm__)
extern const Kernels kKernelsAvx2;
extern const Kernels kKernelsAvx512;
#endif
// The best for this machine.
const Kernels& kernels() noexcept;

}  // namespace tutti::nn
