// High-pass and low-pass: everything below or above a frequency goes away.
#pragma once

#include "engine/effects/equaliser/band.h"

namespace tutti::effects {

const param::EffectInfo& highpass_info();
const param::EffectInfo& lowpass_info();

template <BandType kType>
struct CutDesign {
  static constexpr int kParameters = 3, kSections = kBandSections;
  void prepare(double rate) noexcept { rate_ = rate; }
  void operator()(const double* v, Sections& list) const noexcept {
    add_band({.type = kType, .freq = v[0], .q = v[2], .slope = static_cast<int>(v[1])}, rate_, 0,
             list);
  }

 private:
  double rate_ = 48000;
};

}  // namespace tutti::effects
