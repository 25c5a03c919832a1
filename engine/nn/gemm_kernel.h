// The inner loops under gemm.h, for the instruction set that the machine has.
//
// Panels: a matrix of `out` rows and K columns is stored kLanes outputs at a time, element (o, k)
// at
// ((o / kLanes) * K + k) * kLanes + o % kLanes, the last panel filled up with zeros. In bf16 two
// neighbouring k stand side by side: ((o / kLanes) * K / 2 + k / 2) * 2 * kLanes + o % kLanes * 2 +
// k % 2. No state, no allocation, no alignment asked for.
#pragma once

#include <cstdint>

#include "engine/nn/kernels.h"

namespace tutti::nn {

struct GemmRun {
  const void* a = nullptr;  // float, or bf16 for multiply_bf16
  int at = 0, depth = 0;    // in numbers; even for bf16
};

struct GemmCall {
  const GemmRun* runs = nullptr;
  int run_count = 0;
  long stride = 0;  // numbers from a row of the runs to the next
  int rows = 0;
  const void* panels = nullptr;
  int panel_depth = 0;  // K
  int panel_count = 0;
  const float* bias = nullptr;  // null: zeros
  bool add = false;             // y += instead of y =
  float* y = nullptr;
  long y_stride = 0;
};

struct GemmKernels {
  void (*multiply)(const GemmCall&) noexcept;
  void (*multiply_bf16)(const GemmCall&) noexcept;  // null where there is none
  // To the nearest bf16, ties to even; NaN stays NaN.
  void (*to_bf16)(const float* x, std::uint16_t* y, long n) noexcept;
  // In place: x Phi(x), by the error function (Abramowitz and Stegun 7.1.26, within 2e-7).
  void (*gelu)(float* x, long n) noexcept;
  void (*gelu_add)(const float* x, float* y, long n) noexcept;  // y += gelu(x)
  void (*add)(const float* x, float* y, long n) noexcept;       // y += x
  // y = exp(x - shift) in bf16 (relative error of the exponential below 1e-4); their sum. Null
  // where multiply_bf16 is.
  float (*exponentials_bf16)(const float* x, std::uint16_t* y, long n, float shift) noexcept;
  // y = a / (1 + exp(-b)).
  void (*glu)(const float* a, const float* b, float* y, long n) noexcept;
};

extern const GemmKernels kGemmGeneric;
#if defined(__x86_64__) && !defined(__wasm__)
extern const GemmKernels kGemmFma;
extern const GemmKernels kGemmFma512;
// What kernels with bf16 have beside those of kGemmFma512. (A table of its own, so that it is made
// when the program is built: no wide code runs before a machine was asked whether it has it.)
struct Bf16Kernels {
  decltype(GemmKernels::multiply_bf16) multiply;
  decltype(GemmKernels::to_bf16) to_bf16;
  decltype(GemmKernels::exponentials_bf16) exponentials;
};
extern const Bf16Kernels kBf16;
// kGemmFma512 with bf16; for machines with has_bf16() only.
const GemmKernels& gemm_bf16_kernels() noexcept;
#endif
// The best for this machine.
const GemmKernels& gemm_kernels() noexcept;

}  // namespace tutti::nn
