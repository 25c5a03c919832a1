#include "engine/effects/pitch/list.h"

#include "engine/effects/pitch/pitch_shift.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> pitch_effects() {
  static const param::EffectInfo* const list[] = {&pitch_shift_info()};
  return list;
}

}  // namespace tutti::effects
