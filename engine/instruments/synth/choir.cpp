// Sung vowels that change slowly.
#include <algorithm>
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
  kVowel,
  kMorph,
  kMorphRate,
  kSize,
  kBrightness,
  kBreath,
  kSingersParameter,
  kDetune,
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
    {"vowel", "Vowel (u o a e i)", Unit::none, 0, 4, 1.4},
    {"morph", "Morph", Unit::none, 0, 2, 0.7},
    {"morph_rate", "Morph rate", Unit::hertz, 0.01, 4, 0.07, Scale::logarithmic},
    {"size", "Throat", Unit::none, 0.7, 1.5, 1.08, Scale::logarithmic},
    {"brightness", "Brightness", Unit::none, -1, 1, -0.15},
    {"breath", "Breath", Unit::none, 0, 1, 0.12},
    {"singers", "Singers a note", Unit::none, 1, kSingers, 3, Scale::integer},
    {"detune", "Detune", Unit::cents, 0, 50, 8},
    {"attack", "Attack", Unit::seconds, 0.01, 20, 0.6, Scale::logarithmic},
    {"decay", "Decay", Unit::seconds, 0.05, 30, 5, Scale::logarithmic},
    {"sustain", "Sustain", Unit::none, 0, 1, 0.85},
    {"release", "Release", Unit::seconds, 0.02, 30, 1.8, Scale::logarithmic},
    {"vibrato", "Vibrato", Unit::cents, 0, 100, 14},
    {"vibrato_rate", "Vibrato rate", Unit::hertz, 0.05, 12, 5.1, Scale::logarithmic},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0.7},
};

constexpr param::PresetValue kAah[] = {{"vowel", 2}, {"morph", 0}, {"singers", 4}};
constexpr param::PresetValue kOoh[] = {
    {"vowel", 0.3}, {"morph", 0.2}, {"brightness", -0.5}, {"attack", 1.2}};
constexpr param::PresetValue kMonks[] = {{"vowel", 1},   {"morph", 1},    {"size", 0.85},
                                         {"vibrato", 5}, {"attack", 1.5}, {"release", 3}};
constexpr param::PresetValue kWhisper[] = {{"vowel", 2.5},  {"morph", 1.5},      {"level", -2},
                                           {"breath", 0.8}, {"brightness", 0.3}, {"attack", 2}};
constexpr param::Preset kPresets[] = {
    {"Aah", kAah}, {"Ooh", kOoh}, {"Monks", kMonks}, {"Whisper", kWhisper}};

class Choir final : public VoiceSynth {
 public:
  Choir() : VoiceSynth(kParameters, 16) {}

 private:
  void clear() noexcept override { throats_ = {}; }

  void start(int group, int lane, Note& note) noexcept override {
    ChoirVoices& s = throats_[static_cast<std::size_t>(group)];
    for (auto& phase : s.phase) phase[lane] = static_cast<std::uint32_t>(note.random.next() >> 32);
    s.noise[lane] = static_cast<std::uint32_t>(note.random.next() >> 32);
    s.morph[lane] = static_cast<float>(note.random.uniform());
    s.morph_scale[lane] = static_cast<float>(note.random.uniform(0.75, 1.25));
    s.size[lane] = static_cast<float>(note.random.uniform(0.97, 1.03));
    for (int n = 0; n < kFormants; ++n) s.low[n][lane] = s.band[n][lane] = 0;
    s.fresh[lane] = -1;
    set_gains(group, lane, note.loudness, static_cast<float>(value(kSpread)) * place_of(note.key));
  }

  void update() noexcept override {
    Cell& c = cell();
    set_envelope(value(kAttack), value(kDecay), value(kSustain), value(kRelease));
    choir_.singers = static_cast<int>(value(kSingersParameter));
    c.gain = static_cast<float>(math::db_to_gain(value(kLevel)) * 0.05 / std::sqrt(choir_.singers));
    c.vibrato_depth = static_cast<float>(0.01 * value(kVibrato) + 0.5 * modulation());
    c.vibrato_step = static_cast<float>(value(kVibratoRate) * kCell / rate());
    for (int o = 0; o < choir_.singers; ++o) {
      const double place = choir_.singers > 1 ? 2.0 * o / (choir_.singers - 1) - 1 : 0;
      const double cents = value(kDetune) * (place + 0.07 * place * place * (o % 2 == 0 ? 1 : -1));
      choir_.ratio[o] = static_cast<float>(math::exp2(cents / 1200));
    }
    choir_.vowel = static_cast<float>(value(kVowel));
    choir_.morph = static_cast<float>(value(kMorph));
    choir_.morph_step = static_cast<float>(value(kMorphRate) * kCell / rate());
    choir_.size = static_cast<float>(value(kSize));
    choir_.tilt = static_cast<float>(std::clamp(value(kBrightness) + brightness(), -1.5, 1.5));
    choir_.breath = static_cast<float>(0.22 * value(kBreath));
    choir_.hertz = static_cast<float>(1 / rate());
  }

  void render(int group, float* left, float* right) noexcept override {
    kernels_.choir(voices(group), throats_[static_cast<std::size_t>(group)], cell(), choir_, left,
                   right);
  }

  std::array<ChoirVoices, kGroups> throats_{};
  ChoirCell choir_;
  const Table& kernels_ = kernels();
};

}  // namespace

const SynthInfo kChoir{
    .id = "choir",
    .name = "Choir",
    .summary = "Voices that sing vowels and slowly change them.",
    .method =
        "Formant synthesis: band-limited pulses of several detuned singers and their breath "
        "through five resonators a vowel (values as in Rodet, Potard and Barrière 1984), "
        "interpolated between u, o, a, e and i; the first formant never lies below the note.",
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<Synth>(std::make_unique<Choir>()); },
};

}  // namespace tutti::instruments::synth
