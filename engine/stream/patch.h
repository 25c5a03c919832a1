// How each voice sounds in each style: synthesiser parameters, level, place and sends, as data.
//
// Levels are calibrated so that every style plays at about -18 LUFS with the settings' defaults
// (bench_channel --levels measures it). Constant data; pure.
#pragma once

#include <span>
#include <string_view>

#include "engine/compose/settings.h"

namespace tutti::stream {

// Buses that all voices share. What goes to `chorus` and `delay` comes back into the mix and, in
// part, into the hall.
enum class Bus { chorus, delay, plate, hall };
inline constexpr int kBuses = 4;

struct PatchValue {
  std::string_view id;
  double value;
};

// Every parameter that some style sets is set by all styles that use the voice's synthesiser.
struct Patch {
  double level = 0;          // dB
  double pan = 0;            // -1 … 1
  double brightness = 0;     // added to the listener's
  double by_intensity = 0;   // dB between intensity 0 and 1
  double send[kBuses] = {};  // gains
};

// Who plays: the synthesiser of a voice, and three for what a texture plays.
enum class Player { pad, choir, piano, pluck, bell, bass, drums, grains, noise, swell };
inline constexpr int kPlayers = 10;
std::string_view synth_of(Player) noexcept;
compose::Voice voice_of(Player) noexcept;

struct StylePatch {
  double level = 0;  // dB, of everything
  double decay = 4;  // of the hall, seconds
  int note = 3;      // of the delay: 1/1, 1/2, 1/4, 1/8 …
  int feel = 0;      // straight, dotted, triplet
  double feedback = 0.4;
  Patch voices[compose::kVoices] = {};
  std::span<const PatchValue> values[kPlayers] = {};  // of synthesiser parameters
};

const StylePatch& patch_of(compose::Style) noexcept;

}  // namespace tutti::stream
