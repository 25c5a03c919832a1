// What a synthesiser is to its host, and the list of ours: pads, bells, plucks, bass, choir,
// grains, drums.
//
// The verbs are those of dsp/processor.h. A host cuts its blocks at events; a channel-voice message
// takes effect at the next border of a grid of 16 frames that counts from reset() (at most 0.31 ms
// later at 48 kHz). Samples do not depend on how the stream is cut otherwise. Voices run side by
// side in vector lanes; coefficients follow controls on a grid fixed to the stream. Everything
// random inside (phases, drift, grains) comes from the seed of reset() and from the notes, so equal
// events give equal samples, on every machine and in WASM.
//
// Threads and memory. One thread at a time. prepare() allocates; everything noexcept is for the
// audio path and never allocates, locks, throws or does I/O. When voices run out the least audible
// one gives way without a click.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/dsp/processor.h"
#include "engine/param/description.h"
#include "engine/param/effect.h"  // Preset

namespace tutti::instruments {

class Synth {
 public:
  virtual ~Synth() = default;
  virtual void prepare(double rate, int max_block, Arena& arena) = 0;
  // Silence, controllers at rest, ramps at their ends; keeps parameter values.
  virtual void reset(std::uint64_t seed) noexcept = 0;
  virtual void process(dsp::Block block) noexcept = 0;  // overwrites the block
  virtual std::int64_t latency() const noexcept { return 0; }

  // Note on and off, sustain (64), modulation (1), volume (7), expression (11), brightness (74),
  // all sound off (120), all notes off (123), pitch bend (±2 semitones). Others are ignored.
  virtual void event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept = 0;
  // Moves parameter `index` of SynthInfo::parameters in a straight line over `frames` frames.
  // Clamped.
  virtual void set(int index, double value, int frames) noexcept = 0;

  virtual bool silent() const noexcept = 0;
  virtual int active_voices() const noexcept = 0;
};

struct SynthInfo {
  std::string_view id;    // stable, saved in projects: "pad", "choir", "bell", "pluck", "bass",
                          // "felt", "grains", "noise", "drums"
  std::string_view name;  // for a person
  std::string_view summary;
  std::string_view method;  // how it works, with the paper behind it
  std::span<const param::Description> parameters = {};
  std::span<const param::Preset> presets = {};
  std::unique_ptr<Synth> (*make)() = nullptr;
};

std::span<const SynthInfo> synths() noexcept;               // in a fixed order
const SynthInfo* find_synth(std::string_view id) noexcept;  // null if unknown

}  // namespace tutti::instruments
