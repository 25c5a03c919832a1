// What a listener can ask of the endless music, stated once: ids, ranges, defaults, and when a
// change is heard.
//
// Knobs, the API's checks, the command line and the control log all read setting_table(). Values
// are plain numbers in the order of Setting, so a log entry is a pair (setting, value). Pure,
// thread-safe, no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/param/description.h"
#include "engine/score/key.h"

namespace tutti::compose {

// Who plays. The composer writes for these; engine/stream gives each a sound.
enum class Voice : std::uint8_t { pad, choir, piano, pluck, bell, bass, drums, texture };
inline constexpr int kVoices = 8;
std::string_view name_of(Voice) noexcept;  // "pad" …: stable words

enum class Style : std::uint8_t { ambient, drift, pulse, piano, choir, night };
inline constexpr int kStyles = 6;

enum class Setting : std::uint8_t {
  key,         // choice of 12 tonics
  mode,        // choice of 8 modes
  bpm,         // 40 … 180
  intensity,   // 0 … 1
  density,     // 0 … 1: notes in the same time
  brightness,  // 0 … 1: filters and octaves
  space,       // 0 … 1: reverb and echo
  style,       // choice of 6
  transition,  // seconds over which numbers glide, 0 … 60
  pad_on,      // then on (toggle) and level (dB) of each voice, in the order of Voice
  pad_level,
  choir_on,
  choir_level,
  piano_on,
  piano_level,
  pluck_on,
  pluck_level,
  bell_on,
  bell_level,
  bass_on,
  bass_level,
  drums_on,
  drums_level,
  texture_on,
  texture_level,
};
inline constexpr int kSettings = static_cast<int>(Setting::texture_level) + 1;

constexpr Setting on_of(Voice v) noexcept {
  return static_cast<Setting>(static_cast<int>(Setting::pad_on) + 2 * static_cast<int>(v));
}
constexpr Setting level_of(Voice v) noexcept {
  return static_cast<Setting>(static_cast<int>(Setting::pad_level) + 2 * static_cast<int>(v));
}

// In the order of Setting; ids "key", "mode", "bpm", … "pad_on", "pad_level" …
std::span<const param::Description> setting_table() noexcept;

// When a change begins to be heard.
enum class When { at_once, at_bar };
// at_once: intensity, brightness, space and the voices' levels (intensity also shapes the notes
// from the next bar on); everything else with the next bar.
When when_of(Setting) noexcept;
// Whether a change glides over the transition time (bpm, intensity, density, brightness, space,
// levels) or switches (the rest).
bool glides(Setting) noexcept;

struct Settings {
  std::array<double, kSettings> values = defaults();

  static std::array<double, kSettings> defaults() noexcept;
  double operator[](Setting s) const noexcept { return values[static_cast<std::size_t>(s)]; }
  void set(Setting s, double value) noexcept;  // clamped by the table

  int tonic() const noexcept { return static_cast<int>((*this)[Setting::key]); }  // 0 is C
  score::Key key() const noexcept;  // pentatonic: major_pentatonic
  Style style() const noexcept { return static_cast<Style>((*this)[Setting::style]); }
  bool on(Voice v) const noexcept { return (*this)[on_of(v)] != 0; }

  friend bool operator==(const Settings&, const Settings&) = default;
};

}  // namespace tutti::compose
