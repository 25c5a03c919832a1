// Makes room for what it listens to: a compressor whose gain follows the side-chain, down to a
// stated depth, and waits a while before it comes back.
//
// Attack and release are time constants of the gain in dB (63.2 %), as in the compressor; the hold
// stands before the release.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& ducker_info();

}  // namespace tutti::effects
