// What the kernels of the plate work on. Plain data; see plate.cpp for the topology.
#pragma once

#include "engine/dsp/cell_data.h"

namespace tutti::effects {

struct PlateState {
  dsp::CellRing pre, diffuser[4];
  // The two halves of the tank: modulated all-pass, delay, all-pass, delay.
  dsp::CellRing turning[2], first[2], second[2], third[2];
  float tone = 0, low_cut = 0, damping[2] = {};
  dsp::CellTurn phase;
};

struct PlateSettings {
  int diffuser_delay[4] = {};
  double turning_delay[2] = {};
  int first_delay[2] = {}, second_delay[2] = {}, third_delay[2] = {};
  int taps[2][7] = {};  // left and right output, in Dattorro's order
  double pre_from = 0, pre_to = 0, depth_from = 0, depth_to = 0;
  dsp::CellTurn turn;
  dsp::Pole tone, damping, low_cut;
  float tone_gain = 1, damping_gain = 1, low_cut_gain = 1;
  float diffusion[2] = {};  // of the first and the second two input all-passes
  float tank_diffusion[2] = {}, decay = 0;
  dsp::CellGain dry, same, other;
};

using PlateKernel = void (*)(PlateState&, const PlateSettings&, float* left, float* right,
                             int cells);
void plate_generic(PlateState&, const PlateSettings&, float*, float*, int);
void plate_avx2(PlateState&, const PlateSettings&, float*, float*, int);
void plate_avx512(PlateState&, const PlateSettings&, float*, float*, int);

}  // namespace tutti::effects
