#include "engine/effects/meter/list.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> meter_effects() {
  return {};
}

}  // namespace tutti::effects
