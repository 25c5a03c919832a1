#include "engine/effects/equaliser/list.h"

#include "engine/effects/equaliser/graphic_eq.h"
#include "engine/effects/equaliser/parametric_eq.h"
#include "engine/effects/equaliser/shelf.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> equaliser_effects() {
  static const param::EffectInfo* const list[] = {&parametric_eq_info(), &low_shelf_info(),
                                                  &high_shelf_info(), &graphic_eq_info()};
  return list;
}

}  // namespace tutti::effects
