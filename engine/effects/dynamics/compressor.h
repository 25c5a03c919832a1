// A feed-forward compressor: detector with its own filters, curve with a soft knee, gain that
// follows in decibels (Giannoulis, Massberg & Reiss, Journal of the AES 60, 2012).
//
// Attack and release are the times in which the gain in dB goes 63.2 % of its way after the level
// has jumped; the release includes the 5 to 12 ms for which peaks are held.
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& compressor_info();

}  // namespace tutti::effects
