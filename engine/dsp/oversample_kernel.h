// The loops of the oversampler, written once and compiled once per instruction set.
//
// Included by oversample_*.cpp only, each of which defines TUTTI_LANES first. All of it has
// internal linkage, so that no wide code can be linked into the base path.
#pragma once

#include "engine/dsp/oversample_stage.h"

namespace tutti::dsp {
namespace {

#define TUTTI_INLINE inline __attribute__((always_inline))

typedef float Lanes __attribute__((vector_size(4 * TUTTI_LANES)));

TUTTI_INLINE Lanes get(const float* p) {
  Lanes v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
TUTTI_INLINE void put(float* p, Lanes v) {
  __builtin_memcpy(p, &v, sizeof v);
}

constexpr int whole(int x, int by) {
  return x >= 0 ? x / by : -((by - 1 - x) / by);
}

// Samples parts * n + Offset of a stream in Parts parts, n = i … i + lanes - 1.
template <int Parts, int Offset>
TUTTI_INLINE Lanes pick(const float* const* in, int i) {
  constexpr int frame = whole(Offset, Parts), part = Offset - frame * Parts;
  return get(in[part] + i + frame);
}

// Adds taps[k] times the samples Step k before First and Step k after Second; even and odd k go to
// sums of their own, so that additions need not wait for each other.
template <int Parts, int First, int Second, int Step, int Pairs, int K = 0>
TUTTI_INLINE void add_pairs(const float* const* in, const float* taps, int i, Lanes& even,
                            Lanes& odd) {
  if constexpr (K < Pairs) {
    (K % 2 == 0 ? even : odd) +=
        taps[K] * (pick<Parts, First - Step * K>(in, i) + pick<Parts, Second + Step * K>(in, i));
    add_pairs<Parts, First, Second, Step, Pairs, K + 1>(in, taps, i, even, odd);
  }
}

template <int Parts, int First, int Second, int Step, int Pairs, int K = 0>
TUTTI_INLINE void add_pairs_twice(const float* const* in, const float* taps, int i, Lanes& even,
                                  Lanes& odd, Lanes& even_j, Lanes& odd_j) {
  if constexpr (K < Pairs) {
    const int j = i + TUTTI_LANES;
    const Lanes tap = Lanes{} + taps[K];
    (K % 2 == 0 ? even : odd) +=
        tap * (pick<Parts, First - Step * K>(in, i) + pick<Parts, Second + Step * K>(in, i));
    (K % 2 == 0 ? even_j : odd_j) +=
        tap * (pick<Parts, First - Step * K>(in, j) + pick<Parts, Second + Step * K>(in, j));
    add_pairs_twice<Parts, First, Second, Step, Pairs, K + 1>(in, taps, i, even, odd, even_j,
                                                              odd_j);
  }
}

// Part `Part` of `in` on the way up: itself, and what lies between it and the next sample.
template <int Parts, int Pairs, int Part = 0>
TUTTI_INLINE void double_rate(const float* const* in, const float* taps, float* const* out,
                              int frames) noexcept {
  if constexpr (Part < Parts) {
    constexpr int kAt = Part - Pairs;
    for (int i = 0; i < frames; i += TUTTI_LANES) {
      Lanes even{}, odd{};
      add_pairs<Parts, kAt, kAt + 1, 1, Pairs>(in, taps, i, even, odd);
      put(out[2 * Part] + i, pick<Parts, kAt>(in, i));
      put(out[2 * Part + 1] + i, even + odd);
    }
    double_rate<Parts, Pairs, Part + 1>(in, taps, out, frames);
  }
}

// Part `Part` of `out` on the way down, from twice as many parts.
template <int Parts, int Pairs, int Part = 0>
TUTTI_INLINE void halve_rate(const float* const* in, const float* taps, float* const* out,
                             int frames) noexcept {
  if constexpr (Part < Parts) {
    constexpr int kAt = 2 * (Part - Pairs);
    for (int i = 0; i < frames; i += TUTTI_LANES) {
      Lanes even = 0.5f * pick<2 * Parts, kAt>(in, i), odd{};
      add_pairs<2 * Parts, kAt - 1, kAt + 1, 2, Pairs>(in, taps, i, even, odd);
      put(out[Part] + i, even + odd);
    }
    halve_rate<Parts, Pairs, Part + 1>(in, taps, out, frames);
  }
}

void up_first(const float* const* in, float* const* out, int frames) noexcept {
  double_rate<1, 14>(in, half_band::kFirst, out, frames);
}
void up_second(const float* const* in, float* const* out, int frames) noexcept {
  double_rate<2, 6>(in, half_band::kSecond, out, frames);
}
void up_third(const float* const* in, float* const* out, int frames) noexcept {
  double_rate<4, 4>(in, half_band::kThird, out, frames);
}
void down_second(const float* const* in, float* const* out, int frames) noexcept {
  halve_rate<2, 6>(in, half_band::kSecondDown.taps, out, frames);
}
void down_third(const float* const* in, float* const* out, int frames) noexcept {
  halve_rate<4, 4>(in, half_band::kThirdDown.taps, out, frames);
}

void sharp(const float* const* in, float* out, int frames) noexcept {
  constexpr int kAt = -42;
  // Two vectors of frames at once share the loading of the taps.
  for (int i = 0; i < frames; i += 2 * TUTTI_LANES) {
    const int j = i + TUTTI_LANES;
    Lanes even = half_band::kSharp[0] * pick<2, kAt>(in, i), odd{};
    Lanes even_j = half_band::kSharp[0] * pick<2, kAt>(in, j), odd_j{};
    add_pairs_twice<2, kAt - 1, kAt + 1, 1, 43>(in, half_band::kSharp + 1, i, even, odd, even_j,
                                                odd_j);
    put(out + i, even + odd);
    put(out + j, even_j + odd_j);
  }
}

void five(const float* in, float centre, const float* side, float* out, int frames) noexcept {
  for (int i = 0; i < frames; i += TUTTI_LANES) {
    const float* y = in + i;
    put(out + i, centre * get(y - 2) +
                     (side[0] * (get(y - 3) + get(y - 1)) + side[1] * (get(y - 4) + get(y))));
  }
}

constexpr OversampleLoops kLoops{
    {up_first, up_second, up_third}, {down_second, down_third}, sharp, five};

}  // namespace
}  // namespace tutti::dsp
