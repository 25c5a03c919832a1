// Bells, glass and electric pianos by frequency modulation.
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
  kRatio1,
  kRatio2,
  kIndex,
  kHardness,
  kIndexDecay,
  kDetune,
  kAttack,
  kDecay,
  kRelease,
  kVibrato,
  kVibratoRate,
  kSpread,
  kCount
};

constexpr param::Description kParameters[kCount] = {
    {"level", "Level", Unit::decibels, -60, 12, 0},
    {"ratio1", "First ratio", Unit::none, 0.25, 12, 3.5},
    {"ratio2", "Second ratio", Unit::none, 0.25, 16, 6.727},
    {"brightness", "Brightness", Unit::none, 0, 10, 1.6},
    {"hardness", "Hardness", Unit::none, 0, 5, 0.5},
    {"index_decay", "Brightness decay", Unit::seconds, 0.02, 20, 2.5, Scale::logarithmic},
    {"detune", "Detune", Unit::cents, 0, 50, 3},
    {"attack", "Attack", Unit::seconds, 0.001, 5, 0.002, Scale::logarithmic},
    {"decay", "Decay", Unit::seconds, 0.05, 30, 7, Scale::logarithmic},
    {"release", "Release", Unit::seconds, 0.02, 30, 4, Scale::logarithmic},
    {"vibrato", "Vibrato", Unit::cents, 0, 100, 0},
    {"vibrato_rate", "Vibrato rate", Unit::hertz, 0.05, 12, 4, Scale::logarithmic},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0.6},
};

constexpr param::PresetValue kTubular[] = {
    {"ratio1", 1.4}, {"ratio2", 2.756}, {"brightness", 3}, {"decay", 12}, {"index_decay", 6}};
constexpr param::PresetValue kGlass[] = {
    {"ratio1", 5.404}, {"ratio2", 8.933}, {"brightness", 0.7}, {"hardness", 0.25}, {"decay", 4}};
constexpr param::PresetValue kElectric[] = {
    {"ratio1", 1},        {"ratio2", 14}, {"brightness", 1.1}, {"hardness", 0.3},
    {"index_decay", 1.2}, {"decay", 5},   {"release", 0.4}};
constexpr param::PresetValue kMusicBox[] = {
    {"ratio1", 4},        {"ratio2", 9.1}, {"brightness", 0.9}, {"hardness", 0.6},
    {"index_decay", 0.5}, {"decay", 2.5},  {"release", 2}};
constexpr param::Preset kPresets[] = {{"Tubular", kTubular},
                                      {"Glass", kGlass},
                                      {"Electric piano", kElectric},
                                      {"Music box", kMusicBox}};

class Bell final : public VoiceSynth {
 public:
  Bell() : VoiceSynth(kParameters, 24) {}

 private:
  void clear() noexcept override { bells_ = {}; }

  void start(int group, int lane, Note& note) noexcept override {
    BellVoices& b = bells_[static_cast<std::size_t>(group)];
    // All phases from 0: the sound begins at 0, whatever the indices.
    for (auto& phase : b.phase) phase[lane] = 0;
    // A harder stroke is brighter; low notes have room for more.
    const double stroke = 0.35 + 0.65 * note.velocity / 100.0;
    const double height = math::exp2((60 - note.key) / 36.0);
    b.index[0][lane] = static_cast<float>(index_ * stroke * height / math::kTwoPi);
    b.index[1][lane] = static_cast<float>(hardness_ * stroke * stroke * height / math::kTwoPi);
    set_gains(group, lane, note.loudness, static_cast<float>(value(kSpread)) * place_of(note.key));
  }

  void update() noexcept override {
    Cell& c = cell();
    set_envelope(value(kAttack), value(kDecay), 0, value(kRelease));
    c.gain = static_cast<float>(math::db_to_gain(value(kLevel)) * 0.16);
    c.vibrato_depth = static_cast<float>(0.01 * value(kVibrato) + 0.5 * modulation());
    c.vibrato_step = static_cast<float>(value(kVibratoRate) * kCell / rate());
    index_ = value(kIndex) * math::exp2(2 * brightness());
    hardness_ = value(kHardness) * math::exp2(2 * brightness());
    bell_.ratio[0] = static_cast<float>(value(kRatio1));
    bell_.ratio[1] = static_cast<float>(value(kRatio2));
    bell_.decay[0] = per_cell_60db(2 * value(kIndexDecay));
    bell_.decay[1] = per_cell_60db(0.3 * value(kIndexDecay));
    bell_.detune = static_cast<float>(math::exp2(value(kDetune) / 1200));
  }

  void render(int group, float* left, float* right) noexcept override {
    kernels_.bell(voices(group), bells_[static_cast<std::size_t>(group)], cell(), bell_, left,
                  right);
  }

  std::array<BellVoices, kGroups> bells_{};
  BellCell bell_;
  double index_ = 0, hardness_ = 0;
  const Table& kernels_ = kernels();
};

}  // namespace

const SynthInfo kBell{
    .id = "bell",
    .name = "Bell",
    .summary = "Bells, glass and electric pianos that ring and lose their brightness.",
    .method =
        "Frequency modulation (Chowning 1973): two modulators at inharmonic ratios bend two "
        "carriers that beat slowly; indices stay within Carson's rule, so nothing folds back.",
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<Synth>(std::make_unique<Bell>()); },
};

}  // namespace tutti::instruments::synth
