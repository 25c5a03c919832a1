// A downward expander: what is quiet becomes quieter still, by a ratio and down to a range.
//
// Attack is the time in which the gain in dB comes 63.2 % of its way up when the level rises,
// release that in which it falls; the release includes the hold of peaks (detector.h).
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& expander_info();

}  // namespace tutti::effects
