#include "engine/effects/delay/list.h"

#include "engine/effects/delay/echo.h"
#include "engine/effects/delay/multi_tap_delay.h"
#include "engine/effects/delay/tape_delay.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> delay_effects() {
  static const param::EffectInfo* const list[] = {&delay_info(), &ping_pong_delay_info(),
                                                  &sync_delay_info(), &multi_tap_delay_info(),
                                                  &tape_delay_info()};
  return list;
}

}  // namespace tutti::effects
