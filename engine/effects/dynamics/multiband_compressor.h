// Four compressors, each for its own part of the spectrum, on crossovers that add up flat.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& multiband_compressor_info();

}  // namespace tutti::effects
