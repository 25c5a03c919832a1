// The synthesisers of this folder; synth.cpp lists them.
#pragma once

#include "engine/instruments/synth.h"

namespace tutti::instruments::synth {

extern const SynthInfo kPad, kChoir, kBell, kPluck, kBass, kFelt, kGrains, kNoise, kDrums;

}  // namespace tutti::instruments::synth
