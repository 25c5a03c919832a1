#include "engine/separate/htdemucs_weights.h"

namespace tutti::separate::htdemucs {

std::vector<float> Weights::take(const std::string& name, std::initializer_list<int> shape) {
  std::vector<std::size_t> extents;
  std::size_t count = 1;
  for (const int extent : shape) {
    extents.push_back(size(extent));
    count *= size(extent);
  }
  const auto tensor = file_.require(name, extents);
  if (tensor) return tensor->floats();
  if (!error_) error_ = tensor.error();
  return std::vector<float>(count);
}

int Weights::extent(const std::string& name, std::size_t dimension) const {
  const nn::TensorView* const tensor = file_.find(name);
  if (tensor == nullptr || dimension >= tensor->shape.size()) return 0;
  return tensor->shape[dimension] > 65536 ? 0 : static_cast<int>(tensor->shape[dimension]);
}

void Weights::fail(std::string what) {
  if (!error_)
    error_ = Error{Code::bad_input, std::move(what),
                   "Use the weights of htdemucs or htdemucs_ft ('tutti models fetch htdemucs')."};
}

nn::GemmMatrix pack(int out, int in, const std::function<float(int, int)>& weight,
                    const std::function<float(int)>& bias, nn::Precision precision) {
  std::vector<float> weights(size(out) * size(in)), biases(size(out));
  for (int o = 0; o < out; ++o) {
    biases[size(o)] = bias(o);
    for (int k = 0; k < in; ++k) weights[size(o) * size(in) + size(k)] = weight(o, k);
  }
  return nn::GemmMatrix::pack(weights, biases, out, in, precision);
}

}  // namespace tutti::separate::htdemucs
