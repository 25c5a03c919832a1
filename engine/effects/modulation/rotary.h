// Rotary speaker: two rotors, each with Doppler shift and level that turn with it, whose speeds
// change with inertia (Smith et al., DAFx 2002).
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& rotary_info();

}  // namespace tutti::effects
