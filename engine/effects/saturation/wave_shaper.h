// Wave-shaper: a characteristic drawn by hand through nine points.
#pragma once

#include <array>

#include "engine/dsp/shaper.h"
#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& wave_shaper_info();

// The monotone cubic (Fritsch and Carlson 1980) through nine heights at -1, -0.75 … 1, as eight
// curves that add up to it; constant outside. Where the heights rise or fall, so does the curve.
std::array<dsp::ShaperCurve, 8> monotone_curve(const std::array<double, 9>& heights);

}  // namespace tutti::effects
