// What follows a product (gemm_kernel.h), written once and compiled once per instruction set; n may
// be any number.
#pragma once

#include "engine/nn/lanes_impl.h"

namespace tutti::nn {
namespace {

void gelu(float* x, long n) noexcept {
  over(n, [&](long i, long some) { put_some(x + i, gelu_of(get_some(x + i, some)), some); });
}
void gelu_add(const float* x, float* y, long n) noexcept {
  over(n, [&](long i, long some) {
    put_some(y + i, get_some(y + i, some) + gelu_of(get_some(x + i, some)), some);
  });
}
void add(const float* x, float* y, long n) noexcept {
  over(n, [&](long i, long some) {
    put_some(y + i, get_some(y + i, some) + get_some(x + i, some), some);
  });
}
void glu(const float* a, const float* b, float* y, long n) noexcept {
  over(n, [&](long i, long some) {
    put_some(y + i, get_some(a + i, some) * sigmoid_of(get_some(b + i, some)), some);
  });
}

void to_bf16(const float* x, std::uint16_t* y, long n) noexcept {
  for (long i = 0; i < n; ++i) {
    std::uint32_t bits;
    __builtin_memcpy(&bits, x + i, 4);
    if ((bits & 0x7fffffffu) > 0x7f800000u) {
      y[i] = static_cast<std::uint16_t>(bits >> 16 | 0x40u);  // NaN
    } else {
      y[i] = static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
    }
  }
}

}  // namespace
}  // namespace tutti::nn
