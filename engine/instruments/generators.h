// The generators of SoundFont 2.04 §8.1: numbers, defaults, and where each may stand.
#pragma once

#include <array>
#include <cstdint>

namespace tutti::instruments::gen {

enum Kind : std::uint16_t {
  start_offset = 0,
  end_offset = 1,
  loop_start_offset = 2,
  loop_end_offset = 3,
  start_coarse_offset = 4,
  mod_lfo_to_pitch = 5,
  vib_lfo_to_pitch = 6,
  mod_env_to_pitch = 7,
  filter_cutoff = 8,
  filter_q = 9,
  mod_lfo_to_filter = 10,
  mod_env_to_filter = 11,
  end_coarse_offset = 12,
  mod_lfo_to_volume = 13,
  chorus_send = 15,
  reverb_send = 16,
  pan = 17,
  mod_lfo_delay = 21,
  mod_lfo_frequency = 22,
  vib_lfo_delay = 23,
  vib_lfo_frequency = 24,
  mod_env_delay = 25,
  mod_env_attack = 26,
  mod_env_hold = 27,
  mod_env_decay = 28,
  mod_env_sustain = 29,
  mod_env_release = 30,
  key_to_mod_env_hold = 31,
  key_to_mod_env_decay = 32,
  vol_env_delay = 33,
  vol_env_attack = 34,
  vol_env_hold = 35,
  vol_env_decay = 36,
  vol_env_sustain = 37,
  vol_env_release = 38,
  key_to_vol_env_hold = 39,
  key_to_vol_env_decay = 40,
  instrument = 41,
  key_range = 43,
  velocity_range = 44,
  loop_start_coarse_offset = 45,
  key_number = 46,
  velocity = 47,
  attenuation = 48,
  loop_end_coarse_offset = 50,
  coarse_tune = 51,
  fine_tune = 52,
  sample_id = 53,
  sample_modes = 54,
  scale_tuning = 56,
  exclusive_class = 57,
  root_key = 58,
};
inline constexpr int kCount = 60;
// Not of the file: stereo balance by controller 8, as FluidSynth does it.
inline constexpr std::uint16_t kBalance = 59;

inline constexpr std::array<float, kCount> defaults() {
  std::array<float, kCount> d{};
  d[filter_cutoff] = 13500;
  for (int k : {mod_lfo_delay, vib_lfo_delay, mod_env_delay, mod_env_attack, mod_env_hold,
                mod_env_decay, mod_env_release, vol_env_delay, vol_env_attack, vol_env_hold,
                vol_env_decay, vol_env_release}) {
    d[static_cast<unsigned>(k)] = -12000;
  }
  d[key_number] = d[velocity] = d[root_key] = -1;
  d[scale_tuning] = 100;
  return d;
}
inline constexpr std::array<float, kCount> kDefaults = defaults();

// Has a meaning for a voice (ranges and links aside).
constexpr bool is_voice_generator(int kind) {
  if (kind < 0 || kind > root_key) return false;
  switch (kind) {
    case 14:
    case 18:
    case 19:
    case 20:
    case 42:
    case 49:
    case 55:
    case instrument:
    case key_range:
    case velocity_range:
    case sample_id:
      return false;
    default:
      return true;
  }
}

// Only instruments may set it (specification §8.5); a preset's is ignored.
constexpr bool is_instrument_only(int kind) {
  switch (kind) {
    case start_offset:
    case end_offset:
    case loop_start_offset:
    case loop_end_offset:
    case start_coarse_offset:
    case end_coarse_offset:
    case loop_start_coarse_offset:
    case loop_end_coarse_offset:
    case key_number:
    case velocity:
    case sample_modes:
    case exclusive_class:
    case root_key:
      return true;
    default:
      return false;
  }
}

}  // namespace tutti::instruments::gen
