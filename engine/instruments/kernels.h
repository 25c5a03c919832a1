// The sampler's inner loops, for the instruction set that the machine has.
//
// Every version does the same operations on the same numbers in the same order, so the samples are
// the same on all of them and in WASM; only the number of lanes per instruction differs. Reached
// through pointers chosen once. No state, no allocation.
#pragma once

#include <cstdint>

namespace tutti::instruments::kernels {

inline constexpr int kCell = 64;         // frames of one control step
inline constexpr int kStep = 8;          // frame counts are rounded up to this
inline constexpr int kLanes = 8;         // voices filtered together
inline constexpr double kMaxRatio = 60;  // source frames per output frame
// Source frames that one cell can touch, with room for rounding.
inline constexpr int kSpan = static_cast<int>(kMaxRatio) * kCell + 64;

// Straight lines of both gains over a cell: gain at frame k is start + slope * k.
struct Ramp {
  float left, left_slope, right, right_slope;
};

// State and coefficients of eight low-pass filters side by side (two-pole state-variable, after
// Simper 2013): b' = b + q a + r (x - b); a' = p a + q (x - b); y = (b + b') / 2.
struct alignas(32) Filters {
  float a[kLanes], b[kLanes];
  float p[kLanes], q[kLanes], r[kLanes];
  float p_slope[kLanes], q_slope[kLanes], r_slope[kLanes];
};

struct Table {
  // out[i] = float(in[i]), i < count rounded up to 8 (both have room).
  void (*convert)(const std::int16_t* in, float* out, int count) noexcept;
  // Cubic interpolation: source[0] is one frame before the phase's whole part at frame 0.
  // `fraction` and `increment` are 32.32 fixed point. Writes `frames` rounded up to 8.
  void (*interpolate)(const float* source, std::uint64_t fraction, std::uint64_t increment,
                      float* out, int frames) noexcept;
  // Filters eight buffers of kCell frames each, in place; the coefficients follow their slopes.
  // A null buffer is a lane without a voice.
  void (*filter)(float* const* buffers, Filters& filters, int frames) noexcept;
  // left[i] += in[i] * gain(first + i), the same for right.
  void (*mix)(const float* in, const Ramp& ramp, int first, float* left, float* right,
              int frames) noexcept;
};

const Table& generic();
// The best for this machine; `generic()` where there is no better.
const Table& best();

}  // namespace tutti::instruments::kernels
