// The loops over frames, for the compiler to put into vector lanes.
#include "engine/effects/delay/loop.h"

namespace tutti::effects::loops {

// Adding and taking away 1e-15 rounds what is 300 dB down to nothing and leaves the rest alone.
constexpr float kNothing = 1e-15f;

void feed(const float* __restrict in, const float* __restrict echo,
          const float* __restrict feedback, float* __restrict line, int frames) noexcept {
  for (int i = 0; i < frames; ++i) {
    line[i] = ((in[i] + feedback[i] * echo[i]) + kNothing) - kNothing;
  }
}

void blend(float* __restrict io, const float* __restrict echo, const float* __restrict mix,
           int frames) noexcept {
  for (int i = 0; i < frames; ++i) io[i] += mix[i] * (echo[i] - io[i]);
}

void feed_across(const float* __restrict left, const float* __restrict right,
                 const float* __restrict echo_left, const float* __restrict echo_right,
                 const float* __restrict feedback, const float* __restrict cross,
                 float* __restrict line_left, float* __restrict line_right, int frames) noexcept {
  for (int i = 0; i < frames; ++i) {
    const float c = cross[i], stay = 1 - c;
    const float in_left = left[i] + c * (0.5f * (left[i] + right[i]) - left[i]);
    const float in_right = stay * right[i];
    const float back_left = stay * echo_left[i] + c * echo_right[i];
    const float back_right = stay * echo_right[i] + c * echo_left[i];
    line_left[i] = ((in_left + feedback[i] * back_left) + kNothing) - kNothing;
    line_right[i] = ((in_right + feedback[i] * back_right) + kNothing) - kNothing;
  }
}

void narrow(float* __restrict left, float* __restrict right, const float* __restrict width,
            int frames) noexcept {
  for (int i = 0; i < frames; ++i) {
    const float middle = 0.5f * (left[i] + right[i]);
    left[i] = middle + width[i] * (left[i] - middle);
    right[i] = middle + width[i] * (right[i] - middle);
  }
}

void add(const float* __restrict in, const float* __restrict gain, float* __restrict out,
         int frames) noexcept {
  for (int i = 0; i < frames; ++i) out[i] += gain[i] * in[i];
}

}  // namespace tutti::effects::loops
