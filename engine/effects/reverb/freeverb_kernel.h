// What the kernels of Freeverb work on. Plain data; see freeverb.cpp for the topology.
#pragma once

#include "engine/dsp/cell_data.h"

namespace tutti::effects {

struct FreeverbState {
  dsp::CellRing comb[8][2], allpass[4][2], pre;
  float store[8][2] = {};  // the damping filters
};

struct FreeverbSettings {
  int comb_delay[8][2] = {}, allpass_delay[4][2] = {};
  double pre_from = 0, pre_to = 0;
  float feedback = 0, damp_gain = 1, input = 0;
  dsp::Pole damp;
  dsp::CellGain dry, same, other;  // the wet sides: the same and the other bank
};

using FreeverbKernel = void (*)(FreeverbState&, const FreeverbSettings&, float* left, float* right,
                                int cells);
void freeverb_generic(FreeverbState&, const FreeverbSettings&, float*, float*, int);
void freeverb_avx2(FreeverbState&, const FreeverbSettings&, float*, float*, int);
void freeverb_avx512(FreeverbState&, const FreeverbSettings&, float*, float*, int);

}  // namespace tutti::effects
