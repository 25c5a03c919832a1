#include "engine/effects/modulation/list.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> modulation_effects() {
  return {};
}

}  // namespace tutti::effects
