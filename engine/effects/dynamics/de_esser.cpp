#include "engine/effects/dynamics/de_esser.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/math.h"
#include "engine/dsp/peak_hold.h"
#include "engine/effects/dynamics/core_effect.h"

namespace tutti::effects {
namespace {

using namespace dynamics;
using param::Scale;
using param::Unit;

enum { kFrequency, kThreshold, kRatio, kRange, kAttack, kRelease, kMode, kListen, kCount };

constexpr std::string_view kModes[] = {"split", "wide"};
constexpr param::Description kParameters[kCount] = {
    {"freq", "Frequency", Unit::hertz, 1500, 12000, 5500, Scale::logarithmic},
    {"threshold", "Threshold", Unit::decibels, -60, 0, -30},
    {"ratio", "Ratio", Unit::none, 1, 20, 4, Scale::logarithmic},
    {"range", "Range", Unit::decibels, 0, 24, 12},
    {"attack", "Attack", Unit::milliseconds, 0.1, 50, 1, Scale::logarithmic},
    {"release", "Release", Unit::milliseconds, 5, 500, 50, Scale::logarithmic},
    {"mode", "Mode", Unit::none, 0, 1, 0, Scale::choice, kModes},
    {"listen", "Listen to the hiss", Unit::none, 0, 1, 0, Scale::toggle},
};

constexpr param::PresetValue kFemale[] = {{"freq", 6500}, {"threshold", -32}, {"range", 10}};
constexpr param::PresetValue kMale[] = {{"freq", 4800}, {"threshold", -30}, {"range", 9}};
constexpr param::PresetValue kHard[] = {
    {"freq", 5200}, {"threshold", -38}, {"ratio", 10}, {"range", 18}, {"attack", 0.4}};
constexpr param::PresetValue kCymbals[] = {
    {"freq", 8000}, {"threshold", -26}, {"ratio", 3}, {"range", 6}, {"release", 120}};
constexpr param::Preset kPresets[] = {
    {"Higher voice", kFemale}, {"Lower voice", kMale}, {"Hard", kHard}, {"Cymbals", kCymbals}};
constexpr std::string_view kAliases[] = {"deesser"};

class DeEsser final : public param::Effect {
 public:
  void prepare(double rate, int, Arena& arena) override {
    rate_ = rate;
    hold_.prepare(hold_frames(rate, 1), kChunk, arena);
    reset();
  }
  void reset() noexcept override {
    controls_.reset();
    hold_.reset();
    state_ = {};
    gain_ = 0;
    reduction_ = 0;
  }
  std::int64_t tail() const noexcept override {
    return static_cast<std::int64_t>(2 * rate_ / frequency(controls_.target(kFrequency)));
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
  }
  double reading(int index) const noexcept override { return index == 0 ? reduction_ : 0; }

  void process(dsp::Block block) noexcept override {
    float lowest = 0;
    controls_.walk(
        block.frames, [this] { update(); },
        [&](int offset, int count) {
          for (int done = 0; done < count; done += kChunk) {
            lowest = std::min(lowest, run(block, offset + done, std::min(kChunk, count - done)));
          }
        });
    reduction_ = -kDecibelsAnOctave * static_cast<double>(lowest);
  }

 private:
  double frequency(double hz) const noexcept { return std::min(hz, 0.45 * rate_); }

  void update() noexcept {
    const auto value = [this](int i) { return controls_.value(i); };
    const double g = math::tan(math::kPi * frequency(value(kFrequency)) / rate_), k = kRoot2;
    const double a1 = 1 / (1 + g * (g + k));
    a1_ = static_cast<float>(a1);
    a2_ = static_cast<float>(g * a1);
    a3_ = static_cast<float>(g * g * a1);
    window_ = hold_frames(rate_, value(kRelease) * 0.001);
    speed_ = falling_speed(rate_, value(kAttack), value(kRelease), window_);
    curve_ = above(value(kThreshold), value(kRatio), 4, value(kRange));
    wide_ = value(kMode) != 0;
    listen_ = value(kListen) != 0;
  }

  // The parts above the frequency and around it.
  void split(const float* in, std::size_t channel, float* out, float* around, int frames) noexcept {
    auto [a, b] = state_[channel];
    for (int i = 0; i < frames; ++i) {
      const float x = in[i], v3 = x - b, v1 = a1_ * a + a2_ * v3, v2 = b + (a2_ * a + a3_ * v3);
      a = kept(v1 + v1 - a);
      b = kept(v2 + v2 - b);
      // What is far below hearing is nothing, never subnormal.
      const float band = static_cast<float>(kRoot2) * v1;
      out[i] = ((x - band - v2) + 1e-20f) - 1e-20f;
      around[i] = (band + 1e-20f) - 1e-20f;
    }
    state_[channel] = {a, b};
  }
  static float kept(float x) noexcept { return std::fabs(x) < 1e-15f ? 0.0f : x; }

  float run(dsp::Block block, int at, int frames) noexcept {
    float *left = block.left + at, *right = moved(block.right, at);
    alignas(64) float high[2][kChunk], around[2][kChunk], row[kChunk], half[kChunk];
    split(left, 0, high[0], around[0], frames);
    if (right != nullptr)
      split(right, 1, high[1], around[1], frames);
    else
      state_[1] = state_[0];
    const auto& kernels = best();
    kernels.level(high[0], right != nullptr ? high[1] : nullptr, row, frames);
    hold_.process(row, frames, window_);
    kernels.curve(curve_, row, row, frames);
    follow(row, speed_, gain_, frames);
    for (int i = 0; i < frames; ++i) half[i] = 0.5f * row[i];
    kernels.still_gain(half, 0, 1, half, frames);
    const float lowest = kernels.still_gain(row, 0, 1, row, frames);
    for (std::size_t c = 0; c < 2; ++c) {
      float* audio = c == 0 ? left : right;
      if (audio == nullptr) continue;
      if (listen_)
        std::memcpy(audio, high[c], static_cast<std::size_t>(frames) * sizeof(float));
      else if (wide_)
        kernels.apply(audio, row, frames);
      else {
        kernels.apply_part(audio, high[c], row, frames);
        kernels.apply_part(audio, around[c], half, frames);
      }
    }
    return lowest;
  }

  static constexpr double kRoot2 = 1.41421356237309505;
  struct State {
    float a = 0, b = 0;
  };
  param::Controls<kCount> controls_{kParameters};
  dsp::PeakHold hold_;
  std::array<State, 2> state_{};
  Curve curve_;
  Speed speed_;
  double rate_ = 48000, reduction_ = 0;
  float a1_ = 1, a2_ = 0, a3_ = 0, gain_ = 0;
  int window_ = 1;
  bool wide_ = false, listen_ = false;
};

static_assert(dsp::Processor<DeEsser>);

}  // namespace

const param::EffectInfo& de_esser_info() {
  static constexpr param::EffectInfo info = {
      .id = "de-esser",
      .name = "De-esser",
      .category = param::Category::dynamics,
      .summary = "Softens sharp s sounds of a voice, and cymbals that hurt.",
      .method =
          "The level of what a 12-dB high-pass lets through drives a compressor curve with a "
          "range; the reduction works as a moving high shelf or on all.",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .readings = kReductionReading,
      .mono = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<DeEsser>(); },
  };
  return info;
}

}  // namespace tutti::effects
