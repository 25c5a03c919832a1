#include "engine/effects/dynamics/list.h"

#include "engine/effects/dynamics/compressor.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> dynamics_effects() {
  static const param::EffectInfo* const list[] = {&compressor_info()};
  return list;
}

}  // namespace tutti::effects
