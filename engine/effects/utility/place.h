// Where the sound stands: balance, pan, mid and side.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& balance_info();
const param::EffectInfo& pan_info();
const param::EffectInfo& mid_side_info();

}  // namespace tutti::effects
