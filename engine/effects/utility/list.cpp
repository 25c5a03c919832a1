#include "engine/effects/utility/list.h"

#include "engine/effects/utility/dc_block.h"
#include "engine/effects/utility/dither.h"
#include "engine/effects/utility/level.h"
#include "engine/effects/utility/place.h"
#include "engine/effects/utility/width.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> utility_effects() {
  static const param::EffectInfo* const list[] = {
      &gain_info(),     &pan_info(),      &balance_info(),  &width_info(),
      &mid_side_info(), &polarity_info(), &dc_block_info(), &dither_info()};
  return list;
}

}  // namespace tutti::effects
