// More or less attack and sustain, whatever the level.
//
// Envelopes in decibels follow the level quickly and slowly; where the quick one runs ahead an
// attack is happening, where a slow fall stays above a quick one a note is dying away. The
// differences, scaled, are the gain, so no threshold is needed.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& transient_shaper_info();

}  // namespace tutti::effects
