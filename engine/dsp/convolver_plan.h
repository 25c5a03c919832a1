// The constants of Convolver's transform, worked out once a size. Allocates from the arena.
#pragma once

#include "engine/base/arena.h"
#include "engine/dsp/convolver_kernel.h"

namespace tutti::dsp {

// `size` a power of two, 256 … 65536; `lanes` those of the kernel that will use it.
TurnPlan make_turn_plan(Arena& arena, int size, int lanes);

}  // namespace tutti::dsp
