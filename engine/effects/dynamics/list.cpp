#include "engine/effects/dynamics/list.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> dynamics_effects() {
  return {};
}

}  // namespace tutti::effects
