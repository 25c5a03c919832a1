// Multi-tap delay: up to eight echoes, each with its own time, level and place.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& multi_tap_delay_info();

}  // namespace tutti::effects
