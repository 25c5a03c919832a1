// Phaser: a row of first-order all-passes whose corner swings in pitch, mixed with the input, with
// feedback; each pair of all-passes cuts one notch (Smith, ICMC 1984).
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& phaser_info();

}  // namespace tutti::effects
