#include "engine/analysis/pitch.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "engine/base/math.h"
#include "engine/base/random.h"

namespace tutti::analysis {
namespace {

std::vector<float> voice(double hz, double rate, double seconds, bool harmonics,
                         double noise_db = -200) {
  Random random(11);
  std::vector<float> x(static_cast<std::size_t>(rate * seconds));
  const double noise = math::db_to_gain(noise_db) * std::sqrt(3.0) * 0.2;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double phase = math::kTwoPi * std::fmod(hz * static_cast<double>(i) / rate, 1.0);
    double v = math::sin(phase);
    if (harmonics)
      for (int k = 2; k <= 12 && k * hz < 6000; ++k) v += math::sin(k * phase) / k;
    x[i] = static_cast<float>(0.2 * v + noise * random.uniform(-1, 1));
  }
  return x;
}

TEST(Pitch, OfSteadyTonesWithinThreeCents) {
  for (bool harmonics : {false, true})
    for (double hz = 62; hz < 3100; hz *= 1.31) {
      const auto track = track_voice(voice(hz, 44100, 0.6, harmonics), 44100);
      ASSERT_TRUE(track.ok());
      int voiced = 0;
      for (std::size_t i = 15; i + 15 < track->frames(); ++i) {
        ASSERT_GT(track->hz[i], 0) << hz << " Hz at frame " << i;
        EXPECT_NEAR(1200 * std::log2(track->hz[i] / hz), 0, 3) << hz;
        ++voiced;
      }
      EXPECT_GT(voiced, 60);
    }
}

TEST(Pitch, InRoomNoiseAtTwentyDecibels) {
  for (double hz : {90.0, 180.0, 420.0, 900.0}) {
    const auto track = track_voice(voice(hz, 48000, 1, true, -20), 48000);
    int right = 0, all = 0;
    for (std::size_t i = 10; i + 10 < track->frames(); ++i, ++all)
      right += track->hz[i] > 0 && std::fabs(1200 * std::log2(track->hz[i] / hz)) < 10;
    EXPECT_GT(right, 0.99 * all) << hz;
  }
}

// A second harmonic far above the fundamental is still only a harmonic.
TEST(Pitch, IsNotAnOctaveHighOnAStrongSecondHarmonic) {
  const double rate = 44100, hz = 200;
  std::vector<float> x(static_cast<std::size_t>(rate * 0.6));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double phase = math::kTwoPi * hz * static_cast<double>(i) / rate;
    x[i] = static_cast<float>(0.06 * math::sin(phase) + 0.3 * math::sin(2 * phase) +
                              0.05 * math::sin(3 * phase));
  }
  const auto track = track_voice(x, rate);
  for (std::size_t i = 15; i + 15 < track->frames(); ++i) EXPECT_NEAR(track->hz[i], hz, 2) << i;
}

TEST(Pitch, NoiseAndSilenceHaveNone) {
  Random random(2);
  std::vector<float> noise(44100 * 2);
  for (float& v : noise) v = static_cast<float>(random.normal() * 0.1);
  const auto track = track_voice(noise, 44100);
  std::size_t voiced = 0;
  for (float hz : track->hz) voiced += hz > 0;
  EXPECT_LT(static_cast<double>(voiced), 0.03 * static_cast<double>(track->frames()));
  const auto silent = track_voice(std::vector<float>(44100, 0.f), 44100);
  for (float hz : silent->hz) EXPECT_EQ(hz, 0);
}

// A long recording is worked through in blocks; nothing may show where they meet.
TEST(Pitch, DoesNotDependOnBlockBoundaries) {
  const auto tone = voice(230, 16000, 20, true);
  const auto track = track_voice(tone, 16000);
  for (std::size_t i = 15; i + 15 < track->frames(); ++i) ASSERT_NEAR(track->hz[i], 230, 0.5) << i;
  const auto shorter = track_voice(std::span(tone).first(16000 * 11), 16000);
  for (std::size_t i = 0; i + 200 < shorter->frames(); ++i)
    ASSERT_EQ(shorter->hz[i], track->hz[i]) << i;
}

TEST(Pitch, LevelsAreDecibelsOfFullScale) {
  const auto track = track_voice(voice(440, 44100, 1, false), 44100);
  EXPECT_NEAR(track->level[80], 20 * std::log10(0.2 / std::sqrt(2.0)), 0.2);
}

TEST(Pitch, BadValuesAndTinyInputsAreHarmless) {
  for (std::size_t size : {0u, 1u, 2u, 100u, 5000u}) {
    std::vector<float> x(size, 0.3f);
    if (size > 50)
      x[40] = std::numeric_limits<float>::quiet_NaN(),
      x[41] = std::numeric_limits<float>::infinity();
    const auto track = track_voice(x, 44100);
    ASSERT_TRUE(track.ok());
    for (std::size_t i = 0; i < track->frames(); ++i) {
      EXPECT_TRUE(std::isfinite(track->hz[i]));
      EXPECT_TRUE(std::isfinite(track->level[i]));
      EXPECT_TRUE(std::isfinite(track->rise[i]));
    }
  }
}

TEST(Pitch, CanBeCancelled) {
  const auto x = voice(200, 16000, 5, true);
  double last = -1;
  int calls = 0;
  const auto track = track_voice(x, 16000, {}, [&](double fraction, std::string_view) {
    EXPECT_GE(fraction, last);
    last = fraction;
    return ++calls < 2;
  });
  ASSERT_FALSE(track.ok());
  EXPECT_EQ(track.error().code, Code::cancelled);
}

}  // namespace
}  // namespace tutti::analysis
