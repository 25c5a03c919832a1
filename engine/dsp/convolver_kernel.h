// What the kernels of Convolver work on. Plain data and pointers; see convolver.h and
// convolver_kernel.inc for the transform.
#pragma once

namespace tutti::dsp {

// The constants of a transform of `size` complex points, 256 … 65536. Level by level from the whole
// to blocks of 64, each block has six values: r, r^2, r^3 (re, im), where r^4 is the constant of
// its modulus z^m - c. `leaf` are those of the blocks of 16, in groups of as many blocks as the
// kernel has lanes: thirty vectors a group.
struct TurnPlan {
  int size = 0;
  bool odd = false;     // the first step is by two
  float first[2] = {};  // its constant
  int levels = 0;       // steps by four above the leaves
  const float* level[8] = {};
  const float* leaf = nullptr;
};

struct ConvolverKernel {
  int lanes;
  // The spectrum of re + i im (`size` values each) into out_re, out_im, in the kernel's own order.
  void (*forward)(const TurnPlan&, const float* re, const float* im, float* out_re, float* out_im);
  // The imaginary part of the inverse, times `size`, into out; spectrum destroyed.
  void (*inverse)(const TurnPlan&, float* re, float* im, float* out);
  // acc += x h, complex, `count` values of spectra whose imaginary parts lie `plane` further on.
  void (*multiply)(float* acc, const float* x, const float* h, int plane, int count);
  // out[n] = sum over j < taps of h[j] in[n - j]; taps a multiple of 4.
  void (*direct)(const float* in, const float* h, int taps, float* out, int frames);
  // out += x
  void (*add)(float* out, const float* x, int frames);
};
extern const ConvolverKernel convolver_generic, convolver_avx2, convolver_avx512;

}  // namespace tutti::dsp
