// Bit-crusher: fewer bits, fewer samples a second.
//
// With anti-aliasing the steps in time and in level are what an ideal converter's staircase has,
// cut off at half the sampling rate (dsp/shaper.h); without, they fall on whole frames, as raw as
// they come.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& bit_crusher_info();

}  // namespace tutti::effects
