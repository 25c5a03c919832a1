// What the kernels of the chorus work on. Plain data; see chorus.cpp.
#pragma once

#include "engine/dsp/cell_data.h"

namespace tutti::effects {

inline constexpr int kChorusVoices = 8;

struct ChorusState {
  dsp::CellRing past[2];
  dsp::CellTurn phase;
};

struct ChorusSettings {
  int voices = 0;  // that sound; the first ones
  double middle_from[kChorusVoices] = {}, middle_to[kChorusVoices] = {};  // frames
  double depth_from = 0, depth_to = 0;                                    // frames
  // Phases of the voices a side, at the beginning and the end of a cell.
  dsp::CellTurn voice_from[2][kChorusVoices], voice_to[2][kChorusVoices];
  dsp::CellTurn turn;
  dsp::CellGain dry, wet[kChorusVoices];
};

using ChorusKernel = void (*)(ChorusState&, const ChorusSettings&, float* left, float* right,
                              int cells);
void chorus_generic(ChorusState&, const ChorusSettings&, float*, float*, int);
void chorus_avx2(ChorusState&, const ChorusSettings&, float*, float*, int);
void chorus_avx512(ChorusState&, const ChorusSettings&, float*, float*, int);

}  // namespace tutti::effects
