#include "engine/effects/pitch/list.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> pitch_effects() {
  return {};
}

}  // namespace tutti::effects
