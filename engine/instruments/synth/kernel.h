// The inner loops of the synthesisers, for the instruction set that the machine has.
//
// Each renders kCell frames of a group of kLanes voices, adding to left and right, and moves the
// voices' state on. All versions do the same operations in the same order: the samples agree
// whichever is chosen, and in WASM. No state of their own, no allocation.
#pragma once

#include <cstdint>

#include "engine/instruments/synth/voices.h"

namespace tutti::instruments::synth {

inline constexpr int kMaxUnison = 7;

// Saws and triangles without the harmonics that would fold back, through two state-variable
// low-passes.
struct alignas(64) PadVoices {
  std::uint32_t phase[kMaxUnison][kLanes] = {};  // of 2^32 a period
  float bright[kLanes] = {};                     // octaves of cutoff by velocity and chance
  float sweep[kLanes] = {};                      // filter envelope, 1 falling to 0
  float motion[kLanes] = {}, swell[kLanes] = {};  // turns of the slow modulations
  float lfo_scale[kLanes] = {};                  // each voice's speed of them
  float low[2][kLanes] = {}, band[2][kLanes] = {};  // states of the filters
  // Coefficients at the end of the cell before; see kernels.inc.
  float p[2][kLanes] = {}, q[2][kLanes] = {}, r[2][kLanes] = {};
  std::int32_t fresh[kLanes] = {};  // has no cell before
};
struct PadCell {
  int unison = 1;
  float shape = 0;               // 0 saw … 1 triangle
  float ratio[kMaxUnison] = {};  // of the oscillators' frequencies
  float cutoff = 0;              // log2 of the cutoff as a share of the rate, at key 60
  float follow = 0;              // octaves of cutoff an octave of pitch
  float sweep = 0, sweep_decay = 0;  // octaves; factor a cell
  float motion = 0, motion_step = 0;  // octaves; turns a cell
  float swell = 0, swell_step = 0;    // 0 … 1; turns a cell
  float damp[2] = {};                 // 1 / Q
};

struct Table {
  void (*pad)(Voices&, PadVoices&, const Cell&, const PadCell&, float* left, float* right) noexcept;
};

const Table& generic_kernels() noexcept;
const Table& kernels() noexcept;  // the best for this machine

}  // namespace tutti::instruments::synth
