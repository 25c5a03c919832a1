// Shows the levels of the thirds of an octave from 20 Hz to 20 kHz and changes nothing.
//
// The audio leaves bit for bit as it came.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& spectrum_info();

}  // namespace tutti::effects
