#include "engine/effects/modulation/list.h"

#include "engine/effects/modulation/auto_pan.h"
#include "engine/effects/modulation/chorus.h"
#include "engine/effects/modulation/flanger.h"
#include "engine/effects/modulation/phaser.h"
#include "engine/effects/modulation/rotary.h"
#include "engine/effects/modulation/tremolo.h"
#include "engine/effects/modulation/vibrato.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> modulation_effects() {
  static const param::EffectInfo* const list[] = {
      &chorus_info(),  &flanger_info(),  &phaser_info(), &tremolo_info(),
      &vibrato_info(), &auto_pan_info(), &rotary_info()};
  return list;
}

}  // namespace tutti::effects
