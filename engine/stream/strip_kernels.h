// The loops that mix a voice into the buses, chosen once for this machine; the bits are the same on
// all. No memory, no state, thread-safe.
#pragma once

namespace tutti::stream {

// A gain that moves in a straight line over a step of kStep frames.
struct GainRamp {
  float from = 0;
  float slope = 0;  // a frame
  bool off() const noexcept { return from == 0 && slope == 0; }
};

struct StripKernels {
  // to[f] += x[f] * (gain.from + gain.slope * (first + f))
  void (*mix)(const float* x, float* to, GainRamp gain, int first, int frames);
  // x[f] *= the same
  void (*scale)(float* x, GainRamp gain, int first, int frames);
  float (*peak)(const float* x, int frames);  // highest absolute value
  // x[f] as it is up to `knee` in size; above, bent so that it stays below `top`.
  void (*bend)(float* x, float knee, float top, int frames);
};

const StripKernels& strip_kernels() noexcept;

extern const StripKernels kStripGeneric;
#if defined(__x86_64__) && !defined(__wasm__)
extern const StripKernels kStripAvx2;
extern const StripKernels kStripAvx512;
#endif

}  // namespace tutti::stream
