#include "engine/effects/filter/list.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> filter_effects() {
  return {};
}

}  // namespace tutti::effects
