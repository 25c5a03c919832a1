// Takes the sharpness out of s, sh and t: a compressor of what lies above a frequency.
//
// Split: the signal plus (gain - 1) times its high-passed part (12 dB an octave), which is a high
// shelf that dips while it hisses and nothing at all while it does not. Wide: all of the signal.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& de_esser_info();

}  // namespace tutti::effects
