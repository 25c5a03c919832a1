// DC block: takes away a constant offset and nothing that can be heard.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& dc_block_info();

}  // namespace tutti::effects
