// Pitch shift: up or down an octave, at the same speed, with or without the voice's formants.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& pitch_shift_info();

}  // namespace tutti::effects
