#include "engine/effects/dynamics/expander.h"

#include "engine/effects/dynamics/core_effect.h"

namespace tutti::effects {
namespace {

using namespace dynamics;
using param::Scale;
using param::Unit;

enum {
  kThreshold,
  kRatio,
  kKnee,
  kRange,
  kAttack,
  kRelease,
  kDetector,
  kLink,
  kSideHighPass,
  kSideLowPass,
  kLookAhead,
  kCount
};

constexpr std::string_view kDetectors[] = {"peak", "RMS"};
constexpr param::Description kParameters[kCount] = {
    {"threshold", "Threshold", Unit::decibels, -90, 0, -42},
    {"ratio", "Ratio", Unit::none, 1, 20, 2, Scale::logarithmic},
    {"knee", "Knee", Unit::decibels, 0, 24, 6},
    {"range", "Range", Unit::decibels, 0, 100, 30},
    {"attack", "Attack", Unit::milliseconds, 0.05, 250, 2, Scale::logarithmic},
    {"release", "Release", Unit::milliseconds, 5, 5000, 150, Scale::logarithmic},
    {"detector", "Detector", Unit::none, 0, 1, 0, Scale::choice, kDetectors},
    {"link", "Stereo link", Unit::percent, 0, 100, 100},
    kSideHighPassDescription,
    kSideLowPassDescription,
    {"lookahead", "Look-ahead", Unit::milliseconds, 0, 20, 0, Scale::linear, {}, true},
};

constexpr param::PresetValue kRoom[] = {
    {"threshold", -48}, {"ratio", 1.6}, {"knee", 10}, {"range", 18}, {"release", 250}};
constexpr param::PresetValue kHiss[] = {
    {"threshold", -58}, {"ratio", 3}, {"range", 24}, {"release", 400}};
constexpr param::PresetValue kTight[] = {{"threshold", -32}, {"ratio", 4},    {"knee", 3},
                                         {"range", 40},      {"attack", 0.5}, {"release", 80}};
constexpr param::Preset kPresets[] = {
    {"Less room", kRoom}, {"Less hiss", kHiss}, {"Tight drums", kTight}};

class Expander final : public CoreEffect<Expander, kCount> {
 public:
  Expander() : CoreEffect(kParameters, kLookAhead) {}

  CoreSettings settings() noexcept {
    CoreSettings s;
    s.curve = below(value(kThreshold), value(kRatio), value(kKnee), value(kRange));
    s.hold = hold_frames(rate_, value(kRelease) * 0.001);
    s.rms = value(kDetector) != 0;
    const Speed speed = falling_speed(rate_, value(kAttack), value(kRelease), s.rms ? 1 : s.hold);
    s.speed = {speed.up, speed.down};  // opening is the attack here
    s.link = static_cast<float>(value(kLink) * 0.01);
    s.high_pass = value(kSideHighPass);
    s.low_pass = value(kSideLowPass);
    return s;
  }
  Trim trim(int, int) noexcept { return {}; }
};

static_assert(dsp::Processor<Expander>);

}  // namespace

const param::EffectInfo& expander_info() {
  static constexpr param::EffectInfo info = {
      .id = "expander",
      .name = "Expander",
      .category = param::Category::dynamics,
      .summary = "Makes quiet passages quieter, so that room, hiss and bleed step back.",
      .method =
          "Downward expansion below the threshold with a parabolic knee, as the compressor in "
          "the log domain; the gain in dB rises by the attack and falls by the release, each "
          "a time constant (63.2 %).",
      .parameters = kParameters,
      .presets = kPresets,
      .readings = kReductionReading,
      .mono = true,
      .side_chain = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<Expander>(); },
  };
  return info;
}

}  // namespace tutti::effects
