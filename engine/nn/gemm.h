// Matrix products of networks: rows of activations times packed weights, at the speed of the
// machine.
//
// Y = after(X W^T + bias). Rows of X need not lie in one piece: each is a list of runs (pieces of
// `depth` numbers), and row r of every run stands r * stride further on. With channels innermost,
// that is enough to say 1x1, strided, dilated, two-dimensional and transposed convolutions
// without copying the input (see conv.h). Blocking for the caches follows Goto and van de Geijn,
// "Anatomy of high-performance matrix multiplication" (2008).
//
// Numbers: f32, with fused multiply-add where the machine has it (AVX2 with FMA, AVX-512), else
// without (SSE2, WASM); each output is a sum in rising order of its inputs, so machines with FMA
// agree with each other to the bit and differ from those without by rounding (some 1e-7 of the
// largest term). bf16 (AVX-512 BF16 only) rounds weights and activations to 8 bits of mantissa and
// sums in f32: about 0.2 % of error a factor, twice the speed, half the memory.
//
// A GemmMatrix is immutable and may be shared by any number of threads. Nothing here allocates
// but packing. Scratch memory is the caller's, 64-byte aligned, of GemmMatrix::scratch_bytes().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/nn/gemm_kernel.h"

namespace tutti::nn {

enum class Precision { f32, bf16 };

// What happens to the rows of a product while they are still in the cache.
enum class After {
  nothing,   // y = product
  add,       // y += product
  gelu,      // y = gelu(product), the form with erf
  gelu_add,  // y += gelu(product)
  glu,       // y = a * sigmoid(b), a the first half of the outputs, b the second
};

// Products of one piece: depth in numbers; a[0] belongs to input `at` of the matrix.
struct GemmInput {
  const float* a = nullptr;
  int at = 0, depth = 0;
};

class GemmMatrix {
 public:
  static constexpr int kRowsAtOnce = 96;

  GemmMatrix() = default;
  // `weights` is [out][in], `bias` [out] or empty (zero). out, in ≥ 1. With glu, out is even. bf16
  // falls back to f32 where the machine has no such kernel or `in` is odd.
  static GemmMatrix pack(std::span<const float> weights, std::span<const float> bias, int out,
                         int in, Precision = Precision::f32);

  int in() const { return in_; }
  int out() const { return out_; }
  Precision precision() const { return precision_; }
  std::size_t bytes() const;  // of packed weights and bias
  // Memory that gemm() needs beside its arguments.
  std::size_t scratch_bytes(After after) const;

 private:
  friend void gemm(const GemmMatrix&, std::span<const GemmInput>, long, int, float*, long, After,
                   std::byte*, const GemmKernels&) noexcept;
  struct Free {
    void operator()(std::byte* p) const;
  };
  int in_ = 0, out_ = 0;
  Precision precision_ = Precision::f32;
  std::unique_ptr<std::byte[], Free> packed_;  // panels, see gemm_kernel.h
  std::unique_ptr<std::byte[], Free> bias_;    // padded(out) floats
};

// Rows of x are `x_stride` numbers apart, those of y `y_stride`: y is written in whole lanes, so
// y_stride ≥ padded(out) (with glu exactly out / 2 numbers are written); what lies between `out`
// and padded(out) becomes 0 (with add and gelu_add it stays). At most kMostRuns runs; where one is
// shorter than x_stride, all are of one depth; in bf16 depths and places are even. The depths
// together must be at most 16384. x, y and scratch must not overlap.
inline constexpr int kMostRuns = 16;
void gemm(const GemmMatrix&, std::span<const GemmInput> runs, long x_stride, int rows, float* y,
          long y_stride, After, std::byte* scratch, const GemmKernels& = gemm_kernels()) noexcept;

// The plain case: x has rows of in() numbers, `x_stride` apart.
inline void gemm(const GemmMatrix& matrix, const float* x, long x_stride, int rows, float* y,
                 long y_stride, After after = After::nothing, std::byte* scratch = nullptr,
                 const GemmKernels& kernels = gemm_kernels()) noexcept {
  const GemmInput whole{x, 0, matrix.in()};
  gemm(matrix, {&whole, 1}, x_stride, rows, y, y_stride, after, scratch, kernels);
}

}  // namespace tutti::nn
