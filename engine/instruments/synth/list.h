// The synthesisers of this folder; synth.cpp lists them.
#pragma once

#include "engine/instruments/synth.h"

namespace tutti::instruments::synth {

extern const SynthInfo kPad;

}  // namespace tutti::instruments::synth
