// Networks of random weights, for tests.
#pragma once

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/nn/safetensors.h"

namespace tutti::nn::tests {

inline std::vector<float> noise(std::size_t n, std::uint64_t seed, double size = 1) {
  Random random(seed);
  std::vector<float> x(n);
  for (float& v : x) v = static_cast<float>(size * random.normal());
  return x;
}

template <class T>
std::span<const std::byte> bytes_of(const std::vector<T>& x) {
  return std::as_bytes(std::span(x));
}

// A half with few significant bits, so that it is exact.
inline std::vector<std::uint16_t> halves(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint16_t> x(n);
  for (auto& v : x)  // sign, exponents 2^-9 … 2^-2, any fraction
    v = static_cast<std::uint16_t>(random.below(2) << 15 | (6 + random.below(8)) << 10 |
                                   random.below(1024));
  return x;
}

inline void add_linear(SafetensorsWriter& file, const std::string& name, std::size_t out,
                       std::size_t in, Type type, std::uint64_t seed) {
  const double size = 1 / std::sqrt(static_cast<double>(in));
  if (type == Type::f32) {
    file.add(name + ".weight", type, {out, in}, bytes_of(noise(out * in, seed, size)));
  } else if (type == Type::f16) {
    file.add(name + ".weight", type, {out, in}, bytes_of(halves(out * in, seed)));
  } else {
    Random random(seed);
    std::vector<std::int8_t> small(out * in);
    for (auto& v : small) v = static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127);
    file.add(name + ".weight", type, {out, in}, bytes_of(small));
    auto scale = noise(out, seed + 1);
    for (float& s : scale) s = static_cast<float>((0.5 + std::fabs(s)) * size / 100);
    file.add(name + ".scale", Type::f32, {out}, bytes_of(scale));
  }
  file.add(name + ".bias", Type::f32, {out}, bytes_of(noise(out, seed + 2, 0.1)));
}

inline void add_norm(SafetensorsWriter& file, const std::string& name, std::size_t n,
                     std::uint64_t seed) {
  auto gain = noise(n, seed, 0.2);
  for (float& g : gain) g += 1;
  file.add(name + ".weight", Type::f32, {n}, bytes_of(gain));
  file.add(name + ".bias", Type::f32, {n}, bytes_of(noise(n, seed + 1, 0.1)));
}

inline void add_transformer(SafetensorsWriter& file, std::size_t width, std::size_t layers,
                            std::size_t hidden, Type type) {
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string name = "blocks." + std::to_string(i) + ".";
    add_norm(file, name + "norm1", width, 10 * i + 1);
    add_norm(file, name + "norm2", width, 10 * i + 3);
    add_linear(file, name + "qkv", 3 * width, width, type, 10 * i + 5);
    add_linear(file, name + "out", width, width, type, 10 * i + 6);
    add_linear(file, name + "up", hidden, width, type, 10 * i + 7);
    add_linear(file, name + "down", width, hidden, type, 10 * i + 8);
  }
  add_norm(file, "norm", width, 999);
}

}  // namespace tutti::nn::tests
