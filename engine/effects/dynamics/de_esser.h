// Takes the sharpness out of s, sh and t: a compressor of what lies above a frequency.
//
// Split: a high shelf that dips while it hisses and is nothing at all while it does not: with the
// low-, band- and high-passed parts of a state-variable filter, low + root(gain) band + gain high.
// Wide: all of the signal gets the gain.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& de_esser_info();

}  // namespace tutti::effects
