#include "native/learn/separator_net.h"

#include <cmath>
#include <cstdio>

#include "engine/nn/safetensors.h"
#include "native/files/sha256.h"
#include "native/learn/separator_gru.h"

namespace tutti::learn {

GruWeightsImpl::GruWeightsImpl(int in, int hidden) {
  const double bound = 1 / std::sqrt(static_cast<double>(hidden));
  const auto uniform = [&](at::IntArrayRef size) {
    return torch::empty(size).uniform_(-bound, bound);
  };
  w_ih = register_parameter("w_ih", uniform({3 * hidden, in}));
  w_hh = register_parameter("w_hh", uniform({3 * hidden, hidden}));
  b_ih = register_parameter("b_ih", uniform({3 * hidden}));
  b_hh = register_parameter("b_hh", uniform({3 * hidden}));
}

torch::Tensor GruWeightsImpl::forward(const torch::Tensor& x, bool reverse) {
  return gru(x, w_ih, w_hh, b_ih, b_hh, reverse);
}

SeparatorPathImpl::SeparatorPathImpl(const SeparatorShape& s) {
  norm = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({s.width})));
  ahead = register_module("forward", GruWeights(s.width, s.hidden));
  back = register_module("backward", GruWeights(s.width, s.hidden));
  out = register_module("out", torch::nn::Linear(2 * s.hidden, s.width));
}

torch::Tensor SeparatorPathImpl::forward(const torch::Tensor& x, const torch::Tensor& keep) {
  const auto y = norm(x);
  auto behind = back(y, true);
  if (keep.defined()) behind = behind * keep;
  return x + out(torch::cat({ahead(y, false), behind}, -1));
}

SeparatorNetImpl::SeparatorNetImpl(const SeparatorShape& s) : shape(s) {
  const auto name = [](const char* first, int i, const char* rest = "") {
    return std::string(first) + std::to_string(i) + rest;
  };
  // Names with points are not for register_module: one module a level.
  auto splits = register_module("split", std::make_shared<torch::nn::Module>());
  const auto make = [](torch::nn::Module& parent, const std::string& child) {
    return parent.register_module(child, std::make_shared<torch::nn::Module>());
  };
  for (int b = 0; b < s.band_count(); ++b)
    split.push_back(splits->register_module(std::to_string(b),
                                            torch::nn::Linear(4 * s.band_width(b), s.width)));
  auto all_blocks = make(*this, "blocks");
  for (int i = 0; i < s.blocks; ++i) {
    auto block = make(*all_blocks, std::to_string(i));
    time.push_back(block->register_module("time", SeparatorPath(s)));
    band.push_back(block->register_module("band", SeparatorPath(s)));
  }
  auto heads = make(*this, "heads");
  for (int stem = 0; stem < kStems; ++stem) {
    auto own = make(*heads, std::to_string(stem));
    for (int b = 0; b < s.band_count(); ++b) {
      auto head = make(*own, name("", b));
      norms.push_back(head->register_module(
          "norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({s.width}))));
      ins.push_back(head->register_module("in", torch::nn::Linear(s.width, s.head)));
      outs.push_back(head->register_module("out", torch::nn::Linear(s.head, 8 * s.band_width(b))));
      // A real mask of a quarter to begin with: the bias of the real parts.
      const torch::NoGradGuard guard;
      auto bias = outs.back()->bias;
      outs.back()->weight.mul_(0.5);
      bias.zero_();
      bias.narrow(0, 0, 4 * s.band_width(b)).view({-1, 2}).select(1, 0).fill_(0.5);
    }
  }
}

std::vector<torch::Tensor> SeparatorNetImpl::forward(const torch::Tensor& features,
                                                     const torch::Tensor& offline) {
  const long frames = features.size(0), items = features.size(1);
  const long bands = shape.band_count(), width = shape.width;
  std::vector<torch::Tensor> parts;
  for (int b = 0; b < shape.band_count(); ++b)
    parts.push_back(split[static_cast<std::size_t>(b)](
        features.narrow(2, 4 * shape.bands[static_cast<std::size_t>(b)], 4 * shape.band_width(b))));
  auto x = torch::stack(parts, 2);  // [frames, items, bands, width]
  torch::Tensor keep;
  if (offline.defined())
    keep = offline.view({1, items, 1}).expand({1, items, bands}).reshape({1, items * bands, 1});
  for (std::size_t i = 0; i < time.size(); ++i) {
    x = time[i](x.reshape({frames, items * bands, width}), keep);
    x = x.view({frames * items, bands, width}).transpose(0, 1).contiguous();
    x = band[i](x, torch::Tensor());
    x = x.transpose(0, 1).contiguous();
  }
  x = x.reshape({frames * items, bands, width});
  const auto by_band = x.unbind(1);
  std::vector<torch::Tensor> answers;
  for (std::size_t i = 0; i < norms.size(); ++i) {
    const auto& own = by_band[i % static_cast<std::size_t>(bands)];
    answers.push_back(outs[i](torch::tanh(ins[i](norms[i](own)))));
  }
  return answers;
}

void features_of(const float* spectra, float* features, long bins, double scale) {
  const float s = static_cast<float>(1 / scale);
  for (long i = 0; i < 2 * bins; ++i) {
    const float re = spectra[2 * i] * s, im = spectra[2 * i + 1] * s;
    const float bent = std::pow(re * re + im * im + 1e-6f, -0.35f);
    features[2 * i] = re * bent;
    features[2 * i + 1] = im * bent;
  }
}

std::string config_of(const SeparatorShape& s) {
  std::string bands;
  for (const int b : s.bands) {
    if (!bands.empty()) bands += ',';
    bands += std::to_string(b);
  }
  char rest[256];
  std::snprintf(rest, sizeof rest,
                "],\"width\":%d,\"hidden\":%d,\"blocks\":%d,\"head\":%d,\"scale\":%g,"
                "\"stems\":[\"drums\",\"bass\",\"other\",\"vocals\"],\"causal\":true}",
                s.width, s.hidden, s.blocks, s.head, s.scale);
  return "{\"rate\":44100,\"window\":" + std::to_string(s.window) +
         ",\"hop\":" + std::to_string(s.window / 2) + ",\"bands\":[" + bands + rest;
}

std::vector<std::byte> store(SeparatorNet& net,
                             const std::vector<std::pair<std::string, std::string>>& metadata) {
  const torch::NoGradGuard guard;
  nn::SafetensorsWriter writer;
  for (const auto& [key, value] : metadata) writer.metadata(key, value);
  files::Sha256Hasher hash;
  std::vector<torch::Tensor> halves;
  for (const auto& item : net->named_parameters()) {
    const auto half = item.value().detach().to(torch::kHalf).contiguous();
    const std::span bytes(static_cast<const std::byte*>(half.data_ptr()),
                          static_cast<std::size_t>(half.nbytes()));
    hash.update(bytes);
    writer.add(item.key(), nn::Type::f16,
               std::vector<std::size_t>(half.sizes().begin(), half.sizes().end()), bytes);
  }
  writer.metadata("hash", "sha256:" + hash.finish().hex());
  return writer.bytes();
}

}  // namespace tutti::learn
