#include "engine/nn/transformer.h"

#include <algorithm>
#include <cmath>

namespace tutti::nn {

TransformerState::TransformerState(const Transformer& network, int capacity)
    : capacity_(capacity), room_(padded(capacity)) {
  const auto& shape = network.shape();
  const auto width = static_cast<std::size_t>(shape.width);
  const auto rows = static_cast<std::size_t>(Transformer::kMostRows);
  const auto cache =
      static_cast<std::size_t>(shape.layers) * static_cast<std::size_t>(room_) * width;
  keys_.resize(cache);
  values_.resize(cache);
  norm_.resize(rows * width);
  qkv_.resize(rows * 3 * width);
  mixed_.resize(rows * width);
  hidden_.resize(rows * static_cast<std::size_t>(shape.hidden));
  weights_.resize(static_cast<std::size_t>(room_));
}

Result<Transformer::Norm> Transformer::load_norm(const Safetensors& file, const std::string& name,
                                                 int width) {
  const std::size_t row[] = {static_cast<std::size_t>(width)};
  const auto gain = file.require(name + ".weight", row);
  if (!gain) return gain.error();
  const auto bias = file.require(name + ".bias", row);
  if (!bias) return bias.error();
  return Norm{gain->floats(), bias->floats()};
}

Result<Transformer> Transformer::load(const Safetensors& file, const TransformerShape& shape) {
  const int each = shape.heads > 0 ? shape.width / shape.heads : 0;
  if (shape.layers < 1 || shape.layers > 64 || shape.heads < 1 || shape.width > 4096 ||
      each * shape.heads != shape.width || each < kLanes || each % kLanes != 0 ||
      shape.hidden < kLanes || shape.hidden > 16384 || shape.hidden % kLanes != 0) {
    return Error{Code::bad_input, "This network has a shape that cannot be run.",
                 "Use weights such as came with Tutti."};
  }
  Transformer network;
  network.shape_ = shape;
  for (int i = 0; i < shape.layers; ++i) {
    const std::string name = "blocks." + std::to_string(i) + ".";
    auto norm1 = load_norm(file, name + "norm1", shape.width);
    if (!norm1) return norm1.error();
    auto norm2 = load_norm(file, name + "norm2", shape.width);
    if (!norm2) return norm2.error();
    auto qkv = Linear::load(file, name + "qkv", 3 * shape.width, shape.width);
    if (!qkv) return qkv.error();
    auto out = Linear::load(file, name + "out", shape.width, shape.width);
    if (!out) return out.error();
    auto up = Linear::load(file, name + "up", shape.hidden, shape.width);
    if (!up) return up.error();
    auto down = Linear::load(file, name + "down", shape.width, shape.hidden);
    if (!down) return down.error();
    network.blocks_.push_back({std::move(*norm1), std::move(*norm2), std::move(*qkv),
                               std::move(*out), std::move(*up), std::move(*down)});
  }
  auto norm = load_norm(file, "norm", shape.width);
  if (!norm) return norm.error();
  network.norm_ = std::move(*norm);
  return network;
}

// Turns the row's query and key, puts key and value into the cache, and mixes the values.
void Transformer::attend(TransformerState& state, int layer, int row, const Turns& turns,
                         const Kernels& kernels) const noexcept {
  const int width = shape_.width, each = width / shape_.heads, half = each / 2;
  const long cache = static_cast<long>(layer) * state.room_ * width;
  float* query = state.qkv_.data() + static_cast<long>(row) * 3 * width;
  const float *key = query + width, *value = key + width;
  float* keys = state.keys_.data() + cache;
  float* values = state.values_.data() + cache;
  const int at = state.count_ + row;
  const float scale = 1.0f / std::sqrt(static_cast<float>(each));
  for (int h = 0; h < shape_.heads; ++h) {
    float* q = query + h * each;
    const float* k = key + h * each;
    float* column = keys + static_cast<long>(h) * each * state.room_ + at;
    for (int i = 0; i < half; ++i) {
      const float a = q[i], b = q[half + i];
      q[i] = (a * turns.query_cosine[i] - b * turns.query_sine[i]) * scale;
      q[half + i] = (b * turns.query_cosine[i] + a * turns.query_sine[i]) * scale;
      column[static_cast<long>(i) * state.room_] =
          k[i] * turns.key_cosine[i] - k[half + i] * turns.key_sine[i];
      column[static_cast<long>(half + i) * state.room_] =
          k[half + i] * turns.key_cosine[i] + k[i] * turns.key_sine[i];
    }
  }
  std::copy(value, value + width, values + static_cast<long>(at) * width);
  kernels.attend({shape_.heads, each, state.room_, at + 1, query, keys, values,
                  state.weights_.data(), state.mixed_.data() + static_cast<long>(row) * width});
}

void Transformer::advance(TransformerState& state, float* x, int rows, const Turns* turns,
                          const Kernels& kernels) const noexcept {
  const int width = shape_.width;
  const auto normalise = [&](const Norm& norm, float* out) {
    for (int r = 0; r < rows; ++r)
      kernels.layer_norm(x + r * width, norm.gain.data(), norm.bias.data(), width, out + r * width);
  };
  for (int layer = 0; layer < shape_.layers; ++layer) {
    const Block& block = blocks_[static_cast<std::size_t>(layer)];
    normalise(block.norm1, state.norm_.data());
    block.qkv.apply(kernels, state.norm_.data(), rows, state.qkv_.data());
    for (int r = 0; r < rows; ++r) attend(state, layer, r, turns[r], kernels);
    block.out.apply(kernels, state.mixed_.data(), rows, state.norm_.data());
    kernels.add(x, state.norm_.data(), rows * width);
    normalise(block.norm2, state.norm_.data());
    block.up.apply(kernels, state.norm_.data(), rows, state.hidden_.data());
    kernels.gelu(state.hidden_.data(), rows * shape_.hidden);
    block.down.apply(kernels, state.hidden_.data(), rows, state.norm_.data());
    kernels.add(x, state.norm_.data(), rows * width);
  }
  normalise(norm_, x);
  state.count_ += rows;
}

}  // namespace tutti::nn
