#include "engine/effects/meter/list.h"

#include "engine/effects/meter/meter.h"
#include "engine/effects/meter/spectrum.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> meter_effects() {
  static const param::EffectInfo* const list[] = {&meter_info(), &spectrum_info()};
  return list;
}

}  // namespace tutti::effects
