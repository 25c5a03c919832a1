// Effects that bend the signal: aliases, static curves, the wave-shaper's points, the converter's
// steps.
#include <gtest/gtest.h>

#include "engine/effects/saturation/wave_shaper.h"
#include "tests/effects/aliases.h"
#include "tests/effects/rig.h"
#include "tests/effects/tone.h"

namespace tutti::tests {
namespace {

const param::EffectInfo& effect(std::string_view id) {
  return *registry::find_effect(id);
}
int parameter(const param::EffectInfo& info, std::string_view id) {
  return *registry::require_parameter(info, id);
}

struct Setting {
  std::string_view id;
  double value;
};
std::vector<float> played(std::string_view id, const std::vector<Setting>& settings,
                          std::vector<float> x) {
  const auto& info = effect(id);
  auto values = default_values(info);
  for (const auto& s : settings) values[static_cast<std::size_t>(parameter(info, s.id))] = s.value;
  Rig rig(info, 48000, 512, values);
  Stereo sound;
  sound.left = sound.right = std::move(x);
  rig.play(sound, blocks_of(512));
  return sound.left;
}
double alias_db(std::string_view id, const std::vector<Setting>& settings, double level = 1) {
  const auto y = played(id, settings, five_kilohertz(48000, level));
  return worst_alias_db(std::span(y).subspan(47000));
}

TEST(Distortion, KeepsAliasesAsFarDownAsItSays) {
  for (int type = 0; type < 5; ++type) {
    for (const double drive : {0., 6., 12., 18., 24., 30., 36., 40.}) {
      for (const int factor : {2, 3}) {  // 4x and 8x
        EXPECT_LT(alias_db("distortion", {{"type", static_cast<double>(type)},
                                          {"drive", drive},
                                          {"oversampling", static_cast<double>(factor)}}),
                  type < 4                     ? -85
                  : factor == 3 || drive <= 18 ? -80
                                               : -75)
            << "type " << type << ", drive " << drive << ", factor " << (1 << factor);
      }
    }
  }
}

TEST(Saturation, KeepsAliases80DecibelsDown) {
  for (const double type : {0., 1.}) {
    for (const double drive : {-12., 0., 6., 12., 24.}) {
      for (const double bias : {-0.5, 0., 0.3}) {
        EXPECT_LT(alias_db("saturation", {{"type", type}, {"drive", drive}, {"bias", bias}}), -80)
            << "type " << type << ", drive " << drive << ", bias " << bias;
      }
    }
  }
}

TEST(WaveShaper, KeepsAliasesAsFarDownAsItSays) {
  for (const auto& preset : effect("wave-shaper").presets) {
    std::vector<Setting> settings;
    for (const auto& [id, value] : preset.values) settings.push_back({id, value});
    EXPECT_LT(alias_db("wave-shaper", settings), -80) << preset.name;
    settings.push_back({"drive", 12});
    EXPECT_LT(alias_db("wave-shaper", settings), -70) << preset.name << ", driven";
    settings.push_back({"oversampling", 3});
    EXPECT_LT(alias_db("wave-shaper", settings), -85) << preset.name << ", driven, 8x";
  }
}

TEST(Distortion, LeavesQuietSoundAsLoudAsTheDriveSays) {
  for (int type = 0; type < 5; ++type) {
    for (const double drive : {0., 12.}) {
      const auto x = sine(997, 48000, 24000, 1e-3);
      const auto y = played(
          "distortion", {{"type", static_cast<double>(type)}, {"drive", drive}, {"level", 0}}, x);
      const double gain = level(std::span(y).subspan(12000), 997, 48000) / 1e-3;
      // The fuzz is five times as steep at rest.
      EXPECT_NEAR(20 * std::log10(gain), drive + (type == 3 ? 20 * std::log10(5.0) : 0), 0.1)
          << type;
    }
  }
}

TEST(Saturation, HasSlopeOneAtRestWhateverTheBias) {
  for (const double type : {0., 1.}) {
    for (const double bias : {-0.5, -0.2, 0., 0.4}) {
      const auto x = sine(997, 48000, 24000, 1e-3);
      const auto y =
          played("saturation",
                 {{"type", type}, {"bias", bias}, {"drive", 0}, {"level", 0}, {"tone", 20000}}, x);
      EXPECT_NEAR(20 * std::log10(level(std::span(y).subspan(12000), 997, 48000) / 1e-3), 0, 0.1)
          << type << " " << bias;
    }
  }
}

TEST(Saturation, BendsTheTubeMoreOnOneSide) {
  const auto harmonic = [](double type, double bias, int number) {
    const auto y = played("saturation", {{"type", type}, {"bias", bias}, {"drive", 6}},
                          sine(500, 48000, 48000, 0.7));
    return 20 * std::log10(level(std::span(y).subspan(24000), 500 * number, 48000) /
                           level(std::span(y).subspan(24000), 500, 48000));
  };
  EXPECT_LT(harmonic(0, 0, 2), -100);  // tape: odd harmonics only
  EXPECT_GT(harmonic(0, 0, 3), -40);
  EXPECT_GT(harmonic(1, 0, 2), -30);  // tube: the octave
  EXPECT_GT(harmonic(0, 0.3, 2), -40);
}

TEST(Distortion, TakesAwayDirectCurrent) {
  const auto y = played("distortion", {{"type", 3}, {"drive", 20}}, sine(500, 48000, 96000, 0.7));
  double mean = 0;
  for (std::size_t i = 48000; i < y.size(); ++i) mean += y[i];
  EXPECT_LT(std::fabs(mean / 48000), 1e-3);
}

TEST(WaveShaper, PassesThroughItsPointsWithoutOvershoot) {
  Random random(12);
  for (int round = 0; round < 200; ++round) {
    std::array<double, 9> heights;
    for (double& h : heights) h = random.uniform(-1, 1);
    const auto curves = effects::monotone_curve(heights);
    for (std::size_t i = 0; i < 9; ++i) {
      const auto at = static_cast<float>(-1 + 0.25 * static_cast<double>(i));
      EXPECT_NEAR(dsp::shaped(curves, at), heights[i], 1e-5);
    }
    EXPECT_NEAR(dsp::shaped(curves, -7), heights[0], 1e-5);
    EXPECT_NEAR(dsp::shaped(curves, 7), heights[8], 1e-5);
    for (std::size_t i = 0; i < 8; ++i) {
      float before = static_cast<float>(heights[i]);
      const double way = heights[i + 1] - heights[i];
      for (int k = 1; k <= 20; ++k) {
        const float y = dsp::shaped(
            curves, static_cast<float>(-1 + 0.25 * (static_cast<double>(i) + k / 20.0)));
        EXPECT_GE((y - before) * (way < 0 ? -1 : 1), -1e-5);
        before = y;
      }
    }
  }
}

TEST(WaveShaper, FollowsTheCurveItWasGiven) {
  const auto& info = effect("wave-shaper");
  std::array<double, 9> heights;
  for (std::size_t i = 0; i < 9; ++i) {
    heights[i] = info.parameters[static_cast<std::size_t>(parameter(info, "y1")) + i].initial;
  }
  const auto curves = effects::monotone_curve(heights);
  const auto x = sine(300, 48000, 24000, 1.2);
  const auto y = played("wave-shaper", {}, x);
  const auto late = static_cast<std::size_t>(Rig(info, 48000).effect->latency());
  for (std::size_t i = 12000; i < x.size(); ++i) {
    ASSERT_NEAR(y[i], dsp::shaped(curves, x[i - late]), 5e-3) << i;
  }
}

TEST(BitCrusher, RoundsToItsSteps) {
  const auto x = sine(99.7, 48000, 24000, 0.9);
  const auto y = played("bit-crusher", {{"bits", 3}, {"rate", 48000}, {"anti_alias", 0}}, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    // The high-pass against direct current tilts the steps a little.
    const double steps = y[i] * 4.0, expected = std::floor(static_cast<double>(x[i]) * 4 + 0.5);
    ASSERT_NEAR(steps, expected, 0.35) << i;
  }
}

TEST(BitCrusher, HoldsItsSamples) {
  const auto x = sine(440, 48000, 24000, 0.9);
  const auto y = played("bit-crusher", {{"bits", 16}, {"rate", 6000}, {"anti_alias", 0}}, x);
  std::size_t changes = 0;
  for (std::size_t i = 2401; i < 21600; ++i) changes += std::fabs(y[i] - y[i - 1]) > 2e-3;
  EXPECT_NEAR(static_cast<double>(changes), 19200.0 / 8, 100);
}

// 5 kHz sampled at 11 kHz has images at 6, 16, 17, 27, 28 … kHz. Those above 24 kHz would fold to
// 21 and 20 kHz: with anti-aliasing they do not, without they do.
TEST(BitCrusher, FoldsNothingBackUnlessTold) {
  const auto folded = [](double clean) {
    const auto y = played("bit-crusher", {{"bits", 16}, {"rate", 11000}, {"anti_alias", clean}},
                          five_kilohertz(48000, 1));
    const auto end = std::span(y).subspan(24000);
    return 20 * std::log10(std::max(level(end, 21000, 48000), level(end, 20000, 48000)) /
                           level(end, 5000, 48000));
  };
  EXPECT_LT(folded(1), -80);
  EXPECT_GT(folded(0), -40);
}

// Eight bits without rate reduction: the stairs' harmonics fold back without anti-aliasing only.
TEST(BitCrusher, KeepsTheAliasesOfItsStairs80DecibelsDown) {
  EXPECT_LT(alias_db("bit-crusher", {{"bits", 8}, {"rate", 48000}}, 0.9), -80);
  EXPECT_GT(alias_db("bit-crusher", {{"bits", 8}, {"rate", 48000}, {"anti_alias", 0}}, 0.9), -75);
}

}  // namespace
}  // namespace tutti::tests
