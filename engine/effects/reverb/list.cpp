#include "engine/effects/reverb/list.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> reverb_effects() {
  return {};
}

}  // namespace tutti::effects
