// A SoundFont 2 instrument of 16 MIDI channels and 256 voices.
//
// Zones, generators, modulators, envelopes, LFOs and filter as in the SoundFont Technical
// Specification 2.04; where it leaves the sound open, as FluidSynth 2.3 sounds (attenuation,
// curves, dry output at its default gain). 4-point cubic interpolation. Notes start at the very
// frame of their event; envelopes, LFOs and controllers are followed every 64 frames on a grid
// fixed to the stream, with straight ramps between, so the samples do not depend on block sizes,
// and they are the same on every machine and in WASM. The 257th voice takes the place of the least
// audible one, which fades out within 64 to 128 frames.
//
// MIDI understood: notes, pitch bend (range by RPN 0, tuning by RPN 1 and 2), program and bank,
// channel and key pressure, modulation, volume, pan, expression, sustain, sostenuto, soft pedal (by
// modulators only), all sound off, reset all controllers, all notes off. Channel 9 is percussion.
//
// Memory: prepare() and set_bank() allocate; everything else never does. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "engine/base/arena.h"
#include "engine/dsp/processor.h"
#include "engine/instruments/sound_bank.h"
#include "engine/param/description.h"

namespace tutti::instruments {

namespace detail {
class SamplerCore;
}

inline constexpr int kSamplerVoices = 256;

class Sampler {
 public:
  Sampler();
  ~Sampler();
  Sampler(Sampler&&) noexcept;
  Sampler& operator=(Sampler&&) noexcept;

  // "level" (dB), "tuning" (cents), "transpose" (semitones), "bank", "program".
  static std::span<const param::Description> parameters();

  void prepare(double rate, int max_block, Arena& arena);
  void reset() noexcept;  // silence, controllers to their defaults; programs by the parameters
  void process(dsp::Block block) noexcept;  // overwrites the block
  std::int64_t latency() const noexcept { return 0; }
  std::int64_t tail() const noexcept { return dsp::kEndless; }  // until silent() says so

  // Presets from here on. Voices whose font is gone are silenced at once.
  void set_bank(std::shared_ptr<const SoundBank> bank);

  // A channel voice message (status 0x80 … 0xEF, data 0 … 127), in effect at the next frame that is
  // processed. False if it was a note-on that no preset could answer.
  bool event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept;

  // By stable id; out-of-range values are clamped; unknown ids are ignored and answered false.
  // "bank" and "program" select the preset of all channels (bank 128: percussion on all; otherwise
  // channel 9 stays percussion).
  bool set_param(std::string_view id, double value) noexcept;

  bool silent() const noexcept { return active_voices() == 0; }
  int active_voices() const noexcept;
  PresetId preset_of(int channel) const noexcept;

 private:
  std::unique_ptr<detail::SamplerCore> core_;
};

static_assert(dsp::Processor<Sampler>);

}  // namespace tutti::instruments
