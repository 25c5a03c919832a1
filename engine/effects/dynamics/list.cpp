#include "engine/effects/dynamics/list.h"

#include "engine/effects/dynamics/compressor.h"
#include "engine/effects/dynamics/de_esser.h"
#include "engine/effects/dynamics/ducker.h"
#include "engine/effects/dynamics/expander.h"
#include "engine/effects/dynamics/gate.h"
#include "engine/effects/dynamics/limiter.h"
#include "engine/effects/dynamics/multiband_compressor.h"
#include "engine/effects/dynamics/transient_shaper.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> dynamics_effects() {
  static const param::EffectInfo* const list[] = {
      &compressor_info(),       &multiband_compressor_info(),
      &limiter_info(),          &gate_info(),
      &expander_info(),         &de_esser_info(),
      &transient_shaper_info(), &ducker_info()};
  return list;
}

}  // namespace tutti::effects
