// The innermost loops of mixing, chosen once for this machine; the bits are the same on all.
//
// No memory, no state, thread-safe.
#pragma once

namespace tutti::graph {

// One signal on its way into a sum; mono: right == left.
struct Term {
  const float* left;
  const float* right;
  float scale;  // before the gains
  float left_gain, right_gain;
};

struct MixKernels {
  // left[f] = the sum of terms[t].left[f] * scale * left_gain, in the order of the terms; right
  // likewise.
  void (*sum)(const Term* terms, int count, float* left, float* right, int frames);
  // to[f] += from[f]
  void (*add)(const float* from, float* to, int frames);
  bool (*finite)(const float* x, int frames);
  float (*peak)(const float* x, int frames);  // highest absolute value
};

const MixKernels& mix_kernels() noexcept;

extern const MixKernels kMixGeneric;
#if defined(__x86_64__) && !defined(__wasm__)
extern const MixKernels kMixAvx2;
extern const MixKernels kMixAvx512;
#endif

}  // namespace tutti::graph
