// Convolution with a recorded room: partitioned, at a latency of choice (dsp/convolver.h).
//
// The impulse response comes through load() and is converted to the running rate; until then a
// synthetic one sounds, noise that dies away as `decay` and `damping` say, the same in every run.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& convolution_info();

}  // namespace tutti::effects
