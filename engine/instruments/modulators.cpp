#include "engine/instruments/modulators.h"

#include <cmath>

#include "engine/instruments/tables.h"

namespace tutti::instruments {
namespace {

// Fields of a source word (§8.2.1 … §8.2.4).
constexpr int index_of(std::uint16_t source) {
  return source & 127;
}
constexpr bool is_controller(std::uint16_t source) {
  return (source & 0x80) != 0;
}
constexpr bool is_negative(std::uint16_t source) {
  return (source & 0x100) != 0;
}
constexpr bool is_bipolar(std::uint16_t source) {
  return (source & 0x200) != 0;
}
constexpr int shape_of(std::uint16_t source) {
  return source >> 10;
}

enum : int {
  kNone = 0,
  kVelocity = 2,
  kKey = 3,
  kKeyPressure = 10,
  kPressure = 13,
  kBend = 14,
  kBendRange = 16
};
enum : int { kLinear = 0, kConcave = 1, kConvex = 2, kSwitch = 3 };

constexpr bool valid(std::uint16_t source) {
  if (shape_of(source) > kSwitch) return false;
  const int i = index_of(source);
  if (is_controller(source)) {
    return i != 0 && i != 6 && i != 32 && i != 38 && !(i >= 98 && i <= 101) && i < 120;
  }
  return i == kNone || i == kVelocity || i == kKey || i == kKeyPressure || i == kPressure ||
         i == kBend || i == kBendRange;
}

constexpr std::uint16_t word(int index, bool controller, bool negative, bool bipolar, int shape) {
  return static_cast<std::uint16_t>(index | controller << 7 | negative << 8 | bipolar << 9 |
                                    shape << 10);
}

// §8.4; what goes to the effect sends is left out, since the sampler has none.
constexpr VoiceModulator kDefaults[] = {
    {word(kVelocity, false, true, false, kConcave), 0, gen::attenuation, 0, 960},
    {word(kPressure, false, false, false, kLinear), 0, gen::vib_lfo_to_pitch, 0, 50},
    {word(1, true, false, false, kLinear), 0, gen::vib_lfo_to_pitch, 0, 50},
    {word(7, true, true, false, kConcave), 0, gen::attenuation, 0, 960},
    {word(10, true, false, true, kLinear), 0, gen::pan, 0, 500},
    {word(11, true, true, false, kConcave), 0, gen::attenuation, 0, 960},
    {word(kBend, false, false, true, kLinear), word(kBendRange, false, false, false, kLinear),
     gen::fine_tune, 0, 12800},
    {word(8, true, false, true, kConcave), 0, gen::kBalance, 0, 960},
};
constexpr int kDefaultCount = sizeof kDefaults / sizeof kDefaults[0];

// The default that would darken soft notes; FluidSynth gives it no effect, whoever sets it.
constexpr bool is_velocity_to_filter(const VoiceModulator& m) {
  return m.destination == gen::filter_cutoff &&
         m.source == word(kVelocity, false, true, false, kLinear) &&
         m.amount_source == word(kVelocity, false, false, false, kSwitch);
}

bool same(const VoiceModulator& a, const Modulator& b) {
  return a.source == b.source && a.amount_source == b.amount_source &&
         a.destination == b.destination && a.transform == b.transform;
}
bool same(const Modulator& a, const Modulator& b) {
  return a.source == b.source && a.amount_source == b.amount_source &&
         a.destination == b.destination && a.transform == b.transform;
}

float shaped(float x, int shape) noexcept {  // x 0 … 1
  switch (shape) {
    case kConcave:
      return tables::curve(tables::kConcave, 127 * x);
    case kConvex:
      return tables::curve(tables::kConvex, 127 * x);
    case kSwitch:
      return x >= 0.5f ? 1.0f : 0.0f;
    default:
      return x;
  }
}

float source_value(std::uint16_t source, const ChannelState& channel, int key,
                   int velocity) noexcept {
  const int i = index_of(source);
  float x = 0;  // 0 … 1
  if (is_controller(source)) {
    x = static_cast<float>(channel.controller[static_cast<unsigned>(i)]) / 128;
  } else {
    switch (i) {
      case kNone:
        return 1;
      case kVelocity:
        x = static_cast<float>(velocity) / 128;
        break;
      case kKey:
        x = static_cast<float>(key) / 128;
        break;
      case kKeyPressure:
        x = static_cast<float>(channel.key_pressure[static_cast<unsigned>(key)]) / 128;
        break;
      case kPressure:
        x = static_cast<float>(channel.pressure) / 128;
        break;
      case kBend:
        x = static_cast<float>(channel.bend) / 16384;
        break;
      default:
        x = channel.bend_range / 128;
        break;
    }
  }
  const int shape = shape_of(source);
  if (!is_bipolar(source)) return shaped(is_negative(source) ? 1 - x : x, shape);
  float both = is_negative(source) ? 1 - 2 * x : 2 * x - 1;
  if (shape == kSwitch) return (x >= 0.5f) != is_negative(source) ? 1.0f : -1.0f;
  return both < 0 ? -shaped(-both, shape) : shaped(both, shape);
}

}  // namespace

void ChannelState::reset(bool controllers_only) noexcept {
  pressure = 0;
  bend = 8192;
  key_pressure.fill(0);
  parameter = 0x3fff;
  if (controllers_only) {
    // MIDI recommended practice RP-015: volume, pan, bank, balance, sound and effect controllers
    // stay.
    for (unsigned i = 0; i < 120; ++i) {
      const bool stays = i == 0 || i == 32 || i == 7 || i == 39 || i == 8 || i == 40 || i == 10 ||
                         i == 42 || (i >= 70 && i <= 79) || (i >= 91 && i <= 95);
      if (!stays) controller[i] = 0;
    }
  } else {
    controller.fill(0);
    controller[7] = 100;
    controller[8] = controller[10] = 64;
    for (unsigned i = 70; i <= 79; ++i) controller[i] = 64;
    bend_range = 2;
    fine_tune = coarse_tune = 0;
  }
  controller[11] = controller[43] = 127;
}

void ModulatorList::start_with_defaults() noexcept {
  for (count_ = 0; count_ < kDefaultCount; ++count_)
    list_[static_cast<unsigned>(count_)] = kDefaults[count_];
}

void ModulatorList::put(const Modulator& m, bool adding) noexcept {
  for (int i = 0; i < count_; ++i) {
    VoiceModulator& known = list_[static_cast<unsigned>(i)];
    if (!same(known, m)) continue;
    known.amount = adding ? known.amount + m.amount : m.amount;
    return;
  }
  const bool usable = valid(m.source) && valid(m.amount_source) &&
                      gen::is_voice_generator(m.destination) &&
                      (m.transform == 0 || m.transform == 2) && m.amount != 0 &&
                      index_of(m.source) + is_controller(m.source) != 0;
  if (!usable || count_ == kMost) return;
  list_[static_cast<unsigned>(count_++)] = {m.source, m.amount_source, m.destination, m.transform,
                                            static_cast<float>(m.amount)};
}

void ModulatorList::merge(const SoundFont& font, const Zone* global, const Zone& local,
                          bool adding) noexcept {
  const Modulator* own = font.modulators.data() + local.first_modulator;
  for (std::uint32_t i = 0; i < local.modulator_count; ++i) put(own[i], adding);
  if (global == nullptr) return;
  const Modulator* shared = font.modulators.data() + global->first_modulator;
  for (std::uint32_t g = 0; g < global->modulator_count; ++g) {
    bool hidden = false;
    for (std::uint32_t i = 0; i < local.modulator_count && !hidden; ++i)
      hidden = same(shared[g], own[i]);
    if (!hidden) put(shared[g], adding);
  }
}

void ModulatorList::overwrite(const SoundFont& font, const Zone* global,
                              const Zone& local) noexcept {
  merge(font, global, local, false);
}

void ModulatorList::add(const SoundFont& font, const Zone* global, const Zone& local) noexcept {
  merge(font, global, local, true);
}

void ModulatorList::evaluate(const ChannelState& channel, int key, int velocity,
                             std::array<float, gen::kCount>& sums) const noexcept {
  for (int i = 0; i < count_; ++i) {
    const VoiceModulator& m = list_[static_cast<unsigned>(i)];
    if (is_velocity_to_filter(m)) continue;
    float out = m.amount * source_value(m.source, channel, key, velocity);
    if (m.amount_source != 0) out *= source_value(m.amount_source, channel, key, velocity);
    sums[m.destination] += m.transform == 2 ? std::fabs(out) : out;
  }
}

bool ModulatorList::touches(std::uint16_t destination) const noexcept {
  for (int i = kDefaultCount; i < count_; ++i) {
    const VoiceModulator& m = list_[static_cast<unsigned>(i)];
    if (m.destination == destination && !is_velocity_to_filter(m)) return true;
  }
  return false;
}

}  // namespace tutti::instruments
