// Shows how loud it is and changes nothing: peaks, RMS, loudness and correlation as readings.
//
// The audio leaves bit for bit as it came. Peak, RMS and correlation are of the last 300 ms;
// loudness by ITU-R BS.1770-4 and EBU R 128; true peak, maxima, integrated loudness and range since
// reset().
#pragma once

#include "engine/param/effect.h"

namespace tutti::effects {

const param::EffectInfo& meter_info();

}  // namespace tutti::effects
