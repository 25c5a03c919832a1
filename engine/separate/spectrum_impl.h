// The loops of spectrum_kernels.h, written once and compiled once per instruction set.
//
// Included by spectrum_*.cpp only. All of it has internal linkage, so that no wide code can be
// linked into the base path.
#pragma once

#include "engine/dsp/fast_math.h"
#include "engine/separate/spectrum_kernels.h"

namespace tutti::separate {
namespace {

namespace fast = dsp::fast;
using Lanes = fast::Register;
constexpr int kStep = sizeof(Lanes) / sizeof(float);

inline Lanes get(const float* p) {
  return fast::load<Lanes>(p);
}

void compress(const float* re, const float* im, float scale, int n, float* out_re,
              float* out_im) noexcept {
  for (int i = 0; i < n; i += kStep) {
    const Lanes a = get(re + i) * scale, b = get(im + i) * scale;
    const Lanes gain = fast::exp2(-0.35f * fast::log2(a * a + b * b + 1e-6f));
    fast::store(out_re + i, a * gain);
    fast::store(out_im + i, b * gain);
  }
}

void apply(const float* mask_re, const float* mask_im, const float* re, const float* im, int n,
           float* out_re, float* out_im) noexcept {
  for (int i = 0; i < n; i += kStep) {
    const Lanes mr = get(mask_re + i), mi = get(mask_im + i), xr = get(re + i), xi = get(im + i);
    fast::store(out_re + i, mr * xr - mi * xi);
    fast::store(out_im + i, mr * xi + mi * xr);
  }
}

void share(const float* re, const float* im, int n, float* const stem_re[kStems],
           float* const stem_im[kStems]) noexcept {
  for (int i = 0; i < n; i += kStep) {
    Lanes r[kStems], m[kStems], power[kStems], all = {};
    Lanes rest_re = get(re + i), rest_im = get(im + i);
    for (int s = 0; s < kStems; ++s) {
      r[s] = get(stem_re[s] + i);
      m[s] = get(stem_im[s] + i);
      power[s] = r[s] * r[s] + m[s] * m[s] + 1e-10f;
      all = all + power[s];
      rest_re = rest_re - r[s];
      rest_im = rest_im - m[s];
    }
    const Lanes unit = 1.0f / all;
    rest_re = rest_re * unit;
    rest_im = rest_im * unit;
    for (int s = 0; s < kStems; ++s) {
      fast::store(stem_re[s] + i, r[s] + rest_re * power[s]);
      fast::store(stem_im[s] + i, m[s] + rest_im * power[s]);
    }
  }
}

}  // namespace
}  // namespace tutti::separate
