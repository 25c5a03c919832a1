// A gated recurrent unit (Cho et al. 2014) over many sequences side by side.
//
//   r = s(W_ir x + b_ir + W_hr h + b_hr)      z = s(W_iz x + b_iz + W_hz h + b_hz)
//   n = tanh(W_in x + b_in + r (W_hn h + b_hn))      h' = n + z (h - n)
//
// The form and the weights' layout of PyTorch and cuDNN: w_ih [3H, in], w_hh [3H, H], b_ih, b_hh
// [3H], gates in the order r, z, n. A step works on as many sequences as are given (bands of one
// frame, or one band of many frames), so that the weights are read once for all of them. Immutable
// once loaded; the state belongs to the caller. Neither call allocates.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/nn/aligned.h"
#include "engine/nn/gemm.h"
#include "engine/nn/gru_kernels.h"
#include "engine/nn/safetensors.h"

namespace tutti::nn {

// The kernels that a network of such layers runs on; tests give others than the machine's best.
struct RecurrentKernels {
  const GemmKernels* gemm = &gemm_kernels();
  const GruKernels* gru = &gru_kernels();
};

class Gru {
 public:
  // NAME.w_ih, NAME.w_hh, NAME.b_ih, NAME.b_hh; `hidden` a multiple of kLanes. bad_input where one
  // is missing or has another shape. bf16 falls back to f32 where the machine has no such kernel.
  static Result<Gru> load(const Safetensors&, const std::string& name, int in, int hidden,
                          Precision = Precision::f32);

  int in() const { return inputs_.in(); }
  int hidden() const { return hidden_; }
  int gates() const { return 3 * hidden_; }  // numbers a row of gates
  std::size_t bytes() const;

  // What the inputs x[r] give to the gates, for any number of steps and sequences. `scratch` as
  // gemm.h asks (scratch_bytes()); rows of gates stand gates() apart.
  std::size_t scratch_bytes() const { return inputs_.scratch_bytes(After::nothing); }
  void inputs(const RecurrentKernels& k, const float* x, Stride x_stride, int rows, float* gates,
              std::byte* scratch) const noexcept {
    gemm(inputs_, x, x_stride, rows, gates, this->gates(), After::nothing, scratch, *k.gemm);
  }
  // The states after a step; h and out must not overlap.
  void step(const RecurrentKernels& k, const float* gates, Stride gates_stride, const float* h,
            Stride h_stride, int rows, float* out, Stride out_stride) const noexcept {
    const GruPanels panels{hidden_, recurrent_.data(), halves_.data(), candidate_bias_.data()};
    (halves_.empty() ? k.gru->step : k.gru->step_bf16)(
        panels, {gates, gates_stride, h, h_stride, rows, out, out_stride});
  }

 private:
  int hidden_ = 0;
  GemmMatrix inputs_;
  AlignedVector<float> recurrent_, candidate_bias_;
  AlignedVector<std::uint16_t> halves_;
};

}  // namespace tutti::nn
