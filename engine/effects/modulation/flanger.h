// Flanger: the sound and a copy a few milliseconds late or less, whose delay swings; with feedback
// (Hartmann, J. AES 26, 1978).
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& flanger_info();

}  // namespace tutti::effects
