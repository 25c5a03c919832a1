// A noise gate: opens above the threshold, closes only once the level has stayed under a lower one
// for the hold.
//
// Attack and release are time constants of the (linear) gain: 63.2 % of the way.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& gate_info();

}  // namespace tutti::effects
