// Exponentials for training's inner loops: written so that the compiler makes vectors of them.
//
// Errors some 1e-7 of the value. Training need not agree to the bit between machines, so each file
// that includes this may be compiled for several instruction sets (TUTTI_CLONES).
#pragma once

#include <bit>
#include <cstdint>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define TUTTI_CLONES __attribute__((target_clones("arch=skylake-avx512", "avx2", "default")))
#else
#define TUTTI_CLONES
#endif

namespace tutti::learn {

__attribute__((always_inline)) inline float exp_of(float x) {
  x = x < -80.0f ? -80.0f : x;
  x = x > 80.0f ? 80.0f : x;
  const float n = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
  const float f = (x - n * 0.693145752f) - n * 1.42860677e-6f;
  float p = 1.0f / 720;
  p = p * f + 1.0f / 120;
  p = p * f + 1.0f / 24;
  p = p * f + 1.0f / 6;
  p = p * f + 0.5f;
  p = p * f + 1.0f;
  p = p * f + 1.0f;
  const auto power = static_cast<std::uint32_t>(static_cast<std::int32_t>(n) + 127) << 23;
  return p * std::bit_cast<float>(power);
}
__attribute__((always_inline)) inline float sigmoid_of(float x) {
  return 1.0f / (1.0f + exp_of(-x));
}
__attribute__((always_inline)) inline float tanh_of(float x) {
  return 2.0f / (1.0f + exp_of(-2.0f * x)) - 1.0f;
}

}  // namespace tutti::learn
