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
#include <vector>

#include "engine/base/result.h"
#include "engine/nn/rows.h"
#include "engine/nn/safetensors.h"

namespace tutti::nn {

class Gru {
 public:
  // NAME.w_ih, NAME.w_hh, NAME.b_ih, NAME.b_hh; `hidden` a multiple of kLanes. bad_input where one
  // is missing or has another shape.
  static Result<Gru> load(const Safetensors&, const std::string& name, int in, int hidden);

  int in() const { return inputs_.in(); }
  int hidden() const { return hidden_; }
  int gates() const { return 3 * hidden_; }  // numbers a row of gates
  std::size_t bytes() const;

  // What the inputs x[r] give to the gates, for any number of steps and sequences.
  void inputs(const RowKernels& k, const float* x, Stride x_stride, int rows, float* gates,
              Stride gates_stride) const noexcept {
    inputs_.apply(k, x, x_stride, rows, gates, gates_stride);
  }
  // The states after a step; h and out must not overlap.
  void step(const RowKernels& k, const float* gates, Stride gates_stride, const float* h,
            Stride h_stride, int rows, float* out, Stride out_stride) const noexcept {
    k.gru_step({hidden_, recurrent_.data(), candidate_bias_.data()}, gates, gates_stride, h,
               h_stride, rows, out, out_stride);
  }

 private:
  int hidden_ = 0;
  Dense inputs_;
  std::vector<float> recurrent_, candidate_bias_;
};

}  // namespace tutti::nn
