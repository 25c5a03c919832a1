// What the passes of RealFft work on. Internal to fft*.cpp; plain data, no inline code.
#pragma once

namespace tutti::dsp {

struct FftPlan {
  int half = 0;  // complex points: half the real ones
  const float* twiddles[16] =
      {};                        // a pass: w1 re, w1 im, w2 re, … each of half / 4 / stride values
  const float* split = nullptr;  // exp(-2 pi i k / size), half / 2 re then im
  float *a = nullptr, *b = nullptr, *c = nullptr;  // 2 * half values each
};

struct FftKernel {
  void (*forward)(const FftPlan&, const float* in, float* re, float* im);
  void (*inverse)(const FftPlan&, const float* re, const float* im, float* out);
};

}  // namespace tutti::dsp
