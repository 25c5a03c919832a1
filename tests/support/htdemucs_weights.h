// Weights of HTDemucs networks of any size, pseudo-random by a recipe that other programs can
// repeat: the reference vectors that the accuracy suite compares with were made with the same.
//
// u(name, i) = (splitmix64(fnv1a64(name) + i) >> 40) / 2^23 - 1. LayerScales are 0.3 + 0.2 u, the
// frequency embedding 0.1 u, one-dimensional weights 1 + 0.2 u, biases 0.1 u, the rest s u with
// s = sqrt(3 / fan).
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "engine/nn/safetensors.h"

namespace tutti::tests {

struct HtDemucsShape {
  std::size_t channels = 48, bottom = 512, depth = 4, layers = 5, frequencies = 2048;
  bool encoder_residual = true, decoder_residual = true;
};

class HtDemucsWeights {
 public:
  // `metadata` (pairs of key and value) goes into the file as it is.
  static std::vector<std::byte> make(
      const HtDemucsShape& shape,
      const std::vector<std::pair<std::string, std::string>>& metadata = {}) {
    HtDemucsWeights made;
    for (const auto& [key, value] : metadata) made.writer_.metadata(key, value);
    made.add_all(shape);
    return made.writer_.bytes();
  }

  static double noise(std::string_view name, std::uint64_t i) {
    std::uint64_t hash = 14695981039346656037u;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    std::uint64_t z = hash + i + 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return static_cast<double>(z >> 40) / 8388608.0 - 1.0;
  }

 private:
  using Shape = std::vector<std::size_t>;

  void add(const std::string& name, const Shape& shape) {
    std::size_t count = 1;
    for (const std::size_t extent : shape) count *= extent;
    const auto is = [&](std::string_view ending) {
      return name.size() >= ending.size() &&
             name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
    };
    double fan = 1;
    for (std::size_t d = 1; d < shape.size(); ++d) fan *= static_cast<double>(shape[d]);
    if (shape.size() > 1 && name.find("conv_tr") != std::string::npos)
      fan = fan / static_cast<double>(shape[1]) * static_cast<double>(shape[0]) / 4;
    const auto scale = static_cast<double>(static_cast<float>(std::sqrt(3.0 / fan)));
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
      const double u = noise(name, i);
      double value = scale * u;
      if (is(".scale")) {
        value = 0.3 + 0.2 * u;
      } else if (name.rfind("freq_emb", 0) == 0) {
        value = 0.1 * u;
      } else if (shape.size() == 1) {
        value = is("weight") ? 1 + 0.2 * u : 0.1 * u;
      }
      values[i] = static_cast<float>(value);
    }
    writer_.add(name, nn::Type::f32, shape, std::as_bytes(std::span(values)));
  }
  void add_pair(const std::string& name, const Shape& shape, std::size_t out) {
    add(name + ".weight", shape);
    add(name + ".bias", {out});
  }
  void add_residual(const std::string& name, std::size_t channels) {
    const std::size_t hidden = channels / 8;
    for (int d = 0; d < 2; ++d) {
      const std::string own = name + ".dconv.layers." + std::to_string(d) + ".";
      add_pair(own + "0", {hidden, channels, 3}, hidden);
      add_pair(own + "1", {hidden}, hidden);
      add_pair(own + "3", {2 * channels, hidden, 1}, 2 * channels);
      add_pair(own + "4", {2 * channels}, 2 * channels);
      add(own + "6.scale", {channels});
    }
  }

  void add_all(const HtDemucsShape& s) {
    std::size_t out = s.channels, in = 0;
    for (std::size_t i = 0; i < s.depth; ++i, in = out, out *= 2) {
      const std::string number = std::to_string(i), mirror = std::to_string(s.depth - 1 - i);
      for (const bool time : {false, true}) {
        const std::size_t from = i > 0 ? in : time ? 2 : 4, to = i > 0 ? in : time ? 8 : 16;
        const auto kernel = [&](std::size_t a, std::size_t b, std::size_t k, std::size_t second) {
          return time ? Shape{a, b, k} : Shape{a, b, k, second};
        };
        const std::string encoder = (time ? "tencoder." : "encoder.") + number;
        const std::string decoder = (time ? "tdecoder." : "decoder.") + mirror;
        add_pair(encoder + ".conv", kernel(out, from, 8, 1), out);
        add_pair(encoder + ".rewrite", kernel(2 * out, out, 1, 1), 2 * out);
        if (s.encoder_residual) add_residual(encoder, out);
        add_pair(decoder + ".conv_tr", kernel(out, to, 8, 1), to);
        add_pair(decoder + ".rewrite", kernel(2 * out, out, 3, 3), 2 * out);
        if (s.decoder_residual) add_residual(decoder, out);
      }
    }
    add("freq_emb.embedding.weight", {s.frequencies / 4, s.channels});
    const std::size_t deepest = in, dim = s.bottom > 0 ? s.bottom : deepest;
    for (const std::string ending : {"", "_t"}) {
      if (s.bottom > 0) {
        add_pair("channel_upsampler" + ending, {dim, deepest, 1}, dim);
        add_pair("channel_downsampler" + ending, {deepest, dim, 1}, deepest);
      }
      add_pair("crosstransformer.norm_in" + ending, {dim}, dim);
      for (std::size_t i = 0; i < s.layers; ++i) {
        const std::string layer =
            "crosstransformer.layers" + ending + "." + std::to_string(i) + ".";
        const std::string attention = layer + (i % 2 == 0 ? "self_attn" : "cross_attn");
        add(attention + ".in_proj_weight", {3 * dim, dim});
        add(attention + ".in_proj_bias", {3 * dim});
        add_pair(attention + ".out_proj", {dim, dim}, dim);
        add_pair(layer + "linear1", {4 * dim, dim}, 4 * dim);
        add_pair(layer + "linear2", {dim, 4 * dim}, dim);
        for (int n = 1; n <= (i % 2 == 0 ? 2 : 3); ++n)
          add_pair(layer + "norm" + std::to_string(n), {dim}, dim);
        add_pair(layer + "norm_out", {dim}, dim);
        add(layer + "gamma_1.scale", {dim});
        add(layer + "gamma_2.scale", {dim});
      }
    }
  }

  nn::SafetensorsWriter writer_;
};

}  // namespace tutti::tests
