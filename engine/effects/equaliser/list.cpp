#include "engine/effects/equaliser/list.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> equaliser_effects() {
  return {};
}

}  // namespace tutti::effects
