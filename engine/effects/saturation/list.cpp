#include "engine/effects/saturation/list.h"

#include "engine/effects/saturation/bit_crusher.h"
#include "engine/effects/saturation/distortion.h"
#include "engine/effects/saturation/saturation.h"
#include "engine/effects/saturation/wave_shaper.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> saturation_effects() {
  static const param::EffectInfo* const list[] = {&saturation_info(), &distortion_info(),
                                                  &wave_shaper_info(), &bit_crusher_info()};
  return list;
}

}  // namespace tutti::effects
