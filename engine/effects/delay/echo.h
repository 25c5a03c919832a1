// The delays whose echoes come back at one distance: simple, ping-pong and in time with the song.
//
// A line a side; what comes out goes through a low cut and a high cut and back in, on its own side
// or on the other one. Delays are whole frames and move by cross-fading (fading_tap.h).
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& delay_info();
const param::EffectInfo& ping_pong_delay_info();
const param::EffectInfo& sync_delay_info();

}  // namespace tutti::effects
