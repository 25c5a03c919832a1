// Detuned saws and triangles through a moving low-pass: warm, endless chords.
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
  kShape,
  kUnison,
  kDetune,
  kCutoff,
  kResonance,
  kFollow,
  kSweep,
  kSweepTime,
  kMotion,
  kMotionRate,
  kSwell,
  kSwellRate,
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
    {"shape", "Saw to triangle", Unit::none, 0, 1, 0.2},
    {"unison", "Oscillators", Unit::none, 1, kMaxUnison, 3, Scale::integer},
    {"detune", "Detune", Unit::cents, 0, 100, 9},
    {"cutoff", "Cutoff", Unit::hertz, 40, 18000, 1100, Scale::logarithmic},
    {"resonance", "Resonance", Unit::none, 0, 1, 0.1},
    {"follow", "Cutoff follows pitch", Unit::none, 0, 1, 0.4},
    {"sweep", "Filter sweep (octaves)", Unit::none, -5, 5, 0.8},
    {"sweep_time", "Sweep time", Unit::seconds, 0.05, 30, 4, Scale::logarithmic},
    {"motion", "Slow motion (octaves)", Unit::none, 0, 3, 0.5},
    {"motion_rate", "Motion rate", Unit::hertz, 0.01, 8, 0.09, Scale::logarithmic},
    {"swell", "Swell", Unit::none, 0, 1, 0.2},
    {"swell_rate", "Swell rate", Unit::hertz, 0.01, 12, 0.06, Scale::logarithmic},
    {"attack", "Attack", Unit::seconds, 0.002, 20, 0.9, Scale::logarithmic},
    {"decay", "Decay", Unit::seconds, 0.02, 30, 6, Scale::logarithmic},
    {"sustain", "Sustain", Unit::none, 0, 1, 0.8},
    {"release", "Release", Unit::seconds, 0.02, 30, 3, Scale::logarithmic},
    {"vibrato", "Vibrato", Unit::cents, 0, 100, 3},
    {"vibrato_rate", "Vibrato rate", Unit::hertz, 0.05, 12, 4.2, Scale::logarithmic},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0.7},
};

constexpr param::PresetValue kStrings[] = {{"shape", 0},     {"unison", 5},    {"detune", 14},
                                           {"cutoff", 2600}, {"attack", 0.35}, {"release", 1.2},
                                           {"sweep", 0.4},   {"vibrato", 6},   {"vibrato_rate", 5}};
constexpr param::PresetValue kGlass[] = {{"shape", 1},     {"unison", 3},   {"detune", 5},
                                         {"cutoff", 3400}, {"attack", 1.6}, {"release", 5},
                                         {"motion", 0.9},  {"swell", 0.4}};
constexpr param::PresetValue kDark[] = {{"shape", 0.3},      {"cutoff", 420}, {"follow", 0.7},
                                        {"resonance", 0.25}, {"sweep", 1.6},  {"sweep_time", 9},
                                        {"attack", 2.5},     {"release", 6}};
constexpr param::PresetValue kPulse[] = {
    {"shape", 0},      {"cutoff", 900}, {"resonance", 0.35}, {"sweep", 2.2},   {"sweep_time", 0.4},
    {"attack", 0.005}, {"decay", 1.2},  {"sustain", 0.4},    {"release", 0.6}, {"motion", 0.2}};
constexpr param::PresetValue kDrift[] = {
    {"shape", 0},         {"unison", 3},  {"detune", 7},        {"cutoff", 900},
    {"follow", 0},        {"sweep", 0},   {"resonance", 0.05},  {"motion", 0.8},
    {"motion_rate", 0.1}, {"swell", 0.8}, {"swell_rate", 0.08}, {"sustain", 1},
    {"vibrato", 0},       {"spread", 1}};
constexpr param::Preset kPresets[] = {{"String ensemble", kStrings},
                                      {"Glass", kGlass},
                                      {"Dark", kDark},
                                      {"Pulse", kPulse},
                                      {"Drift", kDrift}};

class Pad final : public VoiceSynth {
 public:
  Pad() : VoiceSynth(kParameters, 24) {}

 private:
  void clear() noexcept override { pads_ = {}; }

  void start(int group, int lane, Note& note) noexcept override {
    PadVoices& p = pads_[static_cast<std::size_t>(group)];
    for (auto& phase : p.phase) phase[lane] = static_cast<std::uint32_t>(note.random.next() >> 32);
    p.bright[lane] =
        static_cast<float>(1.5 * (note.velocity - 100) / 127.0 + note.random.uniform(-0.08, 0.08));
    p.sweep[lane] = 1;
    p.motion[lane] = static_cast<float>(note.random.uniform());
    p.swell[lane] = static_cast<float>(note.random.uniform());
    p.lfo_scale[lane] = static_cast<float>(note.random.uniform(0.75, 1.25));
    for (int n = 0; n < 2; ++n) p.low[n][lane] = p.band[n][lane] = 0;
    p.fresh[lane] = -1;
    set_gains(group, lane, note.loudness, static_cast<float>(value(kSpread)) * place_of(note.key));
  }

  void update() noexcept override {
    Cell& c = cell();
    set_envelope(value(kAttack), value(kDecay), value(kSustain), value(kRelease));
    const double unison = value(kUnison);
    // A quarter stands for the two low-passes, which give twice their sum each.
    c.gain = static_cast<float>(math::db_to_gain(value(kLevel)) * 0.25 * 0.35 / std::sqrt(unison));
    c.vibrato_depth = static_cast<float>(0.01 * value(kVibrato) + 0.5 * modulation());
    c.vibrato_step = static_cast<float>(value(kVibratoRate) * kCell / rate());
    pad_.unison = static_cast<int>(unison);
    pad_.shape = static_cast<float>(value(kShape));
    for (int o = 0; o < pad_.unison; ++o) {
      // Evenly from -1 to 1, the outermost nudged so that beats do not line up.
      const double place = pad_.unison > 1 ? 2.0 * o / (pad_.unison - 1) - 1 : 0;
      const double cents = value(kDetune) * (place + 0.07 * place * place * (o % 2 == 0 ? 1 : -1));
      pad_.ratio[o] = static_cast<float>(math::exp2(cents / 1200));
    }
    pad_.cutoff = static_cast<float>(math::log2(value(kCutoff) / rate()) + 2 * brightness());
    pad_.follow = static_cast<float>(value(kFollow));
    pad_.sweep = static_cast<float>(value(kSweep));
    pad_.sweep_decay = per_cell_60db(3 * value(kSweepTime));
    pad_.motion = static_cast<float>(value(kMotion));
    pad_.motion_step = static_cast<float>(value(kMotionRate) * kCell / rate());
    pad_.swell = static_cast<float>(value(kSwell));
    pad_.swell_step = static_cast<float>(value(kSwellRate) * kCell / rate());
    // The two halves of a fourth-order Butterworth; resonance sharpens the second.
    pad_.damp[0] = 1.8477591f;
    pad_.damp[1] = static_cast<float>(0.76536686 * math::exp2(-4.5 * value(kResonance)));
  }

  void render(int group, float* left, float* right) noexcept override {
    kernels_.pad(voices(group), pads_[static_cast<std::size_t>(group)], cell(), pad_, left, right);
  }

  std::array<PadVoices, kGroups> pads_{};
  PadCell pad_;
  const Table& kernels_ = kernels();
};

}  // namespace

const SynthInfo kPad{
    .id = "pad",
    .name = "Pad",
    .summary = "Detuned saws and triangles through a slowly moving low-pass: warm, endless chords.",
    .method =
        "Up to seven oscillators a voice whose jumps and corners are smoothed by the integrated "
        "cubic B-spline (Välimäki, Pekonen and Nam 2012), two state-variable low-passes in "
        "series (Simper 2013) that an envelope, the key and a slow sine move.",
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<Synth>(std::make_unique<Pad>()); },
};

}  // namespace tutti::instruments::synth
