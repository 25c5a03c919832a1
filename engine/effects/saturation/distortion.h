// Distortion: five characteristics, driven up to 40 dB. See dsp/shaper.h for what keeps it clean.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& distortion_info();

}  // namespace tutti::effects
