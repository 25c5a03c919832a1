// Plain data shared by the synthesisers and their kernels: eight voices side by side.
//
// A voice is a lane of a group. All moves on a grid of kCell frames that counts from reset(): a
// kernel works out where everything stands at the end of the cell and goes there in straight lines.
#pragma once

#include <cstdint>

#include "engine/param/controls.h"

namespace tutti::instruments::synth {

inline constexpr int kCell = param::kControlStep;  // frames of one control step
inline constexpr int kLanes = 8;                   // voices of one group

// What every voice has. Masks are 0 or -1, as vector comparisons give them.
struct alignas(64) Voices {
  float pitch[kLanes] = {};  // MIDI note; 69 is 440 Hz
  float left[kLanes] = {};   // gain by velocity and place
  float right[kLanes] = {};
  float level[kLanes] = {};     // envelope, 0 … 1
  float vibrato[kLanes] = {};   // turns
  float out_left[kLanes] = {};  // gains at the end of the cell before
  float out_right[kLanes] = {};
  std::int32_t rising[kLanes] = {};  // attack not yet over
  std::int32_t held[kLanes] = {};    // key or pedal down
  std::int32_t fading[kLanes] = {};  // gives way to another voice
  std::int32_t active[kLanes] = {};  // sounds
};

// What all voices of a synthesiser share during one cell.
struct Cell {
  float gain = 1;           // level, volume and expression at the end of the cell
  float turns = 0;          // 440 / rate
  float bend = 0;           // semitones
  float vibrato_depth = 0;  // semitones
  float vibrato_step = 0;   // turns a cell
  float attack = 1;         // rise of the envelope a cell
  float decay = 0;          // factor of the distance to `sustain` a cell
  float sustain = 1;
  float release = 0;  // factor a cell after the key
  float fade = 1;     // fall a cell of a voice that gives way
};

}  // namespace tutti::instruments::synth
