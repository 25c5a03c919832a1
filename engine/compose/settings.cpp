#include "engine/compose/settings.h"

namespace tutti::compose {
namespace {

using param::Description;
using param::Scale;
using param::Unit;

constexpr std::array<std::string_view, 12> kTonics = {"C",  "C#", "D",  "D#", "E",  "F",
                                                      "F#", "G",  "G#", "A",  "A#", "B"};
constexpr std::array<std::string_view, 8> kModes = {"aeolian",        "dorian",     "phrygian",
                                                    "lydian",         "mixolydian", "ionian",
                                                    "harmonic minor", "pentatonic"};
constexpr std::array<std::string_view, kStyles> kStyleNames = {"ambient", "drift", "pulse",
                                                               "piano",   "choir", "night"};
constexpr std::array<std::string_view, kVoices> kVoiceNames = {"pad",  "choir", "piano", "pluck",
                                                               "bell", "bass",  "drums", "texture"};

constexpr Description choice(std::string_view id, std::string_view name,
                             std::span<const std::string_view> choices, double initial) {
  return {.id = id,
          .name = name,
          .min = 0,
          .max = static_cast<double>(choices.size() - 1),
          .initial = initial,
          .scale = Scale::choice,
          .choices = choices};
}
constexpr Description share(std::string_view id, std::string_view name, double initial) {
  return {.id = id, .name = name, .initial = initial};
}
constexpr Description toggle(std::string_view id, std::string_view name) {
  return {.id = id, .name = name, .initial = 1, .scale = Scale::toggle};
}
constexpr Description level(std::string_view id, std::string_view name) {
  return {.id = id, .name = name, .unit = Unit::decibels, .min = -36, .max = 6};
}

constexpr std::array<Description, kSettings> kTable = {
    choice("key", "Key", kTonics, 9),
    choice("mode", "Mode", kModes, 0),
    {.id = "bpm", .name = "BPM", .min = 40, .max = 180, .initial = 70},
    share("intensity", "Intensity", 0.4),
    share("density", "Density", 0.4),
    share("brightness", "Brightness", 0.5),
    share("space", "Space", 0.6),
    choice("style", "Style", kStyleNames, 0),
    {.id = "transition",
     .name = "Transition",
     .unit = Unit::seconds,
     .min = 0,
     .max = 60,
     .initial = 2},
    toggle("pad_on", "Pad"),
    level("pad_level", "Pad level"),
    toggle("choir_on", "Choir"),
    level("choir_level", "Choir level"),
    toggle("piano_on", "Piano"),
    level("piano_level", "Piano level"),
    toggle("pluck_on", "Pluck"),
    level("pluck_level", "Pluck level"),
    toggle("bell_on", "Bell"),
    level("bell_level", "Bell level"),
    toggle("bass_on", "Bass"),
    level("bass_level", "Bass level"),
    toggle("drums_on", "Drums"),
    level("drums_level", "Drums level"),
    toggle("texture_on", "Texture"),
    level("texture_level", "Texture level"),
};

}  // namespace

std::string_view name_of(Voice v) noexcept {
  return kVoiceNames[static_cast<std::size_t>(v) % kVoices];
}

std::span<const Description> setting_table() noexcept {
  return kTable;
}

When when_of(Setting s) noexcept {
  switch (s) {
    case Setting::intensity:
    case Setting::brightness:
    case Setting::space:
      return When::at_once;
    default:
      return kTable[static_cast<std::size_t>(s)].unit == Unit::decibels ? When::at_once
                                                                        : When::at_bar;
  }
}

bool glides(Setting s) noexcept {
  return s == Setting::bpm || s == Setting::density || when_of(s) == When::at_once;
}

std::array<double, kSettings> Settings::defaults() noexcept {
  std::array<double, kSettings> values{};
  for (std::size_t i = 0; i < kSettings; ++i) values[i] = kTable[i].initial;
  return values;
}

void Settings::set(Setting s, double value) noexcept {
  const auto i = static_cast<std::size_t>(s);
  values[i] = param::clamp(kTable[i], value);
}

score::Key Settings::key() const noexcept {
  constexpr std::array<score::Mode, kModes.size()> kScoreModes = {
      score::Mode::minor,          score::Mode::dorian,          score::Mode::phrygian,
      score::Mode::lydian,         score::Mode::mixolydian,      score::Mode::major,
      score::Mode::harmonic_minor, score::Mode::major_pentatonic};
  return {tonic(), kScoreModes[static_cast<std::size_t>((*this)[Setting::mode])]};
}

}  // namespace tutti::compose
