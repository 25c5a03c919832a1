// Width: how far apart left and right stand, with the bass kept in the middle.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& width_info();

}  // namespace tutti::effects
