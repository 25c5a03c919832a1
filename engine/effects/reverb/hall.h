// A hall: a feedback delay network of sixteen lines.
//
// Jot and Chaigne (AES 90, 1991): lines of incommensurable lengths, mixed by Hadamard's matrix,
// each with a one-pole low-pass that makes it lose as much per second as the decay asks for. Before
// them stand four all-passes a side; every other line is slowly modulated.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& hall_info();

}  // namespace tutti::effects
