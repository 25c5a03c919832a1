// Reading a network's tensors: the first one that is missing or has another shape is remembered,
// and the rest are zeros, so that a loader can ask for all of them and look at the error once.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/nn/gemm.h"
#include "engine/nn/safetensors.h"

namespace tutti::separate::htdemucs {

class Weights {
 public:
  explicit Weights(const nn::Safetensors& file) : file_(file) {}

  std::vector<float> take(const std::string& name, std::initializer_list<int> shape);
  bool has(const std::string& name) const { return file_.find(name) != nullptr; }
  // Extent of that dimension, 0 where there is none.
  int extent(const std::string& name, std::size_t dimension) const;
  void fail(std::string what);
  const std::optional<Error>& error() const { return error_; }

 private:
  const nn::Safetensors& file_;
  std::optional<Error> error_;
};

// A packed matrix of `out` rows, row o of which has weight(o, k) for k < in, and bias(o).
nn::GemmMatrix pack(int out, int in, const std::function<float(int, int)>& weight,
                    const std::function<float(int)>& bias, nn::Precision);

constexpr std::size_t size(long n) {
  return static_cast<std::size_t>(n);
}

// Memory planned before the first run: places in one block, 64-byte aligned, in floats.
class Layout {
 public:
  std::size_t take(std::size_t floats) {
    const std::size_t place = end_;
    end_ += (floats + 15) / 16 * 16;
    return place;
  }
  // A place that others may overlap: they begin where it begins.
  std::size_t end() const { return end_; }
  void grow_to(std::size_t end) { end_ = end > end_ ? end : end_; }

 private:
  std::size_t end_ = 0;
};

}  // namespace tutti::separate::htdemucs
