// Saturation: the gentle bend of tape or of a tube, with bias. See dsp/shaper.h for what keeps it
// clean.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& saturation_info();

}  // namespace tutti::effects
