// What the kernels of the hall work on. Plain data; see hall.cpp for the topology.
#pragma once

#include "engine/dsp/cell_data.h"

namespace tutti::effects {

inline constexpr int kHallLines = 16;
inline constexpr int kHallDiffusers = 4;

struct HallState {
  dsp::CellRing pre[2], diffuser[2][kHallDiffusers];
  // All lines are rings of one length, line i at line.data + i * stride.
  dsp::CellRing line;
  int stride = 0;
  float absorbed[kHallLines] = {}, low_cut[2] = {};
  dsp::CellTurn phase;
};

struct HallSettings {
  int diffuser_delay[2][kHallDiffusers] = {};
  double line_from[kHallLines] = {}, line_to[kHallLines] = {};  // frames
  int line_delay[kHallLines] = {};                              // where both are equal
  bool gliding = false;
  // Every fourth line is modulated.
  double phase_cosine[kHallLines / 4] = {}, phase_sine[kHallLines / 4] = {};
  double depth_from = 0, depth_to = 0;  // frames
  double pre_from = 0, pre_to = 0;
  dsp::CellTurn turn;
  dsp::Pole absorption[kHallLines];
  float absorption_gain[kHallLines] = {};  // with the scale of the mixing matrix
  dsp::Pole low_cut;
  float low_cut_gain = 1, diffusion = 0.6f;
  dsp::CellGain dry, mid, side, early;
};

using HallKernel = void (*)(HallState&, const HallSettings&, float* left, float* right, int cells);
void hall_generic(HallState&, const HallSettings&, float*, float*, int);
void hall_avx2(HallState&, const HallSettings&, float*, float*, int);
void hall_avx512(HallState&, const HallSettings&, float*, float*, int);

}  // namespace tutti::effects
