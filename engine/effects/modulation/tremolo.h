// Tremolo: the level swings as a sine, a triangle or a rounded square.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& tremolo_info();

}  // namespace tutti::effects
