// Band-split networks of random weights, and sounds to put through them.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "engine/base/math.h"
#include "engine/base/random.h"
#include "engine/nn/safetensors.h"

namespace tutti::separate::tests {

struct NetworkSize {
  int window = 256, width = 16, hidden = 16, blocks = 2, head = 20;
  std::vector<int> edges = {0, 4, 9, 20, 47, 129};
};

// As large as the one that is shipped.
inline NetworkSize full_size() {
  return {2048, 64, 64, 5, 128, {0,   4,   8,   12,  16,  21,  26,  32,  38,  46,  56,  68,  82,
                                 100, 122, 150, 186, 230, 286, 354, 440, 546, 680, 850, 1025}};
}

namespace detail {

class NetworkWriter {
 public:
  explicit NetworkWriter(std::uint64_t seed) : random_(seed) {}

  void add(const std::string& name, std::vector<std::size_t> shape, double size, double mean = 0) {
    std::size_t count = 1;
    for (const std::size_t side : shape) count *= side;
    std::vector<float> values(count);
    for (float& v : values) v = static_cast<float>(mean + size * random_.uniform(-1, 1));
    file.add(name, nn::Type::f32, std::move(shape), std::as_bytes(std::span(values)));
  }
  // Of the sizes that training begins with, a little larger so that every part matters.
  void linear(const std::string& name, int out, int in) {
    const auto o = static_cast<std::size_t>(out), i = static_cast<std::size_t>(in);
    add(name + ".weight", {o, i}, 1.7 / std::sqrt(in));
    add(name + ".bias", {o}, 0.2);
  }
  void norm(const std::string& name, int n) {
    add(name + ".weight", {static_cast<std::size_t>(n)}, 0.3, 1);
    add(name + ".bias", {static_cast<std::size_t>(n)}, 0.2);
  }
  void gru(const std::string& name, int in, int hidden) {
    const auto h = static_cast<std::size_t>(hidden), i = static_cast<std::size_t>(in);
    add(name + ".w_ih", {3 * h, i}, 1.5 / std::sqrt(in));
    add(name + ".w_hh", {3 * h, h}, 1.5 / std::sqrt(hidden));
    add(name + ".b_ih", {3 * h}, 0.3);
    add(name + ".b_hh", {3 * h}, 0.3);
  }

  nn::SafetensorsWriter file;

 private:
  Random random_;
};

}  // namespace detail

inline std::vector<std::byte> random_network(const NetworkSize& s, std::uint64_t seed) {
  detail::NetworkWriter w(seed);
  std::string edges;
  for (const int edge : s.edges) edges += (edges.empty() ? "" : ",") + std::to_string(edge);
  w.file.metadata("config", "{\"rate\":44100,\"window\":" + std::to_string(s.window) +
                                ",\"hop\":" + std::to_string(s.window / 2) + ",\"bands\":[" +
                                edges + "],\"width\":" + std::to_string(s.width) +
                                ",\"hidden\":" + std::to_string(s.hidden) + ",\"blocks\":" +
                                std::to_string(s.blocks) + ",\"head\":" + std::to_string(s.head) +
                                ",\"scale\":10,\"stems\":[\"drums\",\"bass\",\"other\",\"vocals\"],"
                                "\"causal\":true}");
  w.file.metadata("version", "random");
  const auto bands = s.edges.size() - 1;
  for (std::size_t b = 0; b < bands; ++b)
    w.linear("split." + std::to_string(b), s.width, 4 * (s.edges[b + 1] - s.edges[b]));
  for (int i = 0; i < s.blocks; ++i) {
    for (const char* part : {".time", ".band"}) {
      const auto name = "blocks." + std::to_string(i) + part;
      w.norm(name + ".norm", s.width);
      w.gru(name + ".forward", s.width, s.hidden);
      w.gru(name + ".backward", s.width, s.hidden);
      w.linear(name + ".out", s.width, 2 * s.hidden);
    }
  }
  for (int stem = 0; stem < 4; ++stem) {
    for (std::size_t b = 0; b < bands; ++b) {
      const auto name = "heads." + std::to_string(stem) + "." + std::to_string(b);
      w.norm(name + ".norm", s.width);
      w.linear(name + ".in", s.head, s.width);
      w.linear(name + ".out", 8 * (s.edges[b + 1] - s.edges[b]), s.head);
    }
  }
  return w.file.bytes();
}

// Tones, clicks and noise, other ones on the left than on the right.
inline std::vector<float> sound(std::size_t frames, int channel, double rate = 44100) {
  Random random(static_cast<std::uint64_t>(channel) + 11);
  std::vector<float> x(frames);
  for (std::size_t i = 0; i < frames; ++i) {
    const double t = static_cast<double>(i) / rate;
    const double beat = t * 2 - std::floor(t * 2);
    x[i] = static_cast<float>(
        0.2 * math::sin(math::kTwoPi * 82.4 * t) +
        0.1 * math::sin(math::kTwoPi * (channel == 0 ? 440 : 554) * t) +
        0.1 * math::sin(math::kTwoPi * 330 * t + 3 * math::sin(math::kTwoPi * 5 * t)) +
        0.3 * (beat < 0.05 ? (1 - beat * 20) * random.uniform(-1, 1) : 0) +
        0.01 * random.uniform(-1, 1));
  }
  return x;
}

}  // namespace tutti::separate::tests
