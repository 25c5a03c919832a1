// Low shelf and high shelf: bass and treble.
#pragma once

#include "engine/effects/equaliser/band.h"

namespace tutti::effects {

const param::EffectInfo& low_shelf_info();
const param::EffectInfo& high_shelf_info();

template <BandType kType>
struct ShelfDesign {
  static constexpr int kParameters = 3, kSections = 1;
  void prepare(double rate) noexcept { rate_ = rate; }
  void operator()(const double* v, Sections& list) const noexcept {
    add_band({.type = kType, .freq = v[0], .gain = v[1], .q = v[2]}, rate_, 0, list);
  }

 private:
  double rate_ = 48000;
};

}  // namespace tutti::effects
