// A matrix with a bias, packed for the kernels. Weights stay as small as they came: 8-bit ones with
// a scale a row are widened as they are used (or once, on machines where that takes longer than the
// products), those of 16 or 32 bits are kept as floats.
//
// Immutable once loaded, so any number of threads may use it. apply() does not allocate.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/nn/kernels.h"
#include "engine/nn/safetensors.h"

namespace tutti::nn {

class Linear {
 public:
  // NAME.weight [out, in], NAME.bias [out], and for 8-bit weights NAME.scale [out]. bad_input where
  // one is missing or has another shape.
  static Result<Linear> load(const Safetensors& file, const std::string& name, int out, int in);

  // Widens 8-bit weights for good: four times the memory, the same bits. load() does so where there
  // is no AVX2.
  void widen();

  int in() const { return in_; }
  int out() const { return out_; }
  // Rows of y stand padded(out()) apart; the padding becomes 0.
  void apply(const Kernels& kernels, const float* x, int rows, float* y) const noexcept {
    kernels.linear({in_, out_, small_.empty() ? weights_.data() : nullptr,
                    small_.empty() ? nullptr : small_.data(),
                    scale_.empty() ? nullptr : scale_.data(), bias_.data()},
                   x, rows, y);
  }

 private:
  int in_ = 0, out_ = 0;
  std::vector<float> weights_, scale_, bias_;
  std::vector<std::int8_t> small_;
};

}  // namespace tutti::nn
