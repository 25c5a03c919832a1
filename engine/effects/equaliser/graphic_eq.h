// Graphic equaliser: a row of faders, 10 an octave apart or 31 a third apart.
#pragma once

#include <vector>

#include "engine/effects/equaliser/section_effect.h"

namespace tutti::effects {

const param::EffectInfo& graphic_eq_info();

// Neighbouring bells overlap, so their gains are solved for: at every centre the sum of all bells
// is what its fader shows.
class GraphicDesign {
 public:
  static constexpr int kBands = 31;
  static constexpr int kParameters = 1 + kBands, kSections = kBands;
  void prepare(double rate);
  void operator()(const double* values, Sections& list) const noexcept;

 private:
  struct Row {
    int first = 0, step = 1, count = 0;  // centres used: first, first + step, …
    double q = 1;
    std::vector<double> inverse;  // of bell j's share at centre i
    std::vector<double> apart;    // (1 - u)² and u / q² of bell j at centre i
  };
  void prepare(Row&) const;
  double rate_ = 48000;
  Row octaves_, thirds_;
};

}  // namespace tutti::effects
