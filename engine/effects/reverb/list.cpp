#include "engine/effects/reverb/list.h"

#include "engine/effects/reverb/convolution.h"
#include "engine/effects/reverb/freeverb.h"
#include "engine/effects/reverb/hall.h"
#include "engine/effects/reverb/plate.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> reverb_effects() {
  static const param::EffectInfo* const list[] = {&hall_info(), &plate_info(), &freeverb_info(),
                                                  &convolution_info()};
  return list;
}

}  // namespace tutti::effects
