// What the shaper's loops work on. Internal to shaper*.cpp; plain data, no inline code.
#pragma once

#include "engine/dsp/shaper.h"

namespace tutti::dsp {

struct ShaperLoops {
  // For each fast sample of `frames` frames (rounded up to 16 or less): the line from the sample
  // before to it, bent by the curve, weighed by the four pieces of the spline. parts[4 p + s] is
  // piece s of phase p. x[p][-1] is the frame before. `add` to what is there, or replace it.
  void (*segments)(const float* const* x, int factor, float* const* parts, const ShaperCurve&,
                   bool add, int frames) noexcept;
  // y[i] = (a[i] + b[i]) + (c[i] + d[i])
  void (*sum)(const float* a, const float* b, const float* c, const float* d, float* y,
              int frames) noexcept;
  // y[i] = or += curve(x[i])
  void (*bare)(const float* x, float* y, const ShaperCurve&, bool add, int frames) noexcept;
};

const ShaperLoops& shaper_loops_generic() noexcept;
const ShaperLoops& shaper_loops_avx2() noexcept;
const ShaperLoops& shaper_loops_avx512() noexcept;

}  // namespace tutti::dsp
