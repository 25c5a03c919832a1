// Parametric equaliser: 24 bands of any shape, each as quiet as it is unused.
#pragma once

#include "engine/effects/equaliser/band.h"

namespace tutti::effects {

const param::EffectInfo& parametric_eq_info();

// Bands remember their sections, so that only those that move are worked out anew.
struct ParametricDesign {
  static constexpr int kBands = 24, kPerBand = 6;
  static constexpr int kParameters = kBands * kPerBand;
  static constexpr int kSections = kBands * kBandSections;
  void prepare(double rate) noexcept;
  void operator()(const double* values, Sections& list) noexcept;

 private:
  struct Memory {
    Band band;
    int count = -1;  // of sections; -1: none known
    dsp::Section sections[kBandSections];
  };
  double rate_ = 48000;
  std::array<Memory, kBands> memory_;
};

}  // namespace tutti::effects
