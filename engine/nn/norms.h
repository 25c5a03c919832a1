// Sums, norms and softmax over activations, for the instruction set that the machine has.
//
// GroupNorm of one group (Wu and He 2018) over many rows is taken in two steps: moments() of all
// the rows, then a scale and a shift a channel (NormScale), joined with whatever follows the norm.
// softmax is taken block by block with a running maximum (Milakov and Gimelshein 2018), so that a
// row need not be there at once. Uses fused multiply-add where the machine has it: answers of
// machines with and without differ by rounding. No state, no allocation, no alignment asked for.
#pragma once

#include <span>

#include "engine/nn/kernels.h"

namespace tutti::nn {

struct Moments {
  double sum = 0, squares = 0;
};

struct NormKernels {
  // Adds the sum and the sum of squares of n numbers.
  void (*moments)(const float* x, long n, Moments&) noexcept;
  // Rows of n channels (a multiple of kLanes), `stride` apart, in place: x = x * scale + shift.
  void (*scale_shift)(float* x, long stride, long rows, const float* scale, const float* shift,
                      int n) noexcept;
  // In place: x = gelu(x * scale + shift).
  void (*scale_shift_gelu)(float* x, long stride, long rows, const float* scale, const float* shift,
                           int n) noexcept;
  // y += gain * (a * sigmoid(b)); x has 2 n numbers a row: a, then b, each scaled and shifted
  // first.
  void (*scale_shift_glu_add)(const float* x, long x_stride, long rows, const float* scale,
                              const float* shift, const float* gain, int n, float* y,
                              long y_stride) noexcept;
  float (*largest)(const float* x, long n) noexcept;  // n ≥ 1
  // In place exp(x - shift); their sum.
  float (*exponentials)(float* x, long n, float shift) noexcept;
  void (*scale)(float* x, long n, float factor) noexcept;  // in place
};

extern const NormKernels kNormsGeneric;
#if defined(__x86_64__) && !defined(__wasm__)
extern const NormKernels kNormsFma;
extern const NormKernels kNormsFma512;
#endif
const NormKernels& norm_kernels() noexcept;

// scale and shift (padded with zeros to the length of the spans) that norm `count` numbers of these
// moments to mean 0 and deviation 1, then take gain and bias; variance over count, eps 1e-5.
void norm_scale(const Moments&, double count, std::span<const float> gain,
                std::span<const float> bias, std::span<float> scale,
                std::span<float> shift) noexcept;

}  // namespace tutti::nn
