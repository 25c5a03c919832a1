// The loops of norms.h, written once and compiled once per instruction set. Included by norms_*.cpp
// only, each of which defines TUTTI_LANES first.
#pragma once

#include "engine/nn/lanes_impl.h"
#include "engine/nn/norms.h"

namespace tutti::nn {
namespace {

constexpr long kFloatSums = 4096;  // numbers that are summed in floats before a double takes over

void moments(const float* x, long n, Moments& m) noexcept {
  for (long from = 0; from < n; from += kFloatSums) {
    const long end = n - from < kFloatSums ? n : from + kFloatSums;
    Lanes sums[4] = {}, squares[4] = {};
    long i = from;
    for (; i + 4 * TUTTI_LANES <= end; i += 4 * TUTTI_LANES) {
      for (int s = 0; s < 4; ++s) {
        const Lanes v = get(x + i + s * TUTTI_LANES);
        sums[s] = sums[s] + v;
        squares[s] = squares[s] + v * v;
      }
    }
    for (; i < end; i += TUTTI_LANES) {
      const Lanes v = get_some(x + i, end - i < TUTTI_LANES ? end - i : TUTTI_LANES);
      sums[0] = sums[0] + v;
      squares[0] = squares[0] + v * v;
    }
    m.sum += static_cast<double>(sum_of((sums[0] + sums[1]) + (sums[2] + sums[3])));
    m.squares += static_cast<double>(sum_of((squares[0] + squares[1]) + (squares[2] + squares[3])));
  }
}

void scale_shift(float* x, long stride, long rows, const float* scale, const float* shift,
                 int n) noexcept {
  for (long r = 0; r < rows; ++r, x += stride)
    for (int i = 0; i < n; i += TUTTI_LANES)
      put(x + i, get(x + i) * get(scale + i) + get(shift + i));
}

void scale_shift_gelu(float* x, long stride, long rows, const float* scale, const float* shift,
                      int n) noexcept {
  for (long r = 0; r < rows; ++r, x += stride)
    for (int i = 0; i < n; i += TUTTI_LANES)
      put(x + i, gelu_of(get(x + i) * get(scale + i) + get(shift + i)));
}

void scale_shift_glu_add(const float* x, long x_stride, long rows, const float* scale,
                         const float* shift, const float* gain, int n, float* y,
                         long y_stride) noexcept {
  for (long r = 0; r < rows; ++r, x += x_stride, y += y_stride) {
    for (int i = 0; i < n; i += TUTTI_LANES) {
      const Lanes a = get(x + i) * get(scale + i) + get(shift + i);
      const Lanes b = get(x + n + i) * get(scale + n + i) + get(shift + n + i);
      put(y + i, get(y + i) + get(gain + i) * (a * sigmoid_of(b)));
    }
  }
}

float largest(const float* x, long n) noexcept {
  Lanes most = all(x[0]);
  over(n, [&](long i, long some) {
    if (some == TUTTI_LANES) {
      const Lanes v = get(x + i);
      most = v > most ? v : most;
    } else {
      for (long k = 0; k < some; ++k) most = all(x[i + k]) > most ? all(x[i + k]) : most;
    }
  });
  return largest_of(most);
}

float exponentials(float* x, long n, float shift) noexcept {
  Lanes sums[2] = {};
  long i = 0;
  for (; i + 2 * TUTTI_LANES <= n; i += 2 * TUTTI_LANES) {
    for (int s = 0; s < 2; ++s) {
      const Lanes v = exponential(get(x + i + s * TUTTI_LANES) - shift);
      put(x + i + s * TUTTI_LANES, v);
      sums[s] = sums[s] + v;
    }
  }
  float rest = 0.0f;
  for (; i < n; i += TUTTI_LANES) {
    const long some = n - i < TUTTI_LANES ? n - i : TUTTI_LANES;
    float each[TUTTI_LANES];
    put(each, exponential(get_some(x + i, some) - shift));
    for (long k = 0; k < some; ++k) {
      x[i + k] = each[k];
      rest += each[k];
    }
  }
  return sum_of(sums[0] + sums[1]) + rest;
}

void scale(float* x, long n, float factor) noexcept {
  over(n, [&](long i, long some) { put_some(x + i, get_some(x + i, some) * factor, some); });
}

constexpr NormKernels kNormTable{
    moments, scale_shift, scale_shift_gelu, scale_shift_glu_add, largest, exponentials, scale};

}  // namespace
}  // namespace tutti::nn
