// The true-peak limiter (dsp/limiter.h) as an insert: drive into a ceiling that nothing passes.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& limiter_info();

}  // namespace tutti::effects
