#include "engine/effects/dynamics/list.h"

#include "engine/effects/dynamics/compressor.h"
#include "engine/effects/dynamics/ducker.h"
#include "engine/effects/dynamics/expander.h"
#include "engine/effects/dynamics/limiter.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> dynamics_effects() {
  static const param::EffectInfo* const list[] = {&compressor_info(), &limiter_info(),
                                                  &expander_info(), &ducker_info()};
  return list;
}

}  // namespace tutti::effects
