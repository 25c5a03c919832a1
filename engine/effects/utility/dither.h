// Dither: rounds to a number of bits without distortion.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& dither_info();

}  // namespace tutti::effects
