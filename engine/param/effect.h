// What an effect is to its host: five verbs, described parameters, and nothing about which one it
// is.
//
// The verbs are those of dsp/processor.h. Beyond them an effect has numbered parameters, may listen
// to a side-chain, follow the tempo, take an impulse response, and show readings (a compressor's
// gain reduction). Concrete effects live in engine/effects; registry/effects.h lists them.
//
// Threads and memory. One thread at a time. prepare() and load() allocate and run off the audio
// path; everything marked noexcept is for the audio path and never allocates, locks, throws or does
// I/O. Samples do not depend on how the stream is cut into blocks.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/dsp/processor.h"
#include "engine/param/description.h"

namespace tutti::param {

class Effect {
 public:
  virtual ~Effect() = default;

  // Takes all memory for this rate and block size; then as after reset(). Keeps parameter values.
  virtual void prepare(double rate, int max_block, Arena& arena) = 0;
  // As right after prepare(): no sound left inside, ramps at their ends. Keeps parameter values.
  virtual void reset() noexcept = 0;
  // In place. Where EffectInfo::mono is set, block.right may be null: then only the left channel is
  // processed, exactly as it would be if the right one were equal to it, and the right channel's
  // state follows it.
  virtual void process(dsp::Block block) noexcept = 0;
  virtual std::int64_t latency() const noexcept { return 0; }  // constant between two prepare()
  virtual std::int64_t tail() const noexcept { return 0; }     // with the present parameters

  // Moves parameter `index` (of EffectInfo::parameters) to `value`, in a straight line over the
  // next `frames` frames; 0 is at once. Values are clamped. May come before prepare(). Structural
  // parameters (Description::structural) take effect at the next prepare().
  virtual void set(int index, double value, int frames) noexcept = 0;

  // The signal to listen to instead of the input, for the next process() only; as long as its
  // block. Both null: the input. Only where EffectInfo::side_chain is set.
  virtual void side_chain(const float* /*left*/, const float* /*right*/) noexcept {}

  // Tempo in quarters a minute and the song's place in quarters at the next frame; the host tells
  // at every start, jump and change, and effects count on from there.
  virtual void tempo(double /*bpm*/, double /*quarters*/) noexcept {}

  // An impulse response, planar; `right` empty for mono. Copied. Before or after prepare(). False
  // where EffectInfo::impulse is not set.
  virtual bool load(double /*rate*/, std::span<const float> /*left*/,
                    std::span<const float> /*right*/) {
    return false;
  }

  // Value `index` of EffectInfo::readings, of the last block.
  virtual double reading(int /*index*/) const noexcept { return 0; }
};

enum class Category {
  equaliser,
  filter,
  dynamics,
  saturation,
  delay,
  reverb,
  modulation,
  pitch,
  utility,
  meter
};

struct PresetValue {
  std::string_view id;  // of a parameter; those not named keep their defaults
  double value;
};
struct Preset {
  std::string_view name;
  std::span<const PresetValue> values;
};

// Everything that is known of an effect without making one. Constant data.
struct EffectInfo {
  std::string_view id;    // stable, saved in projects: [a-z0-9-]
  std::string_view name;  // for a person
  Category category = Category::utility;
  std::string_view summary;                        // one sentence: what it is for
  std::string_view method;                         // how it works, with the paper or standard
  std::span<const std::string_view> aliases = {};  // other names it answers to
  std::span<const Description> parameters = {};
  std::span<const Preset> presets = {};
  std::span<const Description> readings = {};
  bool mono = false;        // takes blocks without a right channel
  bool side_chain = false;  // listens to side_chain()
  bool impulse = false;     // takes load()
  std::unique_ptr<Effect> (*make)() = nullptr;
  // Several effects of this kind at once, effects[i] on blocks[i], in vector lanes; all blocks are
  // equally long and either all mono or all stereo. The samples are those of process() on each.
  // Null: the host calls process().
  void (*process_many)(Effect* const* effects, const dsp::Block* blocks,
                       int count) noexcept = nullptr;
};

// "equaliser", "filter" …: stable words.
std::string_view name_of(Category) noexcept;

}  // namespace tutti::param
