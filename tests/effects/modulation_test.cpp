// What the modulation effects claim: exact rates, depths as set, power kept, notches where they
// belong.
#include <gtest/gtest.h>

#include "engine/dsp/fft.h"
#include "tests/effects/rig.h"

namespace tutti::tests {
namespace {

using Values = std::vector<std::pair<std::string_view, double>>;

Rig rig_of(std::string_view id, const Values& wanted, double rate) {
  const auto* info = registry::find_effect(id);
  auto values = default_values(*info);
  for (const auto& [name, value] : wanted) {
    bool found = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (info->parameters[i].id == name) values[i] = value, found = true;
    }
    EXPECT_TRUE(found) << name;
  }
  return Rig(*info, rate, 512, values);
}

Stereo constant(double rate, double seconds, float level = 1) {
  Stereo s(static_cast<std::size_t>(rate * seconds));
  std::fill(s.left.begin(), s.left.end(), level);
  std::fill(s.right.begin(), s.right.end(), level);
  return s;
}
Stereo tone(double hertz, double rate, double seconds) {
  Stereo s(static_cast<std::size_t>(rate * seconds));
  for (std::size_t i = 0; i < s.size(); ++i) {
    s.left[i] = s.right[i] =
        static_cast<float>(0.5 * math::sin(math::kTwoPi * hertz * static_cast<double>(i) / rate));
  }
  return s;
}

// Frequency of a swing between its first and last rise through its middle.
double rate_of(const std::vector<float>& x, double middle, double rate) {
  double first = -1, last = -1;
  int rises = 0;
  for (std::size_t i = 1; i < x.size(); ++i) {
    if (x[i - 1] < middle && x[i] >= middle) {
      const double at = static_cast<double>(i) - (x[i] - middle) / (x[i] - x[i - 1]);
      if (first < 0)
        first = at;
      else
        ++rises, last = at;
    }
  }
  return rises * rate / (last - first);
}

TEST(Modulation, TremoloSwingsAtItsRateAndDepth) {
  for (const double rate : {8000.0, 48000.0, 96000.0}) {
    for (const double hertz : {0.5, 4.5, 17.3}) {
      for (const double shape : {0.0, 1.0, 2.0}) {
        Rig rig = rig_of("tremolo", {{"rate", hertz}, {"depth", 0.6}, {"shape", shape}}, rate);
        Stereo s = constant(rate, 20);
        rig.play(s, blocks_of(512));
        EXPECT_NEAR(rate_of(s.left, 0.7, rate) / hertz, 1, 1e-5) << hertz << " at " << rate;
        const auto [low, high] = std::minmax_element(s.left.begin(), s.left.end());
        EXPECT_NEAR(*high, 1, 0.02);
        EXPECT_NEAR(*low, 0.4, 0.02);
        EXPECT_EQ(s.left, s.right);
      }
    }
  }
}

TEST(Modulation, AutoPanKeepsThePower) {
  const double rate = 48000;
  Rig rig = rig_of("auto-pan", {{"rate", 2.5}, {"depth", 1}}, rate);
  Stereo s = constant(rate, 10);
  rig.play(s, blocks_of(333));
  float most = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    EXPECT_NEAR(s.left[i] * s.left[i] + s.right[i] * s.right[i], 2, 1e-3) << i;
    most = std::max(most, s.left[i]);
  }
  EXPECT_NEAR(most, std::sqrt(2.0), 1e-3);
  EXPECT_NEAR(s.left[0], 1, 1e-3);
  EXPECT_NEAR(rate_of(s.right, 1, rate) / 2.5, 1, 1e-5);
}

// The pitch of a vibrato by the distances of the tone's rises: swings at the rate, by the cents.
TEST(Modulation, VibratoSwingsByItsCents) {
  const double rate = 48000, hertz = 5, cents = 50;
  Rig rig = rig_of("vibrato", {{"rate", hertz}, {"depth", cents}}, rate);
  Stereo s = tone(1000, rate, 10);
  rig.play(s, blocks_of(512));
  std::vector<double> rises;
  for (std::size_t i = 4801; i < s.size(); ++i) {
    if (s.left[i - 1] < 0 && s.left[i] >= 0) {
      rises.push_back(static_cast<double>(i) - s.left[i] / (s.left[i] - s.left[i - 1]));
    }
  }
  double high = -1e9, low = 1e9;
  std::vector<float> pitch;
  for (std::size_t i = 10; i < rises.size(); ++i) {
    const double now = 1200 * std::log2(10 * rate / 1000 / (rises[i] - rises[i - 10]));
    high = std::max(high, now);
    low = std::min(low, now);
    pitch.push_back(static_cast<float>(now));
  }
  EXPECT_NEAR(high, cents, 2);
  EXPECT_NEAR(low, -cents, 3);
  // One value a rise, 1000 a second on average.
  EXPECT_NEAR(rate_of(pitch, 0, 1000), hertz, 0.02);
}

// With no swing a flanger is a comb: cancels where the delay is half a period, doubles at a whole.
TEST(Modulation, FlangerIsACombWhenStill) {
  const double rate = 48000;
  const auto level = [&](double hertz) {
    Rig rig =
        rig_of("flanger",
               {{"mix", 0.5}, {"depth", 0}, {"delay", 1}, {"feedback", 0}, {"spread", 0}}, rate);
    Stereo s = tone(hertz, rate, 0.5);
    rig.play(s, blocks_of(512));
    return peak(s, 12000);
  };
  EXPECT_LT(level(500), 1e-3);
  EXPECT_LT(level(1500), 1e-3);
  EXPECT_NEAR(level(1000), 0.5, 2e-3);
}

// A row of 2 n all-passes at half mix has n notches: where its phase is an odd multiple of 180
// degrees. With the corner still at f, each all-pass turns by 2 atan(frequency / f).
TEST(Modulation, PhaserCutsItsNotches) {
  const double rate = 48000, corner = 1000;
  for (int choice = 0; choice < 6; ++choice) {
    const int stages = 2 * (choice + 1);
    for (int notch = 0; notch < stages / 2; ++notch) {
      const double turn = math::kPi * (2 * notch + 1) / stages;  // of each all-pass
      const double warped = math::tan(turn / 2) * math::tan(math::kPi * corner / rate);
      const double hertz = math::atan(warped) * rate / math::kPi;
      Rig rig = rig_of("phaser",
                       {{"mix", 0.5},
                        {"depth", 0},
                        {"centre", corner},
                        {"feedback", 0},
                        {"stages", static_cast<double>(choice)}},
                       rate);
      Stereo s = tone(hertz, rate, 0.5);
      rig.play(s, blocks_of(512));
      EXPECT_LT(peak(s, 12000), 5e-3) << stages << " stages at " << hertz;
    }
  }
}

// Voices are copies between the shortest and the longest delay and nothing else.
TEST(Modulation, ChorusVoicesLieWhereTheyShould) {
  const double rate = 48000;
  for (int voices = 1; voices <= 8; ++voices) {
    Rig rig = rig_of("chorus",
                     {{"mix", 1},
                      {"voices", static_cast<double>(voices)},
                      {"delay", 10},
                      {"depth", 0},
                      {"spread", 0}},
                     rate);
    Stereo s(9600);
    s.left[100] = s.right[100] = 1;
    rig.play(s, blocks_of(512));
    double power = 0;
    int pulses = 0;
    for (std::size_t i = 0; i < s.size(); ++i) {
      power += static_cast<double>(s.left[i]) * s.left[i];
      if (s.left[i] > 0.1) ++pulses;
      if (std::fabs(s.left[i]) > 1e-6) {
        EXPECT_GE(i, 100u + 479);
        EXPECT_LE(i, 100u + 480 + static_cast<std::size_t>(480 * 0.09 * voices) + 2);
      }
    }
    EXPECT_GE(pulses, voices);
    EXPECT_LE(pulses, 2 * voices);  // between two frames a pulse shows in both
    EXPECT_NEAR(power, 1, 0.35);
  }
}

TEST(Modulation, ChorusSwingsAtItsRate) {
  const double rate = 48000, hertz = 1.7;
  Rig rig = rig_of("chorus",
                   {{"mix", 1}, {"voices", 1}, {"rate", hertz}, {"depth", 2}, {"delay", 10}}, rate);
  // A slow ramp shows the delay itself: out = in - slope * delay.
  Stereo s(48000 * 12);
  for (std::size_t i = 0; i < s.size(); ++i) s.left[i] = static_cast<float>(i) * 1e-6f;
  const Stereo in = s;
  rig.play(s, blocks_of(512));
  std::vector<float> delay;
  for (std::size_t i = 4800; i + 100 <= s.size(); i += 100) {
    double sum = 0;
    for (std::size_t k = i; k < i + 100; ++k) sum += in.left[k] - s.left[k];
    delay.push_back(static_cast<float>(sum * 1e4));
  }
  const auto [low, high] = std::minmax_element(delay.begin(), delay.end());
  EXPECT_NEAR(*low, 8 * 48, 3);
  EXPECT_NEAR(*high, 12 * 48, 3);
  EXPECT_NEAR(rate_of(delay, 480, rate / 100) / hertz, 1, 1e-3);
}

// The horn turns at its speed, and gets there with inertia when the speed is changed.
TEST(Modulation, RotaryTurnsAndChangesSpeedGradually) {
  const double rate = 48000;
  const Values values{{"mix", 1},     {"speed", 2},   {"doppler", 0},
                      {"balance", 1}, {"tremolo", 1}, {"crossover", 200}};
  const auto envelope = [&](Rig& rig, double seconds, const std::vector<Turn>& turns) {
    Stereo s = tone(4000, rate, seconds);
    rig.play(s, blocks_of(512), turns);
    std::vector<float> out;  // peaks of every 96 frames: 500 a second
    for (std::size_t i = 0; i + 96 <= s.size(); i += 96) {
      out.push_back(*std::max_element(s.left.begin() + static_cast<std::ptrdiff_t>(i),
                                      s.left.begin() + static_cast<std::ptrdiff_t>(i) + 96));
    }
    return out;
  };
  const auto swings = [&](const std::vector<float>& x, std::size_t from, std::size_t to) {
    const std::vector<float> part(x.begin() + static_cast<std::ptrdiff_t>(from),
                                  x.begin() + static_cast<std::ptrdiff_t>(to));
    const auto [low, high] = std::minmax_element(part.begin(), part.end());
    return rate_of(part, (*low + *high) / 2, 500);
  };
  Rig steady = rig_of("rotary", values, rate);
  EXPECT_NEAR(swings(envelope(steady, 6, {}), 500, 3000), 6.7, 0.1);
  Rig changing = rig_of("rotary", values, rate);
  const auto x = envelope(changing, 10, {{96000, 1, 1, 0}});
  const double soon = swings(x, 1000, 1250), late = swings(x, 2750, 5000);
  EXPECT_GT(soon, 2);
  EXPECT_LT(soon, 6.5);
  EXPECT_NEAR(late, 0.8, 0.08);
}

}  // namespace
}  // namespace tutti::tests
