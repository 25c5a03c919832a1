// A round sub bass.
#include <cmath>

#include "engine/base/math.h"
#include "engine/instruments/synth/kernel.h"
#include "engine/instruments/synth/list.h"
#include "engine/instruments/synth/voice_synth.h"

namespace tutti::instruments::synth {
namespace {

using param::Scale;
using param::Unit;

enum {
  kLevel,
  kBrightness,
  kDrive,
  kPunch,
  kPunchTime,
  kAttack,
  kDecay,
  kSustain,
  kRelease,
  kVibrato,
  kVibratoRate,
  kSpread,
  kCount
};

constexpr param::Description kParameters[kCount] = {
    {"level", "Level", Unit::decibels, -60, 12, 0},
    {"brightness", "Brightness", Unit::none, 0, 1, 0.35},
    {"drive", "Drive", Unit::decibels, 0, 24, 4},
    {"punch", "Punch", Unit::semitones, 0, 24, 3},
    {"punch_time", "Punch time", Unit::seconds, 0.005, 0.5, 0.04, Scale::logarithmic},
    {"attack", "Attack", Unit::seconds, 0.002, 5, 0.012, Scale::logarithmic},
    {"decay", "Decay", Unit::seconds, 0.05, 30, 5, Scale::logarithmic},
    {"sustain", "Sustain", Unit::none, 0, 1, 0.5},
    {"release", "Release", Unit::seconds, 0.02, 10, 0.35, Scale::logarithmic},
    {"vibrato", "Vibrato", Unit::cents, 0, 100, 0},
    {"vibrato_rate", "Vibrato rate", Unit::hertz, 0.05, 12, 4, Scale::logarithmic},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0},
};

constexpr param::PresetValue kSub[] = {
    {"brightness", 0}, {"drive", 0}, {"punch", 0}, {"attack", 0.03}, {"sustain", 1}};
constexpr param::PresetValue kWarm[] = {{"brightness", 0.6}, {"drive", 9},     {"punch", 0},
                                        {"attack", 0.05},    {"sustain", 0.9}, {"release", 0.8}};
constexpr param::PresetValue kPlucked[] = {{"brightness", 0.7}, {"drive", 6},   {"punch", 7},
                                           {"attack", 0.003},   {"decay", 1.6}, {"sustain", 0},
                                           {"release", 0.2}};
constexpr param::Preset kPresets[] = {{"Sub", kSub}, {"Warm", kWarm}, {"Plucked", kPlucked}};

class Bass final : public VoiceSynth {
 public:
  Bass() : VoiceSynth(kParameters, 8) {}

 private:
  void clear() noexcept override { basses_ = {}; }

  void start(int group, int lane, Note& note) noexcept override {
    BassVoices& b = basses_[static_cast<std::size_t>(group)];
    b.phase[lane] = 0;
    b.tone[lane] = 0.5f + 0.5f * static_cast<float>(note.velocity) / 100.0f;
    b.punch[lane] = 1;
    set_gains(group, lane, note.loudness, static_cast<float>(value(kSpread)) * place_of(note.key));
  }

  void update() noexcept override {
    Cell& c = cell();
    set_envelope(value(kAttack), value(kDecay), value(kSustain), value(kRelease));
    c.gain = static_cast<float>(math::db_to_gain(value(kLevel)) * 0.22);
    c.vibrato_depth = static_cast<float>(0.01 * value(kVibrato) + 0.5 * modulation());
    c.vibrato_step = static_cast<float>(value(kVibratoRate) * kCell / rate());
    const double bright = value(kBrightness) * math::exp2(1.5 * brightness());
    bass_.second = static_cast<float>(0.6 * bright);
    bass_.third = static_cast<float>(0.35 * bright);
    const double drive = math::db_to_gain(value(kDrive));
    bass_.drive = static_cast<float>(drive);
    bass_.makeup = static_cast<float>(1 / math::tanh(drive));
    bass_.punch = static_cast<float>(value(kPunch));
    bass_.punch_decay = per_cell_60db(3 * value(kPunchTime));
  }

  void render(int group, float* left, float* right) noexcept override {
    kernels_.bass(voices(group), basses_[static_cast<std::size_t>(group)], cell(), bass_, left,
                  right);
  }

  std::array<BassVoices, kGroups> basses_{};
  BassCell bass_;
  const Table& kernels_ = kernels();
};

}  // namespace

const SynthInfo kBass{
    .id = "bass",
    .name = "Bass",
    .summary = "A round sub bass: a sine with a little of its harmonics, softly overdriven.",
    .method =
        "A sine with its second and third harmonic through a hyperbolic tangent; an odd curve "
        "over an odd wave, so no DC. Drive and harmonics fade as the pitch rises.",
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<Synth>(std::make_unique<Bass>()); },
};

}  // namespace tutti::instruments::synth
