// Wind, rain, sea and old records.
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
  kKind,
  kBrightness,
  kDensity,
  kMovement,
  kFollow,
  kAttack,
  kDecay,
  kSustain,
  kRelease,
  kSpread,
  kCount
};

constexpr std::string_view kKinds[] = {"Wind", "Rain", "Vinyl", "Sea"};

constexpr param::Description kParameters[kCount] = {
    {"level", "Level", Unit::decibels, -60, 12, 0},
    {"kind", "Kind", Unit::none, 0, 3, 0, Scale::choice, kKinds},
    {"brightness", "Brightness (octaves)", Unit::none, -3, 3, 0},
    {"density", "Density", Unit::none, 0, 1, 0.5},
    {"movement", "Movement", Unit::none, 0, 1, 0.6},
    {"follow", "Follows the key", Unit::none, 0, 1, 0},
    {"attack", "Attack", Unit::seconds, 0.01, 20, 1.5, Scale::logarithmic},
    {"decay", "Decay", Unit::seconds, 0.05, 30, 5, Scale::logarithmic},
    {"sustain", "Sustain", Unit::none, 0, 1, 1},
    {"release", "Release", Unit::seconds, 0.02, 30, 3, Scale::logarithmic},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0},
};

constexpr param::PresetValue kWind[] = {{"kind", 0}, {"movement", 0.9}};
constexpr param::PresetValue kRain[] = {{"kind", 1}, {"density", 0.6}};
constexpr param::PresetValue kVinyl[] = {{"kind", 2}, {"density", 0.4}, {"attack", 0.05}};
constexpr param::PresetValue kSea[] = {{"kind", 3}, {"movement", 1}, {"attack", 4}};
constexpr param::Preset kPresets[] = {
    {"Wind", kWind}, {"Rain", kRain}, {"Vinyl", kVinyl}, {"Sea", kSea}};

// What makes each kind.
struct Kind {
  double cutoff, q, band, steady;  // of the noise: Hz, quality, share of band-pass, gain
  double wander, speed, gust;      // octaves, Hz, 0 … 1, at full movement
  double drops, drop_gain, drop_hertz, drop_q;  // a second at full density, …
};
constexpr Kind kKindTable[] = {
    {520, 2.2, 0.8, 4.0, 2.2, 0.11, 0.75, 0, 0, 3000, 1},
    {3800, 0.6, 0.4, 0.4, 0.4, 0.05, 0.2, 320, 2.2, 4200, 3},
    {6500, 0.5, 0.2, 0.08, 0.2, 0.55, 0.1, 14, 4.0, 2600, 1.2},
    {900, 0.6, 0.0, 3.2, 2.0, 0.085, 0.9, 0, 0, 3000, 1},
};

class Noise final : public VoiceSynth {
 public:
  Noise() : VoiceSynth(kParameters, 8) {}

 private:
  void clear() noexcept override { noises_ = {}; }

  void start(int group, int lane, Note& note) noexcept override {
    NoiseVoices& s = noises_[static_cast<std::size_t>(group)];
    for (int side = 0; side < 2; ++side) {
      s.noise[side][lane] = static_cast<std::uint32_t>(note.random.next() >> 32);
      s.chance[side][lane] = static_cast<std::uint32_t>(note.random.next() >> 32);
      s.wander[side][lane] = static_cast<float>(note.random.uniform());
    }
    for (int n = 0; n < 4; ++n) s.low[n][lane] = s.band[n][lane] = 0;
    s.fresh[lane] = -1;
    set_gains(group, lane, note.loudness, static_cast<float>(value(kSpread)) * place_of(note.key));
  }

  void update() noexcept override {
    Cell& c = cell();
    set_envelope(value(kAttack), value(kDecay), value(kSustain), value(kRelease));
    c.gain = static_cast<float>(math::db_to_gain(value(kLevel)) * 0.5);
    const Kind& kind = kKindTable[static_cast<int>(value(kKind))];
    const double octaves = value(kBrightness) + 2 * brightness();
    const double move = std::min(1.0, value(kMovement) + modulation());
    noise_.cutoff = static_cast<float>(math::log2(kind.cutoff / rate()) + octaves);
    noise_.follow = static_cast<float>(value(kFollow));
    noise_.wander = static_cast<float>(kind.wander * move);
    // Two speeds at no simple ratio: the wandering does not repeat within hours.
    noise_.wander_step[0] = static_cast<float>(kind.speed * kCell / rate());
    noise_.wander_step[1] = static_cast<float>(kind.speed * 0.618034 * kCell / rate());
    noise_.gust = static_cast<float>(kind.gust * move);
    noise_.damp = static_cast<float>(1 / kind.q);
    noise_.band = static_cast<float>(kind.band);
    // The same power through the same filter at any rate.
    noise_.steady = static_cast<float>(kind.steady * std::sqrt(rate() / 48000));
    noise_.drop_rate = static_cast<float>(kind.drops * value(kDensity) * value(kDensity) / rate());
    noise_.drop_gain = static_cast<float>(kind.drop_gain * rate() / 48000);
    noise_.drop_cutoff =
        static_cast<float>(std::min(0.4, kind.drop_hertz * math::exp2(0.5 * octaves) / rate()));
    noise_.drop_damp = static_cast<float>(1 / kind.drop_q);
  }

  void render(int group, float* left, float* right) noexcept override {
    kernels_.noise(voices(group), noises_[static_cast<std::size_t>(group)], cell(), noise_, left,
                   right);
  }

  std::array<NoiseVoices, kGroups> noises_{};
  NoiseCell noise_;
  const Table& kernels_ = kernels();
};

}  // namespace

const SynthInfo kNoise{
    .id = "noise",
    .name = "Noise",
    .summary = "Wind, rain, the sea and the crackle of old records, each side its own.",
    .method =
        "White noise through a state-variable filter that two slow sines move, and drops at "
        "random instants (a Poisson process) through a resonance.",
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<Synth>(std::make_unique<Noise>()); },
};

}  // namespace tutti::instruments::synth
