#include "engine/instruments/sampler.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/base/math.h"
#include "engine/instruments/voice.h"

namespace tutti::instruments {
namespace {

using kernels::kCell;
using kernels::kLanes;

constexpr int kChannels = 16;
constexpr int kDrumChannel = 9;
constexpr int kFading = 64;  // slots beyond the 256 for voices that fade out after being taken

constexpr param::Description kParameters[] = {
    // FluidSynth's default gain of 0.2 leaves room for some twenty loud voices.
    {"level",
     "Level",
     param::Unit::decibels,
     -60,
     12,
     -13.9794000867203760,
     param::Scale::linear,
     {}},
    {"tuning", "Tuning", param::Unit::cents, -100, 100, 0, param::Scale::linear, {}},
    {"transpose", "Transpose", param::Unit::semitones, -48, 48, 0, param::Scale::integer, {}},
    {"bank", "Bank", param::Unit::none, 0, 16383, 0, param::Scale::integer, {}},
    {"program", "Program", param::Unit::none, 0, 127, 0, param::Scale::integer, {}},
};

struct Channel {
  ChannelState state;
  PresetId preset;
  bool drums = false;
  std::uint32_t sostenuto_before = 0;  // notes with a smaller number are held by the pedal
  bool sustain() const { return state.controller[64] >= 64; }
  bool sostenuto() const { return state.controller[66] >= 64; }
};

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

namespace detail {

class SamplerCore {
 public:
  SamplerCore() {
    for (std::size_t i = 0; i < std::size(kParameters); ++i) values_[i] = kParameters[i].initial;
    reset_channels();
  }

  void prepare(double rate) {
    settings_.rate = rate;
    settings_.filter = &filter_;
    settings_.kernels = &kernels::best();
    filter_.prepare(rate);
    voices_.assign(kSamplerVoices + kFading, {});
    active_.assign(kSamplerVoices + kFading, 0);
    free_.assign(kSamplerVoices + kFading, 0);
    scratch_.assign(kernels::kSpan, 0);
    reset();
  }

  void reset() noexcept {
    for (Voice& v : voices_) v.state = Voice::State::free;
    active_count_ = 0;
    for (std::size_t i = 0; i < free_.size(); ++i)
      free_[i] = static_cast<int>(free_.size() - 1 - i);
    free_count_ = static_cast<int>(free_.size());
    now_ = 0;
    reset_channels();
  }

  void set_bank(std::shared_ptr<const SoundBank> bank) {
    for (int i = 0; i < active_count_; ++i) {
      Voice& v = voice(i);
      if (!bank || !bank->holds(v.font)) v.ended = true, v.font = nullptr;
    }
    drop_fontless();
    bank_ = std::move(bank);
  }

  void process(dsp::Block block) noexcept {
    std::fill_n(block.left, block.frames, 0.0f);
    std::fill_n(block.right, block.frames, 0.0f);
    for (int done = 0; done < block.frames;) {
      const int offset = static_cast<int>(now_ % kCell);
      if (offset == 0) begin_cell();
      const int frames = std::min(kCell - offset, block.frames - done);
      if (active_count_ > 0) render(block.left + done, block.right + done, offset, frames);
      done += frames;
      now_ += frames;
    }
  }

  bool event(std::uint8_t status, std::uint8_t d1, std::uint8_t d2) noexcept {
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

  bool set_param(std::string_view id, double value) noexcept {
    const param::Description* description = param::find(kParameters, id);
    if (description == nullptr) return false;
    double& kept = values_[static_cast<std::size_t>(description - kParameters)];
    const double before = kept;
    kept = param::clamp(*description, value);
    apply_settings();
    if ((id == "bank" || id == "program") && kept != before) apply_preset();
    for (int c = 0; c < kChannels; ++c) touch(c);
    return true;
  }

  int active_voices() const noexcept { return active_count_; }
  PresetId preset_of(int c) const noexcept {
    const Channel& channel = channels_[static_cast<unsigned>(c)];
    return {channel.drums ? kDrumBank : channel.preset.bank, channel.preset.program};
  }

 private:
  Voice& voice(int i) noexcept {
    return voices_[static_cast<std::size_t>(active_[static_cast<std::size_t>(i)])];
  }

  void apply_settings() noexcept {
    settings_.level = static_cast<float>(math::db_to_gain(values_[0]));
    settings_.tune = static_cast<float>(values_[1] + 100 * values_[2]);
  }
  void apply_preset() noexcept {
    const int bank = static_cast<int>(values_[3]), program = static_cast<int>(values_[4]);
    for (int c = 0; c < kChannels; ++c) {
      Channel& channel = channels_[static_cast<unsigned>(c)];
      channel.drums = bank == kDrumBank || c == kDrumChannel;
      channel.preset = {bank == kDrumBank ? 0 : bank,
                        bank == kDrumBank || !channel.drums ? program : 0};
    }
  }
  void reset_channels() noexcept {
    for (Channel& channel : channels_) {
      channel.state.reset(false);
      channel.sostenuto_before = 0;
    }
    apply_settings();
    apply_preset();
  }

  void touch(int c) noexcept {
    for (int i = 0; i < active_count_; ++i) {
      if (voice(i).channel == c) voice(i).dirty = true;
    }
  }

  bool note_on(int c, int key, int velocity) noexcept {
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

  void start_voice(const Channel& channel, int c, const ZonePair& zones, int key,
                   int velocity) noexcept {
    Voice* v = take_slot();
    if (v == nullptr) return;
    v->channel = static_cast<std::uint8_t>(c);
    v->note = note_;
    v->born = now_;
    if (!v->start(zones, settings_, channel.state, key, velocity)) {
      give_back_last();
      return;
    }
    if (v->exclusive_class != 0) {
      for (int i = 0; i < active_count_; ++i) {
        Voice& other = voice(i);
        if (other.channel == c && other.exclusive_class == v->exclusive_class &&
            other.note != note_ && other.state != Voice::State::dying) {
          other.cut_class(now_);
        }
      }
    }
    const int offset = static_cast<int>(now_ % kCell);
    if (offset != 0) v->control(settings_, channel.state, now_, offset);
  }

  // A slot for a new voice, at the end of the active list. If all 256 are taken, the least audible
  // voice starts to fade out in its own slot.
  Voice* take_slot() noexcept {
    int sounding = 0;
    for (int i = 0; i < active_count_; ++i) sounding += voice(i).state != Voice::State::dying;
    if (sounding >= kSamplerVoices) {
      Voice* least = nullptr;
      for (int i = 0; i < active_count_; ++i) {
        Voice& v = voice(i);
        if (v.state == Voice::State::dying || v.note == note_) continue;
        if (least == nullptr || v.weight() < least->weight()) least = &v;
      }
      if (least == nullptr) return nullptr;
      least->kill();
    }
    // More than 64 taken within two cells: the note that would be one more is left out.
    if (free_count_ == 0) return nullptr;
    const int slot = free_[static_cast<std::size_t>(--free_count_)];
    active_[static_cast<std::size_t>(active_count_++)] = slot;
    return &voices_[static_cast<std::size_t>(slot)];
  }
  void give_back_last() noexcept {
    const int slot = active_[static_cast<std::size_t>(--active_count_)];
    voices_[static_cast<std::size_t>(slot)].state = Voice::State::free;
    free_[static_cast<std::size_t>(free_count_++)] = slot;
  }

  void let_go(Voice& v) noexcept {
    const Channel& channel = channels_[v.channel];
    if (channel.sostenuto() && v.note < channel.sostenuto_before)
      v.state = Voice::State::sostenuto;
    else if (channel.sustain())
      v.state = Voice::State::sustained;
    else
      v.release(settings_, now_);
  }
  void note_off(int c, int key) noexcept {
    for (int i = 0; i < active_count_; ++i) {
      Voice& v = voice(i);
      if (v.channel == c && v.key == key && v.state == Voice::State::on) let_go(v);
    }
  }
  void damp(int c, Voice::State held) noexcept {
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

  void controller(int c, int number, int value) noexcept {
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
  void registered_parameter(ChannelState& state) noexcept {
    const int coarse = state.controller[6], fine = state.controller[38];
    switch (state.parameter) {
      case 0:
        state.bend_range =
            static_cast<float>(coarse) + static_cast<float>(std::min(fine, 99)) / 100;
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

  void begin_cell() noexcept {
    int kept = 0;
    for (int i = 0; i < active_count_; ++i) {
      const int slot = active_[static_cast<std::size_t>(i)];
      Voice& v = voices_[static_cast<std::size_t>(slot)];
      if (v.control(settings_, channels_[v.channel].state, now_, 0)) {
        active_[static_cast<std::size_t>(kept++)] = slot;
      } else {
        v.state = Voice::State::free;
        free_[static_cast<std::size_t>(free_count_++)] = slot;
      }
    }
    active_count_ = kept;
  }
  void drop_fontless() noexcept {
    int kept = 0;
    for (int i = 0; i < active_count_; ++i) {
      const int slot = active_[static_cast<std::size_t>(i)];
      Voice& v = voices_[static_cast<std::size_t>(slot)];
      if (v.font != nullptr) {
        active_[static_cast<std::size_t>(kept++)] = slot;
      } else {
        v.state = Voice::State::free;
        free_[static_cast<std::size_t>(free_count_++)] = slot;
      }
    }
    active_count_ = kept;
  }

  // Adds all voices for a piece of a cell: first those without a filter, then the others in groups
  // of eight. The order of the sums does not depend on how the cell is cut.
  void render(float* left, float* right, int offset, int frames) noexcept {
    alignas(64) float buffers[kLanes][kCell];
    const kernels::Table& kernel = *settings_.kernels;
    for (int i = 0; i < active_count_; ++i) {
      Voice& v = voice(i);
      if (v.filtered || v.ended) continue;
      v.read(settings_, scratch_.data(), buffers[0], frames);
      kernel.mix(buffers[0], v.ramp, offset - v.ramp_origin, left, right, frames);
    }
    Voice* group[kLanes];
    int count = 0;
    for (int i = 0; i < active_count_; ++i) {
      Voice& v = voice(i);
      // One whose wave has ended still rings in its filter, up to the end of the cell.
      if (!v.filtered) continue;
      group[count++] = &v;
      if (count == kLanes)
        render_group(group, count, buffers, left, right, offset, frames), count = 0;
    }
    if (count > 0) render_group(group, count, buffers, left, right, offset, frames);
  }

  void render_group(Voice* const* group, int count, float (*buffers)[kCell], float* left,
                    float* right, int offset, int frames) noexcept {
    const kernels::Table& kernel = *settings_.kernels;
    kernels::Filters f{};
    float* lanes[kLanes] = {};
    for (int i = 0; i < count; ++i) {
      Voice& v = *group[i];
      lanes[i] = buffers[i];
      v.read(settings_, scratch_.data(), buffers[i], frames);
      f.a[i] = v.a, f.b[i] = v.b, f.p[i] = v.p, f.q[i] = v.q, f.r[i] = v.r;
      f.p_slope[i] = v.p_slope, f.q_slope[i] = v.q_slope, f.r_slope[i] = v.r_slope;
    }
    kernel.filter(lanes, f, frames);
    for (int i = 0; i < count; ++i) {
      Voice& v = *group[i];
      v.a = f.a[i], v.b = f.b[i], v.p = f.p[i], v.q = f.q[i], v.r = f.r[i];
      kernel.mix(buffers[i], v.ramp, offset - v.ramp_origin, left, right, frames);
    }
  }

  VoiceSettings settings_;
  FilterTable filter_;
  std::shared_ptr<const SoundBank> bank_;
  std::array<Channel, kChannels> channels_;
  std::vector<Voice> voices_;
  std::vector<int> active_, free_;  // slots; active ones in the order of their start
  int active_count_ = 0, free_count_ = 0;
  std::vector<float> scratch_;
  std::int64_t now_ = 0;
  std::uint32_t note_ = 0;
  std::array<double, std::size(kParameters)> values_{};
};

}  // namespace detail

Sampler::Sampler() : core_(std::make_unique<detail::SamplerCore>()) {}
Sampler::~Sampler() = default;
Sampler::Sampler(Sampler&&) noexcept = default;
Sampler& Sampler::operator=(Sampler&&) noexcept = default;

std::span<const param::Description> Sampler::parameters() {
  return kParameters;
}
void Sampler::prepare(double rate, int, Arena&) {
  core_->prepare(rate);
}
void Sampler::reset() noexcept {
  core_->reset();
}
void Sampler::process(dsp::Block block) noexcept {
  core_->process(block);
}
void Sampler::set_bank(std::shared_ptr<const SoundBank> bank) {
  core_->set_bank(std::move(bank));
}
bool Sampler::event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept {
  return core_->event(status, data1, data2);
}
bool Sampler::set_param(std::string_view id, double value) noexcept {
  return core_->set_param(id, value);
}
int Sampler::active_voices() const noexcept {
  return core_->active_voices();
}
PresetId Sampler::preset_of(int channel) const noexcept {
  return core_->preset_of(channel);
}

}  // namespace tutti::instruments
