// What the equalisers promise beyond their response: faders that mean what they show, slopes,
// bands that leave the sound alone, the analogue model.
#include <gtest/gtest.h>

#include "engine/effects/equaliser/response.h"
#include "tests/effects/rig.h"

namespace tutti::tests {
namespace {

std::vector<double> with(const param::EffectInfo& info,
                         std::initializer_list<std::pair<std::string_view, double>> list) {
  auto values = default_values(info);
  for (const auto& [id, value] : list) {
    bool found = false;
    for (std::size_t i = 0; i < info.parameters.size(); ++i) {
      if (info.parameters[i].id == id) values[i] = value, found = true;
    }
    EXPECT_TRUE(found) << id;
  }
  return values;
}

double level(std::string_view id, const std::vector<double>& values, double rate, double f) {
  const double fs[] = {f};
  double db = 0;
  effects::response_decibels(id, values, rate, fs, std::span(&db, 1));
  return db;
}

TEST(ParametricEq, LeavesTheSoundAloneWhileNothingIsSet) {
  const auto& info = *registry::find_effect("ParametricEQ");
  Stereo sound = material(48000, 0.2, 4), before = sound;
  Rig(info, 48000, 512).play(sound, blocks_of(512));
  EXPECT_TRUE(sound == before);
  auto values = default_values(info);
  for (std::size_t band = 0; band < 24; ++band) {
    values[band * 6] = 0;  // off
    values[band * 6 + 1] = 3;
    values[band * 6 + 3] = 12;
  }
  Rig(info, 48000, 512, values).play(sound, blocks_of(512));
  EXPECT_TRUE(sound == before);
}

TEST(ParametricEq, HasTheGainsThatItShows) {
  const auto& info = *registry::find_effect("parametric-eq");
  for (const double rate : {44100.0, 48000.0, 96000.0}) {
    for (const double gain : {-12.0, 6.0}) {
      const auto bell = with(info, {{"band2_freq", 16000}, {"band2_gain", gain}, {"band2_q", 2}});
      EXPECT_NEAR(level(info.id, bell, rate, 16000), gain, 0.01) << rate;
      const auto low = with(info, {{"band7_type", 1}, {"band7_freq", 200}, {"band7_gain", gain}});
      EXPECT_NEAR(level(info.id, low, rate, 10), gain, 0.05) << rate;
      EXPECT_NEAR(level(info.id, low, rate, 200), gain / 2, 0.05) << rate;
      const auto tilt =
          with(info, {{"band24_type", 7}, {"band24_freq", 1000}, {"band24_gain", gain / 2}});
      EXPECT_NEAR(level(info.id, tilt, rate, 10), -gain / 2, 0.05) << rate;
      EXPECT_NEAR(level(info.id, tilt, rate, 1000), 0, 0.05) << rate;
      EXPECT_NEAR(level(info.id, tilt, rate, 20000), gain / 2, 0.1) << rate;
      const auto notch = with(info, {{"band1_type", 5}, {"band1_freq", 3000}, {"band1_q", 5}});
      EXPECT_LT(level(info.id, notch, rate, 3000), -100) << rate;
      EXPECT_NEAR(level(info.id, notch, rate, 300), 0, 0.05) << rate;
      const auto pass = with(info, {{"band1_type", 6}, {"band1_freq", 3000}, {"band1_q", 5}});
      EXPECT_NEAR(level(info.id, pass, rate, 3000), 0, 0.01) << rate;
      EXPECT_LT(level(info.id, pass, rate, 300), -30) << rate;
    }
  }
}

TEST(Cuts, AreButterworthOfTheSlopeThatTheyName) {
  constexpr double kDecibels[] = {6, 12, 18, 24, 36, 48, 72, 96};
  for (const char* name : {"highpass", "lowpass"}) {
    const auto& info = *registry::find_effect(name);
    const bool high = std::string_view(name) == "highpass";
    for (int slope = 0; slope < 8; ++slope) {
      const auto values = with(info, {{"freq", 500}, {"slope", slope}});
      for (const double rate : {44100.0, 192000.0}) {
        EXPECT_NEAR(level(name, values, rate, 500), -3.0103, 0.05) << slope;
        // |H|² = 1 / (1 + x^(2 order)) an octave away.
        const double order = kDecibels[slope] / 6;
        const double octave = -10 * std::log10(1 + std::pow(2, 2 * order));
        EXPECT_NEAR(level(name, values, rate, high ? 250 : 1000), octave, 0.15) << slope;
        EXPECT_NEAR(level(name, values, rate, high ? 5000 : 50), 0, 0.1) << slope;
      }
    }
  }
}

TEST(Cuts, TakeRumbleAway) {
  const auto& info = *registry::find_effect("highpass");
  Rig rig(info, 48000, 512, with(info, {{"freq", 80}, {"slope", 3}}));
  Stereo sound(96000);
  for (std::size_t i = 0; i < sound.size(); ++i)
    sound.left[i] = sound.right[i] =
        static_cast<float>(0.5 * math::sin(math::kTwoPi * 20 * static_cast<double>(i) / 48000));
  rig.play(sound, blocks_of(512));
  EXPECT_LT(peak(sound, 48000), 0.5 * std::pow(10, -47.0 / 20));
}

TEST(GraphicEq, GivesAtEachCentreWhatTheFaderShows) {
  const auto& info = *registry::find_effect("graphic-eq");
  constexpr double kCentres[] = {20,   25,   31.5, 40,    50,    63,    80,   100,
                                 125,  160,  200,  250,   315,   400,   500,  630,
                                 800,  1000, 1250, 1600,  2000,  2500,  3150, 4000,
                                 5000, 6300, 8000, 10000, 12500, 16000, 20000};
  Random random(3);
  for (const double rate : {44100.0, 48000.0, 96000.0}) {
    for (int layout = 0; layout < 2; ++layout) {
      for (int round = 0; round < 5; ++round) {
        auto values = default_values(info);
        values[0] = layout;
        for (std::size_t i = 1; i < values.size(); ++i)
          values[i] = round == 0 ? 10 : round == 1 ? (i % 2 ? 6 : -6) : random.uniform(-12, 12);
        for (std::size_t i = 0; i < 31; ++i) {
          if (layout == 0 && i % 3 != 2) continue;
          if (kCentres[i] > 0.4 * rate) continue;
          const double off = level(info.id, values, rate, kCentres[i]) - values[i + 1];
          EXPECT_LT(std::fabs(off), kCentres[i] < 5000 ? 0.25 : 1.0)
              << kCentres[i] << " Hz at " << rate << ", layout " << layout << ", round " << round;
        }
      }
    }
  }
}

TEST(GraphicEq, StaysFlatBetweenEqualFaders) {
  const auto& info = *registry::find_effect("graphic-eq");
  for (int layout = 0; layout < 2; ++layout) {
    auto values = default_values(info);
    for (double& v : values) v = 6;
    values[0] = layout;
    for (double f = 40; f < 12000; f *= 1.02)
      EXPECT_NEAR(level(info.id, values, 48000, f), 6, 1.0) << f << ", layout " << layout;
  }
}

// A band switched on by a ramp grows from nothing; at the end it is all there.
TEST(ParametricEq, FadesABandInAndOut) {
  const auto& info = *registry::find_effect("parametric-eq");
  const auto values = with(info, {{"band1_on", 0}, {"band1_type", 3}, {"band1_freq", 2000}});
  Rig rig(info, 48000, 64, values);
  Stereo sound(48000);
  for (std::size_t i = 0; i < sound.size(); ++i)
    sound.left[i] = sound.right[i] =
        static_cast<float>(0.5 * math::sin(math::kTwoPi * 100 * static_cast<double>(i) / 48000));
  const Stereo before = sound;
  rig.play(sound, blocks_of(64), {{9600, 0, 1, 2400}, {28800, 0, 0, 2400}});
  double step = 0;
  for (std::size_t i = 1; i < sound.size(); ++i)
    step = std::max(step, std::fabs(static_cast<double>(sound.left[i]) - sound.left[i - 1]));
  EXPECT_LT(step, 0.5 * math::kTwoPi * 100 / 48000 * 1.2);
  EXPECT_LT(peak(sound, 19200, 28800), 0.01);
  for (std::size_t i = 33600; i < sound.size(); ++i) ASSERT_EQ(sound.left[i], before.left[i]);
}

}  // namespace
}  // namespace tutti::tests
