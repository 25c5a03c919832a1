#include "engine/effects/filter/list.h"

#include "engine/effects/filter/cut.h"
#include "engine/effects/filter/dj_filter.h"
#include "engine/effects/filter/svf.h"

namespace tutti::effects {

std::span<const param::EffectInfo* const> filter_effects() {
  static const param::EffectInfo* const list[] = {&highpass_info(), &lowpass_info(), &filter_info(),
                                                  &dj_filter_info()};
  return list;
}

}  // namespace tutti::effects
