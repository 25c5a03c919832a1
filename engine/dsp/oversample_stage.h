// What the oversampler's loop works on. Internal to oversample*.cpp; plain data, no inline code.
#pragma once

namespace tutti::dsp {

// out[n] = centre_tap * centre[n] + sum over k of taps[k] * (before[k][n] + after[k][n]).
// Frames are rounded up to 32 or less, so all streams have room for that.
struct SymmetricFir {
  static constexpr int kMaxPairs = 53;
  const float* before[kMaxPairs];
  const float* after[kMaxPairs];
  const float* centre;  // or null
  float centre_tap;
  const float* taps;
  int pairs;
};
using SymmetricFirLoop = void (*)(const SymmetricFir&, float* out, int frames) noexcept;

void symmetric_fir_generic(const SymmetricFir&, float* out, int frames) noexcept;
void symmetric_fir_avx2(const SymmetricFir&, float* out, int frames) noexcept;
void symmetric_fir_avx512(const SymmetricFir&, float* out, int frames) noexcept;

}  // namespace tutti::dsp
