#include "engine/nn/linear.h"

#include "engine/base/cpu.h"

namespace tutti::nn {

Result<Linear> Linear::load(const Safetensors& file, const std::string& name, int out, int in) {
  const std::size_t rows = static_cast<std::size_t>(out), columns = static_cast<std::size_t>(in);
  const std::size_t matrix[] = {rows, columns}, row[] = {rows};
  const auto weight = file.require(name + ".weight", matrix);
  if (!weight) return weight.error();
  const auto bias = file.require(name + ".bias", row);
  if (!bias) return bias.error();

  Linear linear;
  linear.in_ = in;
  linear.out_ = out;
  const auto room = static_cast<std::size_t>(padded(out));
  linear.bias_ = bias->floats();
  linear.bias_.resize(room);
  const auto place = [&](std::size_t o, std::size_t k) {
    return (o / kLanes * columns + k) * kLanes + o % kLanes;
  };
  if (weight->type == Type::i8) {
    const auto scale = file.require(name + ".scale", row);
    if (!scale) return scale.error();
    linear.scale_ = scale->floats();
    linear.scale_.resize(room);
    linear.small_.resize(room * columns);
    for (std::size_t o = 0; o < rows; ++o)
      for (std::size_t k = 0; k < columns; ++k)
        linear.small_[place(o, k)] = static_cast<std::int8_t>(weight->bytes[o * columns + k]);
    if (isa() == Isa::base) linear.widen();
  } else {
    linear.weights_.resize(room * columns);
    for (std::size_t o = 0; o < rows; ++o)
      for (std::size_t k = 0; k < columns; ++k)
        linear.weights_[place(o, k)] = weight->at(o * columns + k);
  }
  return linear;
}

void Linear::widen() {
  if (small_.empty()) return;
  weights_.assign(small_.begin(), small_.end());
  small_ = {};
}

}  // namespace tutti::nn
