// Chorus: one to eight voices, each a copy with its own slowly moving delay (Dattorro, "Effect
// Design, Part 2", J. AES 45:10, 1997), read with cubic interpolation.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& chorus_info();

}  // namespace tutti::effects
