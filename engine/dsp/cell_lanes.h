// Cells of 16 frames in vector lanes along time: what the kernels of recursive effects are made of.
//
// Included only by kernel files (*_generic.cpp, *_avx2.cpp, *_avx512.cpp), each of which defines
// TUTTI_LANES (4, 8 or 16) first. A cell is always 16 lanes, in as many registers as it takes;
// every operation is the same per lane, so the bits agree whatever the machine. Everything has
// internal linkage, so that no wide code reaches a machine without it.
#pragma once

#include <cstdint>

#include "engine/dsp/cell_data.h"

namespace tutti::dsp {
namespace {

#define TUTTI_CELL static inline __attribute__((always_inline))

typedef float R __attribute__((vector_size(4 * TUTTI_LANES)));
typedef std::int32_t I __attribute__((vector_size(4 * TUTTI_LANES)));
constexpr int kRegisters = 16 / TUTTI_LANES;

#define TUTTI_EACH _Pragma("GCC unroll 4") for (int i = 0; i < kRegisters; ++i)

struct V {
  R r[kRegisters];
};
struct Mask {
  I r[kRegisters];
};

TUTTI_CELL V operator+(V a, V b) {
  V c;
  TUTTI_EACH c.r[i] = a.r[i] + b.r[i];
  return c;
}
TUTTI_CELL V operator-(V a, V b) {
  V c;
  TUTTI_EACH c.r[i] = a.r[i] - b.r[i];
  return c;
}
TUTTI_CELL V operator*(V a, V b) {
  V c;
  TUTTI_EACH c.r[i] = a.r[i] * b.r[i];
  return c;
}
TUTTI_CELL V operator*(V a, float b) {
  V c;
  TUTTI_EACH c.r[i] = a.r[i] * b;
  return c;
}
TUTTI_CELL V load16(const float* p) {
  V c;
  TUTTI_EACH __builtin_memcpy(&c.r[i], p + i * TUTTI_LANES, sizeof(R));
  return c;
}
TUTTI_CELL void store16(float* p, V v) {
  TUTTI_EACH __builtin_memcpy(p + i * TUTTI_LANES, &v.r[i], sizeof(R));
}
TUTTI_CELL V spread(float x) {
  V c;
  TUTTI_EACH c.r[i] = R{} + x;
  return c;
}
TUTTI_CELL Mask at_least(V a, float b) {
  Mask m;
  TUTTI_EACH m.r[i] = a.r[i] >= b;
  return m;
}
TUTTI_CELL V choose(Mask m, V yes, V no) {
  V c;
  TUTTI_EACH c.r[i] = m.r[i] ? yes.r[i] : no.r[i];
  return c;
}

// Ends a decay before it reaches denormal numbers: what is under some 1e-19 becomes 0.
TUTTI_CELL V settle(V x) {
  return (x + spread(1e-12f)) - spread(1e-12f);
}

// Lanes `by` places later; zeros come in first.
template <int kBy>
TUTTI_CELL R slide(R low, R high) {
#if TUTTI_LANES == 16
  if constexpr (kBy == 1)
    return __builtin_shufflevector(low, high, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
                                   28, 29, 30);
  else if constexpr (kBy == 2)
    return __builtin_shufflevector(low, high, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
                                   27, 28, 29);
  else if constexpr (kBy == 4)
    return __builtin_shufflevector(low, high, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
                                   25, 26, 27);
  else
    return __builtin_shufflevector(low, high, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                   22, 23);
#elif TUTTI_LANES == 8
  if constexpr (kBy == 1)
    return __builtin_shufflevector(low, high, 7, 8, 9, 10, 11, 12, 13, 14);
  else if constexpr (kBy == 2)
    return __builtin_shufflevector(low, high, 6, 7, 8, 9, 10, 11, 12, 13);
  else
    return __builtin_shufflevector(low, high, 4, 5, 6, 7, 8, 9, 10, 11);
#else
  if constexpr (kBy == 1)
    return __builtin_shufflevector(low, high, 3, 4, 5, 6);
  else
    return __builtin_shufflevector(low, high, 2, 3, 4, 5);
#endif
}
template <int kBy>
TUTTI_CELL V later(V x) {
  constexpr int whole = kBy / TUTTI_LANES, part = kBy % TUTTI_LANES;
  V c;
  TUTTI_EACH {
    const int j = i - whole;
    if constexpr (part == 0) {
      c.r[i] = j >= 0 ? x.r[j < 0 ? 0 : j] : R{};
    } else {
      c.r[i] =
          slide<part>(j >= 1 ? x.r[j < 1 ? 0 : j - 1] : R{}, j >= 0 ? x.r[j < 0 ? 0 : j] : R{});
    }
  }
  return c;
}
TUTTI_CELL float last(V x) {
  return x.r[kRegisters - 1][TUTTI_LANES - 1];
}

// y[n] = x[n] + a y[n-1] over the cell, by doubling the reach four times (Kogge and Stone 1973);
// `state` is y before the cell and becomes y at its end.
TUTTI_CELL V one_pole(V x, const Pole& pole, float& state) {
  x = x + later<1>(x) * pole.a1;
  x = x + later<2>(x) * pole.a2;
  x = x + later<4>(x) * pole.a4;
  x = x + later<8>(x) * pole.a8;
  x = x + load16(pole.powers) * state;
  state = last(x);
  return x;
}

// Eight at once, step by step together: their chains overlap.
TUTTI_CELL void one_pole8(V* x, const Pole* pole, float* state) {
#define TUTTI_EIGHT _Pragma("GCC unroll 8") for (int k = 0; k < 8; ++k)
  TUTTI_EIGHT x[k] = x[k] + later<1>(x[k]) * pole[k].a1;
  TUTTI_EIGHT x[k] = x[k] + later<2>(x[k]) * pole[k].a2;
  TUTTI_EIGHT x[k] = x[k] + later<4>(x[k]) * pole[k].a4;
  TUTTI_EIGHT x[k] = x[k] + later<8>(x[k]) * pole[k].a8;
  TUTTI_EIGHT x[k] = x[k] + load16(pole[k].powers) * state[k];
  TUTTI_EIGHT state[k] = last(x[k]);
#undef TUTTI_EIGHT
}

// A ring is written cell by cell; see CellRing.
TUTTI_CELL void write_cell(const CellRing& ring, V x) {
  store16(ring.data + ring.place, x);
  if (ring.place < CellRing::kMirror) store16(ring.data + ring.size + ring.place, x);
}
TUTTI_CELL void advance(CellRing& ring) {
  ring.place += 16;
  if (ring.place == ring.size) ring.place = 0;
}
// The cell `delay` frames before the one at the writing place.
TUTTI_CELL const float* place_of(const CellRing& ring, int delay) {
  const int at = ring.place - delay;
  return ring.data +
         (at < 0 ? at + ring.size : at);  // -15 … -1 stand for frames of the cell itself
}
TUTTI_CELL V read_cell(const CellRing& ring, int delay) {
  return load16(place_of(ring, delay));
}

// 0, 1 … 15
TUTTI_CELL V ramp16() {
  return load16(kCellRamp);
}

TUTTI_CELL V gain16(CellGain gain) {
  return (ramp16() + spread(1)) * gain.step + spread(gain.from);
}

// Cubic through four points (Catmull and Rom 1974), at `t` of the way from b to c.
TUTTI_CELL V cubic(V a, V b, V c, V d, V t) {
  const V c1 = (c - a) * 0.5f;
  const V c3 = (d - a) * 0.5f + (b - c) * 1.5f;
  const V c2 = (c - b) - c1 - c3;
  return ((c3 * t + c2) * t + c1) * t + b;
}

// The oscillator one cell on.
TUTTI_CELL CellTurn turned(const CellTurn& now, const CellTurn& by) {
  return {now.cosine * by.cosine - now.sine * by.sine, now.sine * by.cosine + now.cosine * by.sine};
}

// Schroeder's all-pass (1961) around a ring: `gain` 0 … 1, `past` what its delay line gives.
TUTTI_CELL V allpass(CellRing& ring, V x, V past, float gain) {
  const V kept = settle(x - past * gain);
  write_cell(ring, kept);
  advance(ring);
  return past + kept * gain;
}

// The four samples around each frame's place and the fraction, one by one: for fast movement.
[[maybe_unused]] __attribute__((noinline)) void gather_points(const CellRing& ring, int whole,
                                                              float start, float slope,
                                                              float (*points)[16]) {
  for (int k = 0; k < 16; ++k) {
    const float t = start - slope * static_cast<float>(k);
    int step = static_cast<int>(t);
    if (static_cast<float>(step) > t) --step;
    const float* p = place_of(ring, whole + 1 - k - step);
    for (int i = 0; i < 4; ++i) points[i][k] = p[i];
    points[4][k] = t - static_cast<float>(step);
  }
}

// Reads with a delay that moves in a straight line from `from` at the first frame to `to` at the
// first frame of the next cell; both 18 frames at least.
TUTTI_CELL V read_moving(const CellRing& ring, double from, double to) {
  const int whole = static_cast<int>(from) + 1;  // ceil, or one more: the fraction lies in 0 … 1
  const float start = static_cast<float>(static_cast<double>(whole) - from);
  const float slope = static_cast<float>((to - from) * (1.0 / 16));
  // Frame k stands at k - whole + start - slope k.
  if (slope < 0.0625f && slope > -0.0625f) {
    const int shift = slope > 0 ? 1 : 0;
    const V t = spread(start + static_cast<float>(shift)) - ramp16() * slope;
    const Mask next = at_least(t, 1.0f);
    const V f = choose(next, t - spread(1.0f), t);
    const float* p = place_of(ring, whole + shift + 1);
    const V x0 = load16(p), x1 = load16(p + 1), x2 = load16(p + 2), x3 = load16(p + 3),
            x4 = load16(p + 4);
    return cubic(choose(next, x1, x0), choose(next, x2, x1), choose(next, x3, x2),
                 choose(next, x4, x3), f);
  }
  float points[5][16];
  gather_points(ring, whole, start, slope, points);
  return cubic(load16(points[0]), load16(points[1]), load16(points[2]), load16(points[3]),
               load16(points[4]));
}

// A delay of `from` … `to` frames (0 or more, whole ones where they are equal) through a ring of
// its own; while it glides, straight lines between the samples.
TUTTI_CELL V pass_through(CellRing& ring, V x, double from, double to) {
  write_cell(ring, x);
  if (from != to) {
    float out[16];
    for (int k = 0; k < 16; ++k) {
      const double delay = from + (to - from) * (k + 1) * (1.0 / 16);
      const int whole = static_cast<int>(delay);
      const float f = static_cast<float>(delay - whole);
      const float* p = place_of(ring, whole - k + 1);
      out[k] = p[1] + (p[0] - p[1]) * f;
    }
    x = load16(out);
  } else if (to != 0) {
    x = read_cell(ring, static_cast<int>(to));
  }
  advance(ring);
  return x;
}

}  // namespace
}  // namespace tutti::dsp
