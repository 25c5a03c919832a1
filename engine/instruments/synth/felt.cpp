// A felt piano.
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
  kBrightness,
  kHammer,
  kDecay,
  kStiffness,
  kDetune,
  kAttack,
  kRelease,
  kSpread,
  kCount
};

constexpr param::Description kParameters[kCount] = {
    {"level", "Level", Unit::decibels, -60, 12, 0},
    {"brightness", "Brightness", Unit::hertz, 150, 6000, 900, Scale::logarithmic},
    {"hammer", "Hammer", Unit::none, 0, 1, 0.35},
    {"decay", "Decay", Unit::seconds, 0.5, 30, 9, Scale::logarithmic},
    {"stiffness", "Stiffness of the strings", Unit::none, 0, 4, 1},
    {"detune", "Detune", Unit::cents, 0, 10, 0.7},
    {"attack", "Attack", Unit::seconds, 0.001, 0.2, 0.004, Scale::logarithmic},
    {"release", "Release", Unit::seconds, 0.02, 10, 0.35, Scale::logarithmic},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0.5},
};

constexpr param::PresetValue kSoft[] = {
    {"brightness", 450}, {"hammer", 0.6}, {"attack", 0.01}, {"release", 0.8}};
constexpr param::PresetValue kUpright[] = {
    {"brightness", 2000}, {"hammer", 0.2}, {"detune", 1.5}, {"attack", 0.002}};
constexpr param::PresetValue kToy[] = {
    {"brightness", 3000}, {"stiffness", 4}, {"decay", 2}, {"detune", 4}, {"hammer", 0.5}};
constexpr param::Preset kPresets[] = {{"Soft", kSoft}, {"Upright", kUpright}, {"Toy", kToy}};

constexpr int kPartials = 20;     // of the first string
constexpr int kSecondString = 8;  // partials of the second
constexpr int kThumps = kModes - kPartials - kSecondString;
constexpr double kStrike = 0.117;  // of the string's length
constexpr double kThumpHertz[kThumps] = {61, 97, 146, 223};

class Felt final : public VoiceSynth {
 public:
  Felt() : VoiceSynth(kParameters, 24) {}

 private:
  void clear() noexcept override {
    strings_ = {};
    bend_ = 0;
  }

  struct Mode {
    double hertz = 0, seconds = 1, level = 0;
  };

  // Partial n of a stiff string lies at n sqrt(1 + B n²) (Fletcher, Blackham and Stratton 1962);
  // scaled so that the first is the note's.
  Mode mode(int index, double key, double hertz, double velocity) const noexcept {
    if (index >= kPartials + kSecondString) {
      const int k = index - kPartials - kSecondString;
      const double level = 0.5 * value(kHammer) * velocity / (1 + 0.5 * k);
      return {kThumpHertz[k], 0.12 - 0.02 * k, level};
    }
    const bool second = index >= kPartials;
    const int n = second ? index - kPartials + 1 : index + 1;
    const double b = 2e-4 * value(kStiffness) * math::exp2((key - 54) / 11);
    const double f = hertz * n * std::sqrt((1 + b * n * n) / (1 + b));
    // Felt is soft: it lasts longer than high partials swing.
    const double cutoff =
        value(kBrightness) * math::exp2(2 * brightness()) * (0.35 + 0.8 * velocity) + 0.6 * hertz;
    double level = std::fabs(math::sin(math::kPi * n * kStrike)) * math::exp(-f / cutoff);
    // High strings and high partials die sooner; the second string, which is driven less, later.
    double seconds = value(kDecay) * math::exp2((60 - key) / 17) / (1 + 0.16 * (n - 1));
    seconds /= 1 + f / 5000;
    if (second) level *= 0.3, seconds *= 2.2;
    return {second ? f * math::exp2(value(kDetune) / 1200) : f, seconds, level};
  }

  void turn(int group, int lane, int index, const Mode& m) noexcept {
    FeltVoices& s = strings_[static_cast<std::size_t>(group)];
    const double r = math::exp2(-9.965784284662087 / (std::max(m.seconds, 0.01) * rate()));
    const double angle = math::kTwoPi * m.hertz / rate();
    s.c[lane][index] = static_cast<float>(r * math::cos(angle));
    s.s[lane][index] = static_cast<float>(r * math::sin(angle));
  }

  void start(int group, int lane, Note& note) noexcept override {
    FeltVoices& s = strings_[static_cast<std::size_t>(group)];
    const double velocity = note.velocity / 127.0, key = note.key;
    const double hertz = math::midi_to_hz(key + cell().bend);
    std::array<Mode, kModes> modes;
    double energy = 0, slowest = 0.01;
    for (int i = 0; i < kModes; ++i) {
      Mode& m = modes[static_cast<std::size_t>(i)];
      m = mode(i, key, hertz, velocity);
      if (m.hertz > 0.45 * rate()) m.level = 0;
      if (i < kPartials) energy += m.level * m.level;
      if (m.level > 0) slowest = std::max(slowest, m.seconds);
    }
    const double scale = 1 / std::sqrt(std::max(energy, 1e-12));
    for (int i = 0; i < kModes; ++i) {
      const Mode& m = modes[static_cast<std::size_t>(i)];
      turn(group, lane, i, m);
      s.x[lane][i] = 0;  // sines: the sound begins at 0
      s.y[lane][i] = static_cast<float>(m.level * (i < kPartials + kSecondString ? scale : 1.0) *
                                        (i % 2 == 0 ? 1 : -1));
    }
    s.left[lane] = energy > 0 ? 1 : 0;
    s.fall[lane] = per_cell_60db(slowest);
    s.sounds[lane] = -1;
    // Low keys to the left, as the player sits.
    const double place = std::clamp((key - 60) / 40, -1.0, 1.0) * value(kSpread);
    set_gains(group, lane, note.loudness, static_cast<float>(place));
  }

  void update() noexcept override {
    set_envelope(value(kAttack), 1, 1, value(kRelease));
    cell().gain = static_cast<float>(math::db_to_gain(value(kLevel)) * 0.125);
  }

  // A bend moves every partial; nothing else does while a note sounds.
  void begin_cell() noexcept override {
    if (cell().bend == bend_) return;
    bend_ = cell().bend;
    for (int at = 0; at < kAllLanes; ++at) {
      const int group = at / kLanes, lane = at % kLanes;
      if (!sounds(group, lane)) continue;
      const double key = key_of(group, lane), hertz = math::midi_to_hz(key + bend_);
      for (int i = 0; i < kModes; ++i) {
        Mode m = mode(i, key, hertz, 1);
        m.hertz = std::min(m.hertz, 0.5 * rate());
        turn(group, lane, i, m);
      }
    }
  }

  void render(int group, float* left, float* right) noexcept override {
    kernels_.felt(voices(group), strings_[static_cast<std::size_t>(group)], cell(), left, right);
  }

  std::array<FeltVoices, kGroups> strings_{};
  float bend_ = 0;
  const Table& kernels_ = kernels();
};

}  // namespace

const SynthInfo kFelt{
    .id = "felt",
    .name = "Felt piano",
    .summary = "A soft piano with felt between hammers and strings.",
    .method =
        "Damped sines (modal synthesis): the partials of a stiff string (Fletcher, Blackham and "
        "Stratton 1962) as a felt hammer strikes it, a second string that beats and lasts "
        "longer, and the thump of the hammer.",
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<Synth>(std::make_unique<Felt>()); },
};

}  // namespace tutti::instruments::synth
