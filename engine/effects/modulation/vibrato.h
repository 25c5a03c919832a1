// Vibrato: the pitch swings, by a delay that moves; depth in cents.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& vibrato_info();

}  // namespace tutti::effects
