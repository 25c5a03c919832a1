// Gain and polarity.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& gain_info();
const param::EffectInfo& polarity_info();

}  // namespace tutti::effects
