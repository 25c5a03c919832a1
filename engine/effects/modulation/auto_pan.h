// Auto-pan: the sound wanders between the sides at constant power.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& auto_pan_info();

}  // namespace tutti::effects
