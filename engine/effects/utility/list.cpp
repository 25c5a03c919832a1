#include "engine/effects/utility/list.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> utility_effects() {
  return {};
}

}  // namespace tutti::effects
