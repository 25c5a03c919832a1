#include "engine/effects/dynamics/ducker.h"

#include "engine/effects/dynamics/core_effect.h"

namespace tutti::effects {
namespace {

using namespace dynamics;
using param::Scale;
using param::Unit;

enum {
  kThreshold,
  kRatio,
  kDepth,
  kKnee,
  kAttack,
  kHoldTime,
  kRelease,
  kSideHighPass,
  kSideLowPass,
  kLookAhead,
  kCount
};

constexpr param::Description kParameters[kCount] = {
    {"threshold", "Threshold", Unit::decibels, -60, 0, -30},
    {"ratio", "Ratio", Unit::none, 1, 100, 6, Scale::logarithmic},
    {"depth", "Depth", Unit::decibels, 0, 60, 12},
    {"knee", "Knee", Unit::decibels, 0, 24, 6},
    {"attack", "Attack", Unit::milliseconds, 0.05, 500, 10, Scale::logarithmic},
    {"hold", "Hold", Unit::milliseconds, 0, 2000, 50},
    {"release", "Release", Unit::milliseconds, 5, 5000, 250, Scale::logarithmic},
    kSideHighPassDescription,
    kSideLowPassDescription,
    {"lookahead", "Look-ahead", Unit::milliseconds, 0, 20, 0, Scale::linear, {}, true},
};

constexpr param::PresetValue kPump[] = {{"threshold", -32}, {"ratio", 10}, {"depth", 18},
                                        {"attack", 2},      {"hold", 30},  {"release", 180},
                                        {"sc_lowpass", 250}};
constexpr param::PresetValue kVoice[] = {{"threshold", -36},  {"ratio", 8},  {"depth", 14},
                                         {"attack", 80},      {"hold", 500}, {"release", 700},
                                         {"sc_highpass", 150}};
constexpr param::PresetValue kBass[] = {{"threshold", -28}, {"ratio", 4}, {"depth", 6},
                                        {"attack", 1},      {"hold", 10}, {"release", 90},
                                        {"sc_lowpass", 400}};
constexpr param::Preset kPresets[] = {
    {"Kick pumps", kPump}, {"Voice over music", kVoice}, {"Bass under kick", kBass}};
constexpr std::string_view kAliases[] = {"sidechain-comp", "sidechain-compressor", "duck"};

class Ducker final : public CoreEffect<Ducker, kCount> {
 public:
  Ducker() : CoreEffect(kParameters, kLookAhead) {}

  CoreSettings settings() noexcept {
    CoreSettings s;
    s.curve = above(value(kThreshold), value(kRatio), value(kKnee), value(kDepth));
    s.hold = hold_frames(rate_, value(kRelease) * 0.001);
    s.speed = falling_speed(rate_, value(kAttack), value(kRelease), s.hold);
    s.linger = static_cast<int>(rate_ * 0.001 * value(kHoldTime) + 0.5);
    s.high_pass = value(kSideHighPass);
    s.low_pass = value(kSideLowPass);
    return s;
  }
  Trim trim(int, int) noexcept { return {}; }
};

static_assert(dsp::Processor<Ducker>);

}  // namespace

const param::EffectInfo& ducker_info() {
  static constexpr param::EffectInfo info = {
      .id = "ducker",
      .name = "Ducker",
      .category = param::Category::dynamics,
      .summary = "Turns a track down while another one, its side-chain, sounds.",
      .method =
          "A feed-forward compressor in the log domain on the filtered side-chain, limited to "
          "a depth, with a hold before the release. Without a side-chain it listens to "
          "itself.",
      .aliases = kAliases,
      .parameters = kParameters,
      .presets = kPresets,
      .readings = kReductionReading,
      .mono = true,
      .side_chain = true,
      .make = []() -> std::unique_ptr<param::Effect> { return std::make_unique<Ducker>(); },
  };
  return info;
}

}  // namespace tutti::effects
