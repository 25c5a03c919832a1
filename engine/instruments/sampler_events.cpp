// What the sampler understands of MIDI: notes, pedals, controllers, programs.
#include <algorithm>

#include "engine/base/math.h"
#include "engine/instruments/sampler_core.h"

namespace tutti::instruments::detail {
namespace {

// The first zone without a target holds what all zones of its list share.
const Zone* global_of(const std::vector<Zone>& zones) {
  return !zones.empty() && zones.front().target < 0 ? &zones.front() : nullptr;
}

struct Range {
  int key_low = 0, key_high = 127, velocity_low = 0, velocity_high = 127;
  bool holds(int key, int velocity) const {
    return key >= key_low && key <= key_high && velocity >= velocity_low &&
           velocity <= velocity_high;
  }
};

Range range_of(const SoundFont& font, const Zone& zone, Range range) {
  const Generator* g = font.generators.data() + zone.first_generator;
  for (std::uint32_t i = 0; i < zone.generator_count; ++i) {
    if (g[i].kind == gen::key_range) range.key_low = g[i].low(), range.key_high = g[i].high();
    if (g[i].kind == gen::velocity_range)
      range.velocity_low = g[i].low(), range.velocity_high = g[i].high();
  }
  return range;
}

}  // namespace

void SamplerCore::apply_settings() noexcept {
  settings_.level = static_cast<float>(math::db_to_gain(values_[kLevel] + values_[kTrim]));
  settings_.tune = static_cast<float>(values_[kTuning] + 100 * values_[kTranspose]);
}

void SamplerCore::apply_preset() noexcept {
  const int bank = static_cast<int>(values_[kBank]), program = static_cast<int>(values_[kProgram]);
  for (int c = 0; c < kChannels; ++c) {
    Channel& channel = channels_[static_cast<unsigned>(c)];
    channel.drums = bank == kDrumBank || c == kDrumChannel;
    channel.preset = {bank == kDrumBank ? 0 : bank,
                      bank == kDrumBank || !channel.drums ? program : 0};
  }
}

void SamplerCore::reset_channels() noexcept {
  for (Channel& channel : channels_) {
    channel.state.reset(false);
    channel.sostenuto_before = 0;
  }
  apply_settings();
  apply_preset();
}

void SamplerCore::touch(int c) noexcept {
  for (int i = 0; i < active_count_; ++i) {
    if (voice(i).channel == c) voice(i).dirty = true;
  }
}

bool SamplerCore::event(std::uint8_t status, std::uint8_t d1, std::uint8_t d2) noexcept {
  const int c = status & 15;
  Channel& channel = channels_[static_cast<unsigned>(c)];
  d1 &= 127;
  d2 &= 127;
  switch (status & 0xf0) {
    case 0x80:
      note_off(c, d1);
      return true;
    case 0x90:
      if (d2 == 0) return note_off(c, d1), true;
      return note_on(c, d1, d2);
    case 0xa0:
      channel.state.key_pressure[d1] = d2;
      break;
    case 0xb0:
      controller(c, d1, d2);
      return true;
    case 0xc0:
      channel.preset.program = d1;
      return true;
    case 0xd0:
      channel.state.pressure = d1;
      break;
    case 0xe0:
      channel.state.bend = d1 | d2 << 7;
      break;
    default:
      return true;
  }
  touch(c);
  return true;
}

bool SamplerCore::set_param(std::string_view id, double value) noexcept {
  const param::Description* description = param::find(Sampler::parameters(), id);
  if (description == nullptr) return false;
  double& kept = values_[static_cast<std::size_t>(description - Sampler::parameters().data())];
  const double before = kept;
  kept = param::clamp(*description, value);
  apply_settings();
  if ((id == "bank" || id == "program") && kept != before) apply_preset();
  for (int c = 0; c < kChannels; ++c) touch(c);
  return true;
}

PresetId SamplerCore::preset_of(int c) const noexcept {
  const Channel& channel = channels_[static_cast<unsigned>(c)];
  return {channel.drums ? kDrumBank : channel.preset.bank, channel.preset.program};
}

bool SamplerCore::note_on(int c, int key, int velocity) noexcept {
  Channel& channel = channels_[static_cast<unsigned>(c)];
  if (!bank_ || voices_.empty()) return false;
  const SoundBank::Found found = bank_->find_or_substitute(preset_of(c));
  if (!found) return false;
  // The same key struck again lets go of the one before, as a key can only be down once.
  for (int i = 0; i < active_count_; ++i) {
    if (voice(i).channel == c && voice(i).key == key && voice(i).playing()) let_go(voice(i));
  }
  ++note_;
  const Zone* preset_global = global_of(found.preset->zones);
  const Range preset_range = preset_global ? range_of(*found.font, *preset_global, {}) : Range{};
  for (const Zone& preset_zone : found.preset->zones) {
    if (preset_zone.target < 0 ||
        !range_of(*found.font, preset_zone, preset_range).holds(key, velocity))
      continue;
    const Instrument& instrument =
        found.font->instruments[static_cast<std::size_t>(preset_zone.target)];
    const Zone* global = global_of(instrument.zones);
    const Range shared = global ? range_of(*found.font, *global, {}) : Range{};
    for (const Zone& zone : instrument.zones) {
      if (zone.target < 0 || !range_of(*found.font, zone, shared).holds(key, velocity)) continue;
      start_voice(channel, c, {found.font, preset_global, &preset_zone, global, &zone}, key,
                  velocity);
    }
  }
  return true;
}

void SamplerCore::let_go(Voice& v) noexcept {
  const Channel& channel = channels_[v.channel];
  if (channel.sostenuto() && v.note < channel.sostenuto_before)
    v.state = Voice::State::sostenuto;
  else if (channel.sustain())
    v.state = Voice::State::sustained;
  else
    v.release(settings_, now_);
}

void SamplerCore::note_off(int c, int key) noexcept {
  for (int i = 0; i < active_count_; ++i) {
    Voice& v = voice(i);
    if (v.channel == c && v.key == key && v.state == Voice::State::on) let_go(v);
  }
}

void SamplerCore::damp(int c, Voice::State held) noexcept {
  for (int i = 0; i < active_count_; ++i) {
    Voice& v = voice(i);
    if (v.channel != c || v.state != held) continue;
    // Lifting one pedal leaves what the other still holds.
    if (held == Voice::State::sostenuto && channels_[static_cast<unsigned>(c)].sustain())
      v.state = Voice::State::sustained;
    else
      v.release(settings_, now_);
  }
}

void SamplerCore::controller(int c, int number, int value) noexcept {
  Channel& channel = channels_[static_cast<unsigned>(c)];
  ChannelState& state = channel.state;
  state.controller[static_cast<unsigned>(number)] = static_cast<std::uint8_t>(value);
  switch (number) {
    case 0:
      if (!channel.drums) channel.preset.bank = value;
      return;
    case 32:
      return;  // General MIDI and GS select by the coarse byte alone
    case 6:
    case 38:
      registered_parameter(state);
      break;
    case 98:
    case 99:
      state.parameter = 0x3fff;
      return;
    case 100:
      state.parameter = (state.parameter & 0x3f80) | value;
      return;
    case 101:
      state.parameter = (state.parameter & 0x7f) | value << 7;
      return;
    case 64:
      if (value < 64) damp(c, Voice::State::sustained);
      return;
    case 66:
      if (value < 64)
        damp(c, Voice::State::sostenuto);
      else
        channel.sostenuto_before = note_ + 1;
      return;
    case 120:
      for (int i = 0; i < active_count_; ++i) {
        if (voice(i).channel == c) voice(i).kill();
      }
      return;
    case 121:
      state.reset(true);
      damp(c, Voice::State::sustained);
      damp(c, Voice::State::sostenuto);
      break;
    case 123:
    case 124:
    case 125:
    case 126:
    case 127:
      for (int i = 0; i < active_count_; ++i) {
        if (voice(i).channel == c && voice(i).state == Voice::State::on) let_go(voice(i));
      }
      return;
    default:
      break;
  }
  touch(c);
}

// RPN 0 bend range, 1 fine tuning, 2 coarse tuning (MIDI 1.0); others mean nothing here.
void SamplerCore::registered_parameter(ChannelState& state) noexcept {
  const int coarse = state.controller[6], fine = state.controller[38];
  switch (state.parameter) {
    case 0:
      state.bend_range = static_cast<float>(coarse) + static_cast<float>(std::min(fine, 99)) / 100;
      break;
    case 1:
      state.fine_tune = static_cast<float>((coarse << 7 | fine) - 8192) * (100.0f / 8192);
      break;
    case 2:
      state.coarse_tune = static_cast<float>(coarse - 64) * 100;
      break;
    default:
      break;
  }
}

}  // namespace tutti::instruments::detail
