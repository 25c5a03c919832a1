// The inner loops of the synthesisers, for the instruction set that the machine has.
//
// Each renders kCell frames of a group of kLanes voices, adding to left and right, and moves the
// voices' state on. All versions do the same operations in the same order: the samples agree
// whichever is chosen, and in WASM. No state of their own, no allocation.
#pragma once

#include <cstdint>

#include "engine/base/cpu.h"
#include "engine/instruments/synth/voices.h"

namespace tutti::instruments::synth {

inline constexpr int kMaxUnison = 7;
inline constexpr int kPadCells = 4;

// Saws and triangles without the harmonics that would fold back, through two state-variable
// low-passes.
struct alignas(64) PadVoices {
  std::uint32_t phase[kMaxUnison][kLanes] = {};     // of 2^32 a period
  float bright[kLanes] = {};                        // octaves of cutoff by velocity and chance
  float sweep[kLanes] = {};                         // filter envelope, 1 falling to 0
  float motion[kLanes] = {}, swell[kLanes] = {};    // turns of the slow modulations
  float lfo_scale[kLanes] = {};                     // each voice's speed of them
  float low[2][kLanes] = {}, band[2][kLanes] = {};  // states of the filters
  // Coefficients now (see lanes.inc), and what they move by a frame, for kPadCells cells.
  float p[2][kLanes] = {}, q[2][kLanes] = {}, r[2][kLanes] = {};
  float p_step[2][kLanes] = {}, q_step[2][kLanes] = {}, r_step[2][kLanes] = {};
  std::int32_t fresh[kLanes] = {};  // has no cell before
  std::int32_t until = 0;           // cells, to when they are worked out again
};
struct PadCell {
  int unison = 1;
  float shape = 0;                    // 0 saw … 1 triangle
  float ratio[kMaxUnison] = {};       // of the oscillators' frequencies
  float cutoff = 0;                   // log2 of the cutoff as a share of the rate, at key 60
  float follow = 0;                   // octaves of cutoff an octave of pitch
  float sweep = 0, sweep_decay = 0;   // octaves; factor a cell
  float motion = 0, motion_step = 0;  // octaves; turns a cell
  float swell = 0, swell_step = 0;    // 0 … 1; turns a cell
  float damp[2] = {};                 // 1 / Q
};

// Two sines that bend the phase of two others (Chowning 1973).
struct alignas(64) BellVoices {
  std::uint32_t phase[4][kLanes] = {};  // modulators, carriers
  float index[2][kLanes] = {};          // of the modulators now, turns
};
struct BellCell {
  float ratio[2] = {};  // of the modulators to the note
  float decay[2] = {};  // of their indices, factor a cell
  float detune = 1;     // ratio of the second carrier
  float fall = 1;       // of the whole, factor a cell, at key 60; higher keys fall faster
};

// A sine with harmonics, softly overdriven.
struct alignas(64) BassVoices {
  std::uint32_t phase[kLanes] = {};
  float tone[kLanes] = {};   // by velocity
  float punch[kLanes] = {};  // 1 falling to 0
};
struct BassCell {
  float second = 0, third = 0;  // levels of the harmonics
  float drive = 1, makeup = 1;
  float punch = 0, punch_decay = 0;  // semitones above; factor a cell
};

// Band-limited pulses and breath through five formants (Rodet 1984 for their values).
inline constexpr int kSingers = 4;
inline constexpr int kFormants = 5;
inline constexpr int kFormantCells = 4;
struct alignas(64) ChoirVoices {
  std::uint32_t phase[kSingers][kLanes] = {};
  std::uint32_t noise[kLanes] = {};
  float morph[kLanes] = {}, morph_scale[kLanes] = {};
  float size[kLanes] = {};  // of the throat: ratio of the formants
  float low[kFormants][kLanes] = {}, band[kFormants][kLanes] = {};
  // Of the formants' filters, for kFormantCells cells; gains now, and what they move by a frame.
  float p[kFormants][kLanes] = {}, q[kFormants][kLanes] = {}, r[kFormants][kLanes] = {};
  float gain[kFormants][kLanes] = {}, gain_step[kFormants][kLanes] = {};
  std::int32_t fresh[kLanes] = {};
  std::int32_t until = 0;  // cells, to when they are worked out again
};
struct ChoirCell {
  int singers = 3;
  float ratio[kSingers] = {};
  float vowel = 0, morph = 0, morph_step = 0;  // place among the vowels, 0 … 4
  float size = 1;
  float tilt = 0;  // octaves of gain an octave above 500 Hz
  float breath = 0;
  float hertz = 0;  // of the rate's whole
};

// A delay line a voice, closed through an interpolator and a low-pass (Karplus and Strong 1983;
// Jaffe and Smith 1983).
inline constexpr int kStringTaps = 6;
inline constexpr int kStringMirror =
    64;  // frames after the end of a line that repeat its beginning
struct alignas(64) PluckVoices {
  float* line[kLanes] = {};  // of `mask` + 1 + kStringMirror frames
  std::uint32_t mask = 0;
  std::uint32_t at[kLanes] = {};    // next to be written
  std::int32_t delay[kLanes] = {};  // frames to the first tap
  float tap[kLanes][kStringTaps] = {};
  float left[kLanes] = {};  // what is left of the sound, 1 falling to 0
  float fall[kLanes] = {};  // factor a cell
  std::int32_t sounds[kLanes] = {};
};

// Damped sines side by side: a struck string's partials, and the thump of the hammer.
inline constexpr int kModes = 32;
struct alignas(64) FeltVoices {
  float x[kLanes][kModes] = {}, y[kLanes][kModes] = {};  // turned by the next two every frame
  float c[kLanes][kModes] = {}, s[kLanes][kModes] = {};
  float left[kLanes] = {}, fall[kLanes] = {};  // as of the strings
  std::int32_t sounds[kLanes] = {};
};

// Short windowed sounds; a lane is a grain, its level the window.
struct alignas(64) GrainVoices {
  std::uint32_t phase[2][kLanes] = {};
  std::uint32_t noise[kLanes] = {};
  float share[kLanes] = {};                      // frequency over the rate
  float window[kLanes] = {}, step[kLanes] = {};  // 0 … 1, a cell
  float colour[kLanes] = {};                     // index of the inner sine, turns
  float air[kLanes] = {};                        // share of noise
  float smooth[kLanes] = {};                     // of the noise's low-pass
  float state[kLanes] = {};
};

// Filtered noise and drops, each side its own.
struct alignas(64) NoiseVoices {
  std::uint32_t noise[2][kLanes] = {}, chance[2][kLanes] = {};
  float wander[2][kLanes] = {};  // turns of two slow sines
  float low[4][kLanes] = {}, band[4][kLanes] = {};
  float p[kLanes] = {}, q[kLanes] = {}, r[kLanes] = {};
  std::int32_t fresh[kLanes] = {};
  std::int32_t drops = 0;  // some still ring
};
struct NoiseCell {
  float cutoff = 0;  // log2 of the share of the rate
  float follow = 0;  // octaves an octave of pitch
  float wander = 0, wander_step[2] = {};
  float gust = 0;              // 0 … 1: how much the level follows the wandering
  float damp = 1;              // 1 / Q
  float band = 0, steady = 1;  // share of band-pass to low-pass; gain
  float drop_rate = 0;         // chance a frame, 0 … 1
  float drop_gain = 0, drop_cutoff = 0.1f, drop_damp = 1;
};

// A sine that falls in pitch, noise and metal through a filter, each with its own end.
struct alignas(64) DrumVoices {
  std::uint32_t phase[3][kLanes] = {};
  std::uint32_t noise[kLanes] = {};
  float share[kLanes] = {};                          // of the sine's lasting frequency
  float bend[kLanes] = {}, bend_decay[kLanes] = {};  // octaves above it; factor a cell
  float tone[kLanes] = {}, tone_decay[kLanes] = {}, tone_out[kLanes] = {};
  float hiss[kLanes] = {}, hiss_decay[kLanes] = {}, hiss_rise[kLanes] = {}, hiss_out[kLanes] = {};
  float hiss_peak[kLanes] = {};
  float metal[kLanes] = {};           // share of metal in the noise
  float metal_share[2][kLanes] = {};  // frequencies of the metal
  float p[kLanes] = {}, q[kLanes] = {}, r[kLanes] = {};
  float as_low[kLanes] = {}, as_band[kLanes] = {}, as_high[kLanes] = {};
  float low[kLanes] = {}, band[kLanes] = {}, damp[kLanes] = {};
};

struct Table {
  void (*pad)(Voices&, PadVoices&, const Cell&, const PadCell&, float* left, float* right) noexcept;
  void (*bell)(Voices&, BellVoices&, const Cell&, const BellCell&, float*, float*) noexcept;
  void (*bass)(Voices&, BassVoices&, const Cell&, const BassCell&, float*, float*) noexcept;
  void (*choir)(Voices&, ChoirVoices&, const Cell&, const ChoirCell&, float*, float*) noexcept;
  void (*pluck)(Voices&, PluckVoices&, const Cell&, float*, float*) noexcept;
  void (*felt)(Voices&, FeltVoices&, const Cell&, float*, float*) noexcept;
  void (*grains)(Voices&, GrainVoices&, float gain, float*, float*) noexcept;
  void (*noise)(Voices&, NoiseVoices&, const Cell&, const NoiseCell&, float*, float*) noexcept;
  void (*drums)(Voices&, DrumVoices&, const Cell&, float*, float*) noexcept;
  // Only the envelopes, where the sound is made elsewhere.
  void (*envelopes)(Voices&, const Cell&) noexcept;
};

const Table& kernels() noexcept;     // the best for this machine
const Table& kernels(Isa) noexcept;  // of one that the machine has

}  // namespace tutti::instruments::synth
