// Modulators: what velocity, key and controllers do to a voice's generators.
//
// SoundFont 2.04 §8.2 and §9.5; the ten default modulators of §8.4 with FluidSynth 2.3's reading
// (velocity does not move the filter; a pitch bend of full scale is exactly its range). Plain data,
// no allocation.
#pragma once

#include <array>
#include <cstdint>

#include "engine/instruments/generators.h"
#include "engine/instruments/soundfont.h"

namespace tutti::instruments {

// What a MIDI channel knows; read by modulators.
struct ChannelState {
  std::array<std::uint8_t, 128> controller{};
  std::array<std::uint8_t, 128> key_pressure{};
  std::uint8_t pressure = 0;
  int bend = 8192;                       // 0 … 16383
  float bend_range = 2;                  // semitones
  float fine_tune = 0, coarse_tune = 0;  // cents: RPN 1, RPN 2
  int parameter = 0x3fff;                // selected RPN, 0x3fff none

  // As after power-on, or (controllers_only) as after controller 121.
  void reset(bool controllers_only) noexcept;
};

struct VoiceModulator {
  std::uint16_t source = 0, amount_source = 0;
  std::uint16_t destination = 0, transform = 0;
  float amount = 0;
};

// The modulators of one voice.
class ModulatorList {
 public:
  void start_with_defaults() noexcept;
  // An instrument's modulators replace identical ones; a preset's add to them. `global` may be
  // null; where both hold an identical one, the local counts. Ill-formed ones are left out.
  void overwrite(const SoundFont& font, const Zone* global, const Zone& local) noexcept;
  void add(const SoundFont& font, const Zone* global, const Zone& local) noexcept;

  // Adds every modulator's present output to `sums`, one sum per generator.
  void evaluate(const ChannelState& channel, int key, int velocity,
                std::array<float, gen::kCount>& sums) const noexcept;
  // A modulator beyond the defaults moves this generator.
  bool touches(std::uint16_t destination) const noexcept;

 private:
  void put(const Modulator& modulator, bool adding) noexcept;
  void merge(const SoundFont& font, const Zone* global, const Zone& local, bool adding) noexcept;

  static constexpr int kMost = 48;
  std::array<VoiceModulator, kMost> list_;
  int count_ = 0;
};

}  // namespace tutti::instruments
