#include "native/learn/melody_net.h"

#include <cmath>

#include "engine/nn/safetensors.h"

namespace tutti::learn {
namespace {

namespace F = torch::nn::functional;
using torch::indexing::None;
using torch::indexing::Slice;

torch::Tensor turned(const torch::Tensor& x, const torch::Tensor& cosine,
                     const torch::Tensor& sine) {
  const auto halves = x.chunk(2, -1);
  return torch::cat({halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine},
                    -1);
}

}  // namespace

MelodyBlockImpl::MelodyBlockImpl(const MelodyShape& shape, double drop)
    : heads(shape.heads), dropout(drop) {
  const auto width = shape.width;
  norm1 = register_module("norm1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
  norm2 = register_module("norm2", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
  qkv = register_module("qkv", torch::nn::Linear(width, 3 * width));
  out = register_module("out", torch::nn::Linear(width, width));
  up = register_module("up", torch::nn::Linear(width, shape.hidden));
  down = register_module("down", torch::nn::Linear(shape.hidden, width));
  for (auto& linear : {qkv, out, up, down}) {
    torch::nn::init::normal_(linear->weight, 0, 0.02);
    torch::nn::init::zeros_(linear->bias);
  }
  const torch::NoGradGuard guard;
  out->weight.mul_(1 / std::sqrt(2.0 * shape.layers));
  down->weight.mul_(1 / std::sqrt(2.0 * shape.layers));
}

torch::Tensor MelodyBlockImpl::forward(torch::Tensor x, const Batch& batch,
                                       const torch::Tensor& mask) {
  const auto n = x.size(0), length = x.size(1), width = x.size(2), each = width / heads;
  const auto split = qkv(norm1(x)).view({n, length, 3, heads, each}).permute({2, 0, 3, 1, 4});
  const auto q = turned(split[0], batch.query_cos, batch.query_sin);
  const auto k = turned(split[1], batch.key_cos, batch.key_sin);
  auto weights = torch::matmul(q * (1 / std::sqrt(static_cast<double>(each))), k.transpose(-2, -1));
  weights = torch::softmax(weights + mask, -1);
  const auto mixed = torch::matmul(weights, split[2]).transpose(1, 2).reshape({n, length, width});
  x = x + torch::dropout(out(mixed), dropout, is_training());
  const auto bent = F::gelu(up(norm2(x)), F::GELUFuncOptions().approximate("tanh"));
  return x + torch::dropout(down(bent), dropout, is_training());
}

MelodyNetImpl::MelodyNetImpl(const MelodyShape& s, double drop) : shape(s), dropout(drop) {
  table = register_parameter("table", torch::randn({melody::kRows, s.width}) * 0.05);
  for (int i = 0; i < s.layers; ++i) blocks->push_back(MelodyBlock(s, drop));
  register_module("blocks", blocks);
  norm = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({s.width})));
  head = register_module("head", torch::nn::Linear(s.width, melody::kTokens));
  torch::nn::init::normal_(head->weight, 0, 0.02);
  torch::nn::init::zeros_(head->bias);
}

torch::Tensor MelodyNetImpl::forward(const Batch& batch) {
  auto x = F::embedding_bag(batch.rows, table,
                            F::EmbeddingBagFuncOptions().offsets(batch.offsets).mode(torch::kSum))
               .view({batch.sequences, batch.length, shape.width});
  x = torch::dropout(x, dropout, is_training());
  const auto mask = torch::full({batch.length, batch.length}, -1e9).triu(1);
  for (const auto& block : *blocks) x = block->as<MelodyBlock>()->forward(x, batch, mask);
  return head(norm(x));
}

torch::Tensor loss_of(const torch::Tensor& logits, const Batch& batch) {
  const auto part = [&](int first, int from, int to, const torch::Tensor& targets) {
    const auto own = logits.index({Slice(), Slice(first, None, 2), Slice(from, to)});
    return F::cross_entropy(own.reshape({-1, to - from}), targets.reshape({-1}),
                            F::CrossEntropyFuncOptions().ignore_index(-100).reduction(torch::kSum));
  };
  const auto sum = part(0, melody::kFirstDuration, melody::kRest, batch.durations) +
                   part(1, melody::kRest, melody::kTokens, batch.sounds);
  const auto n = (batch.durations >= 0).sum() + (batch.sounds >= 0).sum();
  return sum / n;
}

std::vector<std::byte> store(MelodyNet& net,
                             const std::vector<std::pair<std::string, std::string>>& metadata) {
  const torch::NoGradGuard guard;
  nn::SafetensorsWriter writer;
  for (const auto& [key, value] : metadata) writer.metadata(key, value);
  const auto shape_of = [](const torch::Tensor& t) {
    return std::vector<std::size_t>(t.sizes().begin(), t.sizes().end());
  };
  const auto bytes_of = [](const torch::Tensor& t) {
    return std::span(static_cast<const std::byte*>(t.data_ptr()),
                     static_cast<std::size_t>(t.nbytes()));
  };
  for (const auto& item : net->named_parameters()) {
    const std::string& name = item.key();
    torch::Tensor value = item.value();
    if (name == "table") {
      const auto half = value.to(torch::kHalf).contiguous();
      writer.add(name, nn::Type::f16, shape_of(half), bytes_of(half));
      value.copy_(half.to(torch::kFloat));
    } else if (value.dim() == 2) {
      const auto scale = (value.abs().amax(1) / 127).clamp_min(1e-12).contiguous();
      const auto whole = torch::round(value / scale.unsqueeze(1)).to(torch::kInt8).contiguous();
      writer.add(name, nn::Type::i8, shape_of(whole), bytes_of(whole));
      writer.add(name.substr(0, name.rfind('.')) + ".scale", nn::Type::f32, shape_of(scale),
                 bytes_of(scale));
      value.copy_(whole.to(torch::kFloat) * scale.unsqueeze(1));
    } else {
      const auto plain = value.contiguous();
      writer.add(name, nn::Type::f32, shape_of(plain), bytes_of(plain));
    }
  }
  return writer.bytes();
}

}  // namespace tutti::learn
