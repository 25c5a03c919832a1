// Four bands of a stereo signal that add up to an all-pass of it: Linkwitz-Riley crossovers of the
// fourth order.
//
// A tree from the bottom: each crossover splits what the one before left above; the bands below
// pass the all-passes of the later crossovers, so that all four stay in phase and their sum has the
// magnitude of the input (Linkwitz and Riley 1976; D'Appolito 1987). The filters are trapezoidal
// state-variable ones (Simper 2013), which may be moved while they sound.
// Frequencies may change between calls. No allocation; one thread at a time. Samples do not depend
// on how the stream is cut.
#pragma once

#include <array>
#include <cstdint>

#include "engine/base/simd.h"

namespace tutti::dsp {

class Crossover4 {
 public:
  static constexpr int kBands = 4;

  void reset() noexcept;
  // Ascending, in Hz, below 0.45 of the rate; they are brought into order and range.
  void set(double rate, const std::array<double, kBands - 1>& frequencies) noexcept;
  // bands[2 b] is the left, bands[2 b + 1] the right channel of band b, lowest first.
  void process(const float* left, const float* right, float* const (&bands)[2 * kBands],
               int frames) noexcept;

 private:
  struct Coefficients {
    float a1 = 1, a2 = 0, a3 = 0;
  };
  struct State {
    simd::f32x4 a = {}, b = {};
  };
  void flush() noexcept;

  std::array<Coefficients, kBands - 1> cut_{};
  // Of each split: first stage on (left, right), second on (low left, low right, high left, high
  // right). Then the all-passes: of the first band at the second cut, of the first two at the
  // third.
  std::array<State, kBands - 1> first_{}, second_{};
  std::array<State, 2> all_pass_{};
  std::int64_t position_ = 0;
};

}  // namespace tutti::dsp
