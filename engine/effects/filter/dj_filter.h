// DJ filter: one knob, low-pass to the left, high-pass to the right, nothing in the middle.
#pragma once

#include "engine/effects/equaliser/section_effect.h"

namespace tutti::effects {

const param::EffectInfo& dj_filter_info();

struct DjDesign {
  static constexpr int kParameters = 2, kSections = 4;
  void prepare(double rate) noexcept { rate_ = rate; }
  void operator()(const double* values, Sections& list) const noexcept;

 private:
  double rate_ = 48000;
};

}  // namespace tutti::effects
