#include "engine/effects/saturation/list.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> saturation_effects() {
  return {};
}

}  // namespace tutti::effects
