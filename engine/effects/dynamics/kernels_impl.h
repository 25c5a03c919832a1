// Bodies of dynamics/kernels.h, compiled once per instruction set: included by kernels_*.cpp only.
//
// Everything sits in an unnamed namespace, so that code for one instruction set can never be linked
// in for another.
#include <cstdint>

#include "engine/dsp/fast_math.h"
#include "engine/effects/dynamics/kernels.h"

namespace tutti::effects::dynamics {
namespace {

using V = dsp::fast::Register;
constexpr int kLanes = sizeof(V) / sizeof(float);

using dsp::fast::absolute;
using dsp::fast::larger;
using dsp::fast::load;
using dsp::fast::smaller;
using dsp::fast::store;
using simd::f32x4;

#define TUTTI_INLINE __attribute__((always_inline)) inline

void level(const float* left, const float* right, float* out, int frames) noexcept {
  int i = 0;
  if (right == nullptr) {
    for (; i + kLanes <= frames; i += kLanes) store(out + i, absolute(load<V>(left + i)));
    for (; i < frames; ++i) out[i] = __builtin_fabsf(left[i]);
    return;
  }
  for (; i + kLanes <= frames; i += kLanes) {
    store(out + i, larger(absolute(load<V>(left + i)), absolute(load<V>(right + i))));
  }
  for (; i < frames; ++i) {
    const float l = __builtin_fabsf(left[i]), r = __builtin_fabsf(right[i]);
    out[i] = l > r ? l : r;
  }
}

void curve(const Curve& c, const float* in, float* out, int frames) noexcept {
  const V zero = {};
  const V knee = zero + 2 * c.half_knee, floor = zero + c.floor;
  for (int i = 0; i < frames; i += kLanes) {
    const V x = dsp::fast::log2(load<V>(in + i));
    const V beyond = (x - c.threshold) * c.side;
    const V bent = smaller(larger(beyond + c.half_knee, zero), knee);
    const V straight = larger(beyond - c.half_knee, zero);
    const V asked = (bent * bent * c.inverse + straight) * c.slope;
    store(out + i, larger(asked, floor) - 1e-20f);
  }
}

// Over the first `frames` of what was read.
TUTTI_INLINE void lower(V& lowest, V x, int left) {
  constexpr std::int32_t kLane[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  if (left < kLanes) x = load<dsp::fast::Whole<V>>(kLane) < left ? x : lowest;
  lowest = smaller(x, lowest);
}
TUTTI_INLINE float lowest_of(const V& v) {
  float lowest = 0;
  for (int i = 0; i < kLanes; ++i) lowest = v[i] < lowest ? v[i] : lowest;
  return lowest;
}

float gain(const float* octaves, const float* make_up, const float* mix, float* out,
           int frames) noexcept {
  V lowest = {};
  for (int i = 0; i < frames; i += kLanes) {
    const V x = load<V>(octaves + i);
    lower(lowest, x, frames - i);
    const V wet = dsp::fast::exp2(x + load<V>(make_up + i));
    store(out + i, 1.0f + load<V>(mix + i) * (wet - 1.0f));
  }
  return lowest_of(lowest);
}

float still_gain(const float* octaves, float make_up, float mix, float* out, int frames) noexcept {
  V lowest = {};
  for (int i = 0; i < frames; i += kLanes) {
    const V x = load<V>(octaves + i);
    lower(lowest, x, frames - i);
    const V wet = dsp::fast::exp2(x + make_up);
    store(out + i, 1.0f + mix * (wet - 1.0f));
  }
  return lowest_of(lowest);
}

void apply(float* x, const float* gain, int frames) noexcept {
  int i = 0;
  for (; i + kLanes <= frames; i += kLanes) store(x + i, load<V>(x + i) * load<V>(gain + i));
  for (; i < frames; ++i) x[i] *= gain[i];
}

void apply_part(float* x, const float* part, const float* gain, int frames) noexcept {
  int i = 0;
  for (; i + kLanes <= frames; i += kLanes) {
    store(x + i, load<V>(x + i) + (load<V>(gain + i) - 1.0f) * load<V>(part + i));
  }
  for (; i < frames; ++i) x[i] += (gain[i] - 1.0f) * part[i];
}

void octaves(const float* in, float floor, float* out, int frames) noexcept {
  const V least = V{} + floor;
  for (int i = 0; i < frames; i += kLanes)
    store(out + i, larger(dsp::fast::log2(load<V>(in + i)), least) - 1e-20f);
}

// Four rows of four frames each become four frames of four rows, and back.
TUTTI_INLINE void transpose(f32x4 (&m)[4]) {
  const f32x4 a = __builtin_shufflevector(m[0], m[1], 0, 4, 1, 5),
              b = __builtin_shufflevector(m[0], m[1], 2, 6, 3, 7),
              c = __builtin_shufflevector(m[2], m[3], 0, 4, 1, 5),
              d = __builtin_shufflevector(m[2], m[3], 2, 6, 3, 7);
  m[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  m[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  m[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  m[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

// The same four operations as follow(), four rows a vector, four vectors interleaved so that their
// recursions wait for each other's turn and not for themselves.
void follow_many(float* const* rows, const Speed* speeds, float* states, int count,
                 int frames) noexcept {
  f32x4 down[4], up[4], keep_down[4], keep_up[4], state[4];
  simd::i32x4 falling_first[4];
  float spare[kChunk + 16];
  float* row[kManyAtOnce];
  for (int k = 0; k < kManyAtOnce; ++k) {
    const bool used = k < count;
    row[k] = used ? rows[k] : spare;
    const Speed s = used ? speeds[k] : Speed{};
    down[k / 4][k % 4] = s.down;
    up[k / 4][k % 4] = s.up;
    state[k / 4][k % 4] = used ? states[k] : 0.0f;
    falling_first[k / 4][k % 4] = s.down >= s.up ? -1 : 0;
  }
  for (int i = 0; i < frames + 16 && i < kChunk + 16; ++i) spare[i] = 0;
  for (int g = 0; g < 4; ++g) {
    keep_down[g] = 1.0f - down[g];
    keep_up[g] = 1.0f - up[g];
  }
  const int groups = (count + 3) / 4;
  const int whole = frames / 4 * 4;
  for (int i = 0; i < whole; i += 4) {
    f32x4 x[4][4];
    for (int g = 0; g < groups; ++g) {
      for (int k = 0; k < 4; ++k) x[g][k] = load<f32x4>(row[4 * g + k] + i);
      transpose(x[g]);
    }
    for (int k = 0; k < 4; ++k) {
      for (int g = 0; g < groups; ++g) {
        const f32x4 p = keep_down[g] * state[g] + down[g] * x[g][k],
                    q = keep_up[g] * state[g] + up[g] * x[g][k];
        state[g] = falling_first[g] ? smaller(p, q) : larger(p, q);
        x[g][k] = state[g];
      }
    }
    for (int g = 0; g < groups; ++g) {
      transpose(x[g]);
      for (int k = 0; k < 4; ++k) store(row[4 * g + k] + i, x[g][k]);
    }
  }
  for (int k = 0; k < count; ++k) {
    float s = state[k / 4][k % 4];
    const Speed v = speeds[k];
    const float kd = 1.0f - v.down, ku = 1.0f - v.up;
    for (int i = whole; i < frames; ++i) {
      const float p = kd * s + v.down * rows[k][i], q = ku * s + v.up * rows[k][i];
      s = (v.down >= v.up) == (p < q) ? p : q;
      rows[k][i] = s;
    }
    states[k] = s;
  }
}

constexpr Table kTable = {level, curve, gain, still_gain, apply, apply_part, octaves, follow_many};

}  // namespace
}  // namespace tutti::effects::dynamics
