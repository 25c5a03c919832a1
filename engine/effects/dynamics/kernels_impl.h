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
    const V x = dsp::fast::log2_brief(load<V>(in + i));
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
    const V wet = dsp::fast::exp2_brief(x + load<V>(make_up + i));
    store(out + i, 1.0f + load<V>(mix + i) * (wet - 1.0f));
  }
  return lowest_of(lowest);
}

float still_gain(const float* octaves, float make_up, float mix, float* out, int frames) noexcept {
  V lowest = {};
  for (int i = 0; i < frames; i += kLanes) {
    const V x = load<V>(octaves + i);
    lower(lowest, x, frames - i);
    const V wet = dsp::fast::exp2_brief(x + make_up);
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
    store(out + i, larger(dsp::fast::log2_brief(load<V>(in + i)), least) - 1e-20f);
}

// As many followers side by side in a vector. Squares of rows and frames are turned over, so that a
// vector holds the same frame of all its rows.
#if defined(__AVX2__)
using Group = simd::f32x8;
TUTTI_INLINE void transpose(Group (&m)[8]) {
  Group a[8];
  for (int k = 0; k < 8; k += 2) {
    a[k] = __builtin_shufflevector(m[k], m[k + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    a[k + 1] = __builtin_shufflevector(m[k], m[k + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  Group b[8];
  for (int k = 0; k < 8; k += 4) {
    for (int j = 0; j < 2; ++j) {
      b[k + j] = __builtin_shufflevector(a[k + j], a[k + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      b[k + j + 2] = __builtin_shufflevector(a[k + j], a[k + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (int k = 0; k < 4; ++k) {
    m[k] = __builtin_shufflevector(b[k], b[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    m[k + 4] = __builtin_shufflevector(b[k], b[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}
#else
using Group = simd::f32x4;
TUTTI_INLINE void transpose(Group (&m)[4]) {
  const Group a = __builtin_shufflevector(m[0], m[1], 0, 4, 1, 5),
              b = __builtin_shufflevector(m[0], m[1], 2, 6, 3, 7),
              c = __builtin_shufflevector(m[2], m[3], 0, 4, 1, 5),
              d = __builtin_shufflevector(m[2], m[3], 2, 6, 3, 7);
  m[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  m[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  m[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  m[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}
#endif
constexpr int kSide = sizeof(Group) / sizeof(float);
constexpr int kGroups = kManyAtOnce / kSide;

struct Followers {
  Group down[kGroups], up[kGroups], keep_down[kGroups], keep_up[kGroups], state[kGroups];
  dsp::fast::Whole<Group> falls_faster[kGroups];
};

// The same four operations as follow(), kSide rows a vector, the vectors interleaved so that their
// recursions wait for each other's turn and not for themselves.
template <int kUsed, bool kAllFallFaster>
TUTTI_INLINE void follow_groups(Followers& f, float* const* row, int frames) noexcept {
  for (int i = 0; i < frames; i += kSide) {
    Group x[kUsed][kSide];
    for (int g = 0; g < kUsed; ++g) {
      for (int k = 0; k < kSide; ++k) x[g][k] = load<Group>(row[kSide * g + k] + i);
      transpose(x[g]);
    }
    for (int k = 0; k < kSide; ++k) {
      for (int g = 0; g < kUsed; ++g) {
        const Group p = f.keep_down[g] * f.state[g] + f.down[g] * x[g][k],
                    q = f.keep_up[g] * f.state[g] + f.up[g] * x[g][k];
        if constexpr (kAllFallFaster)
          f.state[g] = smaller(p, q);
        else
          f.state[g] = f.falls_faster[g] ? smaller(p, q) : larger(p, q);
        x[g][k] = f.state[g];
      }
    }
    for (int g = 0; g < kUsed; ++g) {
      transpose(x[g]);
      for (int k = 0; k < kSide; ++k) store(row[kSide * g + k] + i, x[g][k]);
    }
  }
}

template <int kUsed>
TUTTI_INLINE void follow_used(Followers& f, bool all, float* const* row, int frames) noexcept {
  if (all)
    follow_groups<kUsed, true>(f, row, frames);
  else
    follow_groups<kUsed, false>(f, row, frames);
}

void follow_many(float* const* rows, const Speed* speeds, float* states, int count,
                 int frames) noexcept {
  Followers f;
  float spare[kChunk];
  float* row[kManyAtOnce];
  bool all = true;
  const int whole = frames / kSide * kSide;
  if (count % kSide != 0) {
    for (int i = 0; i < whole; ++i) spare[i] = 0;
  }
  for (int k = 0; k < kManyAtOnce; ++k) {
    const bool used = k < count;
    row[k] = used ? rows[k] : spare;
    const Speed s = used ? speeds[k] : Speed{};
    f.down[k / kSide][k % kSide] = s.down;
    f.up[k / kSide][k % kSide] = s.up;
    f.state[k / kSide][k % kSide] = used ? states[k] : 0.0f;
    f.falls_faster[k / kSide][k % kSide] = s.down >= s.up ? -1 : 0;
    all = all && s.down >= s.up;
  }
  for (int g = 0; g < kGroups; ++g) {
    f.keep_down[g] = 1.0f - f.down[g];
    f.keep_up[g] = 1.0f - f.up[g];
  }
  switch ((count + kSide - 1) / kSide) {
    case 1:
      follow_used<1>(f, all, row, whole);
      break;
    case 2:
      follow_used<2>(f, all, row, whole);
      break;
#if !defined(__AVX2__)
    case 3:
      follow_used<3>(f, all, row, whole);
      break;
    case 4:
      follow_used<4>(f, all, row, whole);
      break;
#endif
    default:
      break;
  }
  for (int k = 0; k < count; ++k) {
    float s = f.state[k / kSide][k % kSide];
    const Speed v = speeds[k];
    const float keep_down = 1.0f - v.down, keep_up = 1.0f - v.up;
    for (int i = whole; i < frames; ++i) {
      const float p = keep_down * s + v.down * rows[k][i], q = keep_up * s + v.up * rows[k][i];
      s = (v.down >= v.up) == (p < q) ? p : q;
      rows[k][i] = s;
    }
    states[k] = s;
  }
}

constexpr Table kTable = {level, curve, gain, still_gain, apply, apply_part, octaves, follow_many};

}  // namespace
}  // namespace tutti::effects::dynamics
