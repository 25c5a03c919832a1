// Pitch shift: cents, level, purity, formants, time.
#include <gtest/gtest.h>

#include "tests/effects/rig.h"
#include "tests/effects/tone.h"

namespace tutti::tests {
namespace {

constexpr double kRate = 48000;

std::vector<float> shifted(std::vector<float> x, double semitones, double cents = 0,
                           bool formants = false) {
  Rig rig(*registry::find_effect("pitch-shift"), kRate, 512,
          {semitones, cents, formants ? 1.0 : 0.0, 1.0});
  Stereo s;
  s.left = s.right = std::move(x);
  rig.play(s, blocks_of(512));
  return s.left;
}

TEST(PitchShift, IsWithinTwoCentsAndClean) {
  for (const double semitones : {-12., -7., -5., -1., -0.37, 1., 4., 7., 12.}) {
    for (const double hertz : {82.4, 220., 440., 1000., 3000.}) {
      const auto y = shifted(sine(hertz, kRate, 3 * 48000, 0.5), semitones);
      const double wanted = hertz * std::exp2(semitones / 12);
      const auto middle = std::span(y).subspan(48000, 90000);
      EXPECT_NEAR(cents_off(middle, wanted, kRate), 0, 0.1) << semitones << " " << hertz;
      EXPECT_NEAR(20 * std::log10(level(middle, wanted, kRate) / 0.5), 0, 0.1)
          << semitones << " " << hertz;
      EXPECT_LT(rest_db(middle, wanted, kRate), -40) << semitones << " " << hertz;
    }
  }
  const auto y = shifted(sine(440, kRate, 3 * 48000, 0.5), 0, 50);
  EXPECT_NEAR(cents_off(std::span(y).subspan(48000, 90000), 440 * std::exp2(0.5 / 12), kRate), 0,
              0.1);
}

TEST(PitchShift, GivesTheInputBackUnshifted) {
  Rig rig(*registry::find_effect("pitch-shift"), kRate, 512);
  const auto late = static_cast<std::size_t>(rig.effect->latency());
  Stereo s = material(kRate, 1);
  const Stereo input = s;
  rig.play(s, blocks_of(512));
  for (std::size_t i = late; i < s.size(); ++i) {
    ASSERT_NEAR(s.left[i], input.left[i - late], 2e-6) << i;
    ASSERT_NEAR(s.right[i], input.right[i - late], 2e-6) << i;
  }
}

// A burst comes out when its latency says, whatever the shift: the middle of its energy within 5
// ms.
TEST(PitchShift, KeepsTheTime) {
  for (const double semitones : {-12., -5., 0., 5., 12.}) {
    std::vector<float> x(96000);
    for (std::size_t i = 0; i < 4800; ++i) {
      x[40000 + i] = static_cast<float>(math::sin(0.08 * static_cast<double>(i)) *
                                        math::sin(math::kPi * static_cast<double>(i) / 4800));
    }
    const auto y = shifted(x, semitones);
    const auto middle = [](const std::vector<float>& v) {
      double sum = 0, weight = 0;
      for (std::size_t i = 0; i < v.size(); ++i) {
        const double e = static_cast<double>(v[i]) * v[i];
        sum += e * static_cast<double>(i);
        weight += e;
      }
      return sum / weight;
    };
    Rig rig(*registry::find_effect("pitch-shift"), kRate);
    EXPECT_NEAR(middle(y) - middle(x), static_cast<double>(rig.effect->latency()), 240)
        << semitones;
  }
}

// A voice of 110 Hz with one formant at 900 Hz, moved up a fifth: where formants are kept, the
// middle of its power stays where a singer's would within 10 %, and moves along where not.
TEST(PitchShift, KeepsFormantsWhereAsked) {
  const auto strength = [](double hertz) {
    const double d = (hertz - 900) / 250;
    return 0.02 + 0.3 / (1 + d * d);
  };
  std::vector<float> x(3 * 48000);
  for (int k = 1; k < 40; ++k) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double turn = std::fmod(110.0 * k * static_cast<double>(i) / kRate, 1);
      x[i] += static_cast<float>(0.3 * strength(110 * k) * math::sin(math::kTwoPi * turn + k * k));
    }
  }
  // The middle of the power between 300 and 3000 Hz, partial by partial.
  const auto middle = [](auto&& amplitude) {
    double sum = 0, weight = 0;
    for (int k = 2; k < 19; ++k) {
      const double hertz = 110 * std::exp2(7.0 / 12) * k, a = amplitude(hertz);
      sum += a * a * hertz;
      weight += a * a;
    }
    return sum / weight;
  };
  const auto heard = [&](bool formants) {
    const auto y = shifted(x, 7, 0, formants);
    return middle(
        [&](double hertz) { return level(std::span(y).subspan(48000, 48000), hertz, kRate); });
  };
  const double sung = middle(strength);
  EXPECT_NEAR(heard(true) / sung, 1, 0.1);
  EXPECT_GT(heard(false) / sung, 1.3);
}

TEST(PitchShift, TurnsWithoutAClick) {
  Rig rig(*registry::find_effect("pitch-shift"), kRate);
  Stereo s(96000);
  s.left = s.right = sine(220, kRate, s.size(), 0.5);
  rig.play(s, blocks_of(512), {{30000, 0, 7, 24000}, {70000, 0, -7, 0}});
  for (std::size_t i = 1; i < s.size(); ++i) {
    ASSERT_LT(std::fabs(s.left[i] - s.left[i - 1]), 0.5 * 3 * math::kTwoPi * 220 / kRate) << i;
  }
}

}  // namespace
}  // namespace tutti::tests
