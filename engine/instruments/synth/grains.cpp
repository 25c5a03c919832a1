// Granular swells.
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
  kDensity,
  kSize,
  kBrightness,
  kAir,
  kScatter,
  kOctaves,
  kDetune,
  kAttack,
  kDecay,
  kSustain,
  kRelease,
  kSpread,
  kCount
};

constexpr param::Description kParameters[kCount] = {
    {"level", "Level", Unit::decibels, -60, 12, 0},
    {"density", "Grains a second", Unit::hertz, 1, 80, 16, Scale::logarithmic},
    {"size", "Grain length", Unit::milliseconds, 20, 1000, 260, Scale::logarithmic},
    {"brightness", "Brightness", Unit::none, 0, 1, 0.25},
    {"air", "Air", Unit::none, 0, 1, 0.15},
    {"scatter", "Scatter", Unit::none, 0, 1, 0.6},
    {"octaves", "Octaves and fifths", Unit::none, 0, 1, 0.5},
    {"detune", "Detune", Unit::cents, 0, 100, 8},
    {"attack", "Attack", Unit::seconds, 0.01, 20, 2.5, Scale::logarithmic},
    {"decay", "Decay", Unit::seconds, 0.05, 30, 8, Scale::logarithmic},
    {"sustain", "Sustain", Unit::none, 0, 1, 0.8},
    {"release", "Release", Unit::seconds, 0.02, 30, 4, Scale::logarithmic},
    {"spread", "Stereo spread", Unit::none, 0, 1, 0.9},
};

constexpr param::PresetValue kRainOfGlass[] = {
    {"density", 30}, {"size", 60}, {"octaves", 1}, {"air", 0}, {"scatter", 1}, {"brightness", 0.5}};
constexpr param::PresetValue kCloud[] = {
    {"density", 40}, {"size", 500}, {"octaves", 0.3}, {"air", 0.4}, {"detune", 25}};
constexpr param::PresetValue kBreath[] = {
    {"density", 12}, {"size", 800}, {"air", 0.85}, {"brightness", 0.1}, {"attack", 4}};
constexpr param::Preset kPresets[] = {
    {"Rain of glass", kRainOfGlass}, {"Cloud", kCloud}, {"Breath", kBreath}};

constexpr int kPools = 8;  // of kLanes grains
constexpr int kNotes = 8;

class Grains final : public VoiceSynth {
 public:
  Grains() : VoiceSynth(kParameters, kNotes) {}

 private:
  void clear() noexcept override {
    pool_ = {};
    grains_ = {};
    busy_ = {};
    count_ = 0;
  }
  bool ringing() const noexcept override { return count_ > 0; }

  // Every grain goes to the falling half of its window, at the same height, and ends soon.
  void hush() noexcept override {
    const double soon = kCell / (kFadeSeconds * rate());
    for (GrainVoices& g : grains_) {
      for (int lane = 0; lane < kLanes; ++lane) {
        g.window[lane] = std::max(g.window[lane], 1 - g.window[lane]);
        g.step[lane] = std::max(g.step[lane], static_cast<float>((1 - g.window[lane]) * soon));
      }
    }
  }

  void start(int group, int lane, Note& note) noexcept override {
    const auto at = static_cast<std::size_t>(group * kLanes + lane);
    random_[at] = note.random;
    wait_[at] = 0;
    set_gains(group, lane, note.loudness, 0);
  }

  void update() noexcept override {
    Cell& c = cell();
    set_envelope(value(kAttack), value(kDecay), value(kSustain), value(kRelease));
    const double many = std::max(1.0, value(kDensity) * 0.001 * value(kSize));
    c.gain = static_cast<float>(math::db_to_gain(value(kLevel)) * 0.3 / std::sqrt(many));
  }

  void render(int group, float*, float*) noexcept override {
    kernels_.envelopes(voices(group), cell());
  }

  void finish(float* left, float* right) noexcept override {
    for (int at = 0; at < kAllLanes; ++at) {
      const int group = at / kLanes, lane = at % kLanes;
      const Voices& v = voices(group);
      if (!sounds(group, lane) || v.level[lane] <= 0 || v.fading[lane] != 0) continue;
      const auto n = static_cast<std::size_t>(at);
      wait_[n] -= kCell;
      if (wait_[n] > 0) continue;
      Random& random = random_[n];
      const double apart = rate() / value(kDensity);
      wait_[n] += apart * (1 + 0.8 * value(kScatter) * random.uniform(-1, 1));
      emit(key_of(group, lane), v.level[lane] * (v.left[lane] + v.right[lane]) * 0.7071f, random);
    }
    for (std::size_t g = 0; g < kPools; ++g) {
      if (busy_[g] == 0) continue;
      kernels_.grains(pool_[g], grains_[g], cell().gain, left, right);
      for (int lane = 0; lane < kLanes; ++lane) {
        if ((busy_[g] >> lane & 1) == 0 || grains_[g].window[lane] < 1) continue;
        busy_[g] &= ~(1u << lane);
        --count_;
      }
    }
  }

  // Starts a grain; when all are busy, there is one less, which nobody will miss among 64.
  void emit(int key, float gain, Random& random) noexcept {
    const double scatter = value(kScatter);
    const double which = random.uniform(), jump = random.uniform();
    const double seconds = 0.001 * value(kSize) * math::exp2(scatter * random.uniform(-0.8, 0.8));
    const double cents = value(kDetune) * random.uniform(-1, 1);
    const double place = value(kSpread) * random.uniform(-1, 1);
    const double colour = random.uniform(0.4, 1);
    const auto phase = static_cast<std::uint32_t>(random.next() >> 32);
    const auto seed = static_cast<std::uint32_t>(random.next() >> 32);
    std::size_t g = 0;
    while (g < kPools && busy_[g] == 0xff) ++g;
    if (g == kPools) return;
    int lane = 0;
    while ((busy_[g] >> lane & 1) != 0) ++lane;
    constexpr double kIntervals[] = {12, 7, 19, -12, 24};
    const double interval =
        jump < value(kOctaves) * 0.6 ? kIntervals[static_cast<int>(which * 5)] : 0;
    const double hertz = math::midi_to_hz(key + cell().bend + interval + 0.01 * cents);
    GrainVoices& s = grains_[g];
    Voices& v = pool_[g];
    busy_[g] |= 1u << lane;
    ++count_;
    const bool heard = hertz < 0.45 * rate();
    s.phase[0][lane] = phase;
    s.phase[1][lane] = phase * 2;
    s.noise[lane] = seed;
    s.share[lane] = static_cast<float>(heard ? hertz / rate() : 0);
    s.window[lane] = 0;
    s.step[lane] = static_cast<float>(std::min(0.5, kCell / (seconds * rate())));
    // As in the bell: what is bent stays below half the rate.
    const double room = std::max(0.0, (0.48 - hertz / rate()) / (2 * hertz / rate()) - 1);
    const double wanted = 2.5 * value(kBrightness) * math::exp2(2 * brightness()) * colour;
    s.colour[lane] = static_cast<float>(std::min(wanted, room) / math::kTwoPi);
    s.air[lane] = static_cast<float>(value(kAir));
    s.smooth[lane] = static_cast<float>(std::min(0.9, 12 * hertz / rate()));
    s.state[lane] = 0;
    v.level[lane] = v.out_left[lane] = v.out_right[lane] = 0;
    const float loud = heard ? gain : 0;
    v.left[lane] = loud * static_cast<float>(std::sqrt(0.5 * (1 - place)));
    v.right[lane] = loud * static_cast<float>(std::sqrt(0.5 * (1 + place)));
  }

  std::array<Voices, kPools> pool_{};
  std::array<GrainVoices, kPools> grains_{};
  std::array<std::uint32_t, kPools> busy_{};  // a bit a grain
  int count_ = 0;
  std::array<Random, kAllLanes> random_;
  std::array<double, kAllLanes> wait_{};  // frames until the next grain
  const Table& kernels_ = kernels();
};

}  // namespace

const SynthInfo kGrains{
    .id = "grains",
    .name = "Grains",
    .summary = "Clouds of short sounds around each note, with octaves, fifths and air.",
    .method =
        "Granular synthesis (Roads 1988): up to 64 grains under Hann's window, sines with a "
        "bent phase mixed with filtered noise; place, pitch and length scattered by the seed.",
    .parameters = kParameters,
    .presets = kPresets,
    .make = [] { return std::unique_ptr<Synth>(std::make_unique<Grains>()); },
};

}  // namespace tutti::instruments::synth
