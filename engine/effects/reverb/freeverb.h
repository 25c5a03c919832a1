// Freeverb: the reverberator of Schroeder (1962) and Moorer (1979) as tuned by Jezar (2000).
//
// Each side has eight feedback combs in parallel, with a one-pole low-pass in the loop, then four
// all-passes in a row; the right side's lines are longer by 23 samples at 44.1 kHz. Line lengths
// and damping are re-tuned to the running rate, so that it sounds the same at all of them.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& freeverb_info();

}  // namespace tutti::effects
