// The inside of Sampler: 16 channels, the voices, and one cell of 64 frames at a time.
//
// sampler_core.cpp renders and looks after the voices; sampler_events.cpp understands MIDI. See
// sampler.h for what is promised.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/instruments/sampler.h"
#include "engine/instruments/voice.h"

namespace tutti::instruments::detail {

inline constexpr int kChannels = 16;
inline constexpr int kDrumChannel = 9;
inline constexpr int kFading =
    64;  // slots beyond the 256, for voices that fade out after being taken

enum Parameter : std::size_t {
  kLevel,
  kTuning,
  kTranspose,
  kBank,
  kProgram,
  kTrim,
  kParameterCount
};

struct Channel {
  ChannelState state;
  PresetId preset;
  bool drums = false;
  std::uint32_t sostenuto_before = 0;  // notes with a smaller number are held by the pedal
  bool sustain() const { return state.controller[64] >= 64; }
  bool sostenuto() const { return state.controller[66] >= 64; }
};

class SamplerCore {
 public:
  SamplerCore();
  void prepare(double rate);
  void reset() noexcept;
  void set_bank(std::shared_ptr<const SoundBank> bank);
  void process(dsp::Block block) noexcept;
  bool event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept;
  bool set_param(std::string_view id, double value) noexcept;
  int active_voices() const noexcept { return active_count_; }
  PresetId preset_of(int channel) const noexcept;

 private:
  // sampler_events.cpp
  void apply_settings() noexcept;
  void apply_preset() noexcept;
  void reset_channels() noexcept;
  void touch(int channel) noexcept;
  bool note_on(int channel, int key, int velocity) noexcept;
  void note_off(int channel, int key) noexcept;
  void let_go(Voice& voice) noexcept;
  void damp(int channel, Voice::State held) noexcept;
  void controller(int channel, int number, int value) noexcept;
  void registered_parameter(ChannelState& state) noexcept;

  // sampler_core.cpp
  Voice& voice(int i) noexcept {
    return voices_[static_cast<std::size_t>(active_[static_cast<std::size_t>(i)])];
  }
  void start_voice(const Channel& channel, int index, const ZonePair& zones, int key,
                   int velocity) noexcept;
  Voice* take_slot() noexcept;
  void give_back_last() noexcept;
  template <class Keep>
  void keep_voices(Keep&& keep) noexcept;
  void begin_cell() noexcept;
  void render(float* left, float* right, int offset, int frames) noexcept;
  void render_group(Voice* const* group, int count, float (*buffers)[kernels::kCell], float* left,
                    float* right, int offset, int frames) noexcept;

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
  std::array<double, kParameterCount> values_{};
};

}  // namespace tutti::instruments::detail
