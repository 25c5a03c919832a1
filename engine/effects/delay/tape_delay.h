// Tape delay: echoes from a loop of tape that never runs quite evenly and saturates.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& tape_delay_info();

}  // namespace tutti::effects
