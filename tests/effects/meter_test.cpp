// The meters leave the sound alone and read what the formulas say.
#include <gtest/gtest.h>

#include "engine/dsp/loudness.h"
#include "tests/effects/rig.h"

namespace tutti::tests {
namespace {

double reading(const Rig& rig, std::string_view id) {
  for (std::size_t i = 0; i < rig.info.readings.size(); ++i) {
    if (rig.info.readings[i].id == id) return rig.effect->reading(static_cast<int>(i));
  }
  ADD_FAILURE() << "no reading " << id;
  return 0;
}

TEST(MeterEffects, LeaveTheSoundBitForBit) {
  for (const char* name : {"meter", "spectrum"}) {
    Rig rig(*registry::find_effect(name), 44100);
    Stereo s = material(44100, 1);
    const Stereo before = s;
    rig.play(s, random_blocks(3, 900));
    EXPECT_TRUE(s == before) << name;
  }
}

TEST(Meter, ReadsASine) {
  Rig rig(*registry::find_effect("meter"), 48000);
  Stereo s(48000 * 4);
  for (std::size_t i = 0; i < s.size(); ++i) {
    const double phase = math::kTwoPi * 997 / 48000 * static_cast<double>(i);
    s.left[i] = static_cast<float>(0.5 * math::sin(phase));
    s.right[i] = static_cast<float>(-0.25 * math::sin(phase));
  }
  rig.play(s, blocks_of(500));
  EXPECT_NEAR(reading(rig, "peak_left"), -6.02, 0.02);
  EXPECT_NEAR(reading(rig, "peak_right"), -12.04, 0.02);
  EXPECT_NEAR(reading(rig, "true_peak"), -6.02, 0.05);
  EXPECT_NEAR(reading(rig, "rms_left"), -9.03, 0.02);
  EXPECT_NEAR(reading(rig, "rms_right"), -15.05, 0.02);
  EXPECT_NEAR(reading(rig, "correlation"), -1, 1e-4);
  // BS.1770: full scale at 997 Hz in one channel reads -3.01.
  const double wanted = -3.01 + 10 * std::log10(0.25 + 0.0625);
  for (const char* id : {"momentary", "short_term", "integrated", "momentary_max"})
    EXPECT_NEAR(reading(rig, id), wanted, 0.02) << id;
  rig.effect->reset();
  EXPECT_EQ(reading(rig, "integrated"), -120);
  EXPECT_EQ(reading(rig, "peak_left"), -120);
}

TEST(Spectrum, FindsATonesThirdAndFrequency) {
  for (const double hz : {99.0, 1003.0, 5100.0}) {
    Rig rig(*registry::find_effect("spectrum"), 48000);
    Stereo s(48000);
    for (std::size_t i = 0; i < s.size(); ++i) {
      s.left[i] = s.right[i] =
          static_cast<float>(0.1 * math::sin(math::kTwoPi * hz / 48000 * static_cast<double>(i)));
    }
    rig.play(s, blocks_of(1024));
    EXPECT_NEAR(reading(rig, "loudest"), hz, 0.5);
    const char* third = hz < 200 ? "hz100" : hz < 2000 ? "hz1000" : "hz5000";
    EXPECT_NEAR(reading(rig, third), -20, 0.3);
    EXPECT_LT(reading(rig, "hz12500"), -80);
  }
}

}  // namespace
}  // namespace tutti::tests
