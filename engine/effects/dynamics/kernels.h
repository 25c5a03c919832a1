// Inner loops of the dynamics effects, for the instruction set that the machine has.
//
// Levels and gains are in octaves (log2 of amplitude; 1 is 6.02 dB). Every version does the same
// operations on the same numbers in the same order, so the bits are the same on all of them and in
// WASM. Buffers named in, out, level, gain … have room up to the next multiple of 16 frames; audio
// has not. No allocation.
#pragma once

namespace tutti::effects::dynamics {

inline constexpr int kChunk = 256;      // frames worked on at once
inline constexpr int kManyAtOnce = 16;  // followers side by side

// What the level asks for: slope * (how far it is beyond the threshold), at least `floor`, with a
// parabola through the knee (Giannoulis, Massberg & Reiss, Journal of the AES 60, 2012).
struct Curve {
  float side = 1;       // 1: acts above the threshold; -1: below
  float threshold = 0;  // octaves
  float half_knee = 0;  // octaves
  float inverse = 0;    // 1 / (4 half_knee), 0 without a knee
  float slope = 0;      // octaves of gain an octave beyond; at most 0
  float floor = -1000;  // octaves
};

// How the gain follows what is asked: per frame, that part of the way. `down` while it falls.
struct Speed {
  float down = 1, up = 1;
};

struct Table {
  // level[i] = max(|left[i]|, |right[i]|); right may be null.
  void (*level)(const float* left, const float* right, float* level, int frames) noexcept;
  // asked[i] of level[i] (linear), in octaves, below 0 by at least 1e-20 so that nothing that
  // follows it becomes subnormal. May be in place.
  void (*curve)(const Curve& curve, const float* level, float* asked, int frames) noexcept;
  // gain[i] = 1 + mix[i] * (2^(octaves[i] + make_up[i]) - 1). May be in place. Answers the lowest
  // of octaves, 0 at most.
  float (*gain)(const float* octaves, const float* make_up, const float* mix, float* gain,
                int frames) noexcept;
  // The same with both standing still.
  float (*still_gain)(const float* octaves, float make_up, float mix, float* gain,
                      int frames) noexcept;
  // x[i] = x[i] * gain[i]: audio, any length.
  void (*apply)(float* x, const float* gain, int frames) noexcept;
  // out[i] = in[i] + (gain[i] - 1) * part[i].
  void (*apply_part)(float* x, const float* part, const float* gain, int frames) noexcept;
  // octaves[i] = log2(level[i]), not below `floor`.
  void (*octaves)(const float* level, float floor, float* octaves, int frames) noexcept;
  // rows[k] as follow() with speeds[k] and states[k]; count of kManyAtOnce at most.
  void (*follow_many)(float* const* rows, const Speed* speeds, float* states, int count,
                      int frames) noexcept;
};

const Table& generic();
const Table& best();  // chosen once

// x[i] becomes the gain that follows the asked x[i]; `state` is the gain before.
void follow(float* x, const Speed& speed, float& state, int frames) noexcept;

}  // namespace tutti::effects::dynamics
