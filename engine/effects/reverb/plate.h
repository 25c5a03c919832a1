// A plate: the reverberator of Dattorro, "Effect Design, Part 1" (J. AES 45:9, 1997).
//
// Mono in (the sum of both sides), four all-passes that diffuse, then a tank of two halves that
// feed each other, each with a modulated all-pass, a delay, damping, an all-pass and a delay; seven
// taps a side come out. Line lengths are scaled from his 29,761 Hz to the running rate.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& plate_info();

}  // namespace tutti::effects
