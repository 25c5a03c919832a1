#include "engine/effects/delay/list.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> delay_effects() {
  return {};
}

}  // namespace tutti::effects
