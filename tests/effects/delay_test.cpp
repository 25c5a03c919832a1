// Delays: echoes on the exact frame, sides, note values, filters, tape that glides and wavers.
#include <gtest/gtest.h>
#include <tuple>

#include "tests/effects/rig.h"
#include "tests/effects/tone.h"

namespace tutti::tests {
namespace {

struct Setting {
  std::string_view id;
  double value;
};
std::unique_ptr<Rig> rig_of(std::string_view id, double rate,
                            const std::vector<Setting>& settings) {
  const auto& info = *registry::find_effect(id);
  auto values = default_values(info);
  for (const auto& s : settings) {
    values[static_cast<std::size_t>(*registry::require_parameter(info, s.id))] = s.value;
  }
  return std::make_unique<Rig>(info, rate, 512, values);
}
Stereo pulse(std::size_t frames, float left = 1, float right = 1) {
  Stereo s(frames);
  s.left[0] = left;
  s.right[0] = right;
  return s;
}
std::size_t frames_of(double milliseconds, double rate) {
  return static_cast<std::size_t>(std::floor(milliseconds * 1e-3 * rate + 0.5));
}

// A pulse comes back as single frames, each `feedback` times the one before, on the frame.
TEST(Delay, EchoesOnTheExactFrame) {
  for (const double rate : {8000., 44100., 48000., 96000., 192000.}) {
    for (const double time : {1., 7.3, 20.02, 350., 333.333, 1234.5}) {
      const auto rig = rig_of("delay", rate, {{"time", time}, {"feedback", 0.5}, {"mix", 1}});
      const std::size_t period = frames_of(time, rate);
      Stereo s = pulse(4 * period + 100);
      rig->play(s, random_blocks(3, 700));
      for (std::size_t i = 0; i < s.size(); ++i) {
        const double expected =
            i > 0 && i % period == 0 ? std::pow(0.5, static_cast<double>(i / period) - 1) : 0;
        ASSERT_NEAR(s.left[i], expected, 1e-6) << rate << " Hz, " << time << " ms, frame " << i;
        ASSERT_EQ(s.left[i], s.right[i]);
      }
    }
  }
}

TEST(Delay, MovesToANewTimeWithoutAStepAndArrivesExactly) {
  const double rate = 48000;
  const auto rig = rig_of("delay", rate, {{"time", 100}, {"feedback", 0}, {"mix", 1}});
  Stereo s(96000);
  s.left = s.right = sine(300, rate, s.size(), 0.5);
  const auto input = s.left;
  rig->play(s, blocks_of(480), {{48000, 0, 250, 0}});
  for (std::size_t i = 4801; i < s.size(); ++i) {
    ASSERT_LT(std::fabs(s.left[i] - s.left[i - 1]), 0.5 * 2 * math::kTwoPi * 300 / rate) << i;
  }
  for (std::size_t i = 48000 + 960; i < s.size(); ++i) {
    ASSERT_NEAR(s.left[i], input[i - 12000], 1e-12) << i;
  }
}

TEST(Delay, FiltersEveryRound) {
  // Two echoes of a tone: the second has passed the filters twice.
  for (const auto& [hertz, id, corner] :
       {std::tuple{4000., "high_cut", 2000.}, std::tuple{100., "low_cut", 200.}}) {
    const auto rig =
        rig_of("delay", 48000, {{"time", 1000}, {"feedback", 0.95}, {"mix", 1}, {id, corner}});
    Stereo s(48000 * 3);
    const auto tone = sine(hertz, 48000, 24000);
    std::copy(tone.begin(), tone.end(), s.left.begin());
    rig->play(s, blocks_of(512));
    const auto at = [&](std::size_t from) {
      return level(std::span(s.left).subspan(from + 6000, 12000), hertz, 48000);
    };
    const double once = at(48000), twice = at(96000);
    // One pole: 1 / sqrt(1 + 4) of the level on the far side by an octave.
    EXPECT_NEAR(once, 1 / std::sqrt(5.0), 0.03) << id;
    EXPECT_NEAR(twice / once, 0.95 * once, 0.01) << id;
  }
}

TEST(PingPongDelay, ChangesSides) {
  const auto rig =
      rig_of("ping-pong-delay", 48000,
             {{"time", 50}, {"feedback", 0.5}, {"mix", 1}, {"low_cut", 20}, {"high_cut", 20000}});
  Stereo s = pulse(2400 * 5, 1, 0.5f);
  rig->play(s, blocks_of(333));
  for (std::size_t i = 1; i < s.size(); ++i) {
    const std::size_t echo = i / 2400;
    const double expected = i % 2400 == 0 ? 0.75 * std::pow(0.5, static_cast<double>(echo) - 1) : 0;
    ASSERT_NEAR(s.left[i], echo % 2 == 1 ? expected : 0, 1e-6) << i;
    ASSERT_NEAR(s.right[i], echo % 2 == 0 ? expected : 0, 1e-6) << i;
  }
}

TEST(PingPongDelay, HasNoSidesAtWidthNothing) {
  const auto rig = rig_of("ping-pong-delay", 48000, {{"width", 0}, {"mix", 1}});
  Stereo s = material(48000, 1);
  rig->play(s, blocks_of(512));
  for (std::size_t i = 0; i < s.size(); ++i) ASSERT_NEAR(s.left[i], s.right[i], 1e-6) << i;
}

TEST(SyncDelay, EchoesInNoteValues) {
  constexpr double kQuarters[] = {4, 2, 1, 0.5, 0.25, 0.125};
  constexpr double kFeels[] = {1, 1.5, 2.0 / 3};
  for (const double bpm : {60., 97.3, 140.}) {
    for (int note = 0; note < 6; ++note) {
      for (int feel = 0; feel < 3; ++feel) {
        const auto rig = rig_of("sync-delay", 48000,
                                {{"note", static_cast<double>(note)},
                                 {"feel", static_cast<double>(feel)},
                                 {"mix", 1},
                                 {"low_cut", 20},
                                 {"high_cut", 20000}});
        rig->effect->tempo(bpm, 0);
        const auto frames = frames_of(1000 * kQuarters[note] * kFeels[feel] * 60 / bpm, 48000);
        Stereo s = pulse(frames + 10);
        rig->play(s, blocks_of(512));
        for (std::size_t i = 1; i < s.size(); ++i) {
          ASSERT_NEAR(s.left[i], i == frames ? 1 : 0, 1e-6) << bpm << " " << note << " " << feel;
        }
      }
    }
  }
}

TEST(SyncDelay, FollowsTheTempoAndHalvesWhatIsTooLong) {
  const auto rig =
      rig_of("sync-delay", 48000,
             {{"note", 2}, {"feedback", 0}, {"mix", 1}, {"low_cut", 20}, {"high_cut", 20000}});
  Stereo s(200000);
  s.left = s.right = sine(300, 48000, s.size(), 0.5);
  const auto input = s.left;
  rig->play(s, blocks_of(512));  // 120 a minute: 24000 frames
  ASSERT_NEAR(s.left[100000], input[76000], 1e-12);
  rig->effect->tempo(90, 40);
  Stereo t(200000);
  t.left = t.right = input;
  rig->play(t, blocks_of(512));
  for (std::size_t i = 40000; i < t.size(); ++i)
    ASSERT_NEAR(t.left[i], input[i - 32000], 1e-12) << i;
  rig->effect->tempo(2, 0);  // a quarter of 30 s: 7.5 s
  EXPECT_EQ(rig->effect->tail() / 48000, 7);
}

TEST(MultiTapDelay, HasEveryTapInItsPlace) {
  const auto rig = rig_of("multi-tap-delay", 48000,
                          {{"taps", 3},
                           {"feedback", 0.5},
                           {"mix", 1},
                           {"low_cut", 20},
                           {"high_cut", 20000},
                           {"tap1_time", 10},
                           {"tap1_gain", 0},
                           {"tap1_pan", -1},
                           {"tap2_time", 25},
                           {"tap2_gain", -6},
                           {"tap2_pan", 1},
                           {"tap3_time", 40},
                           {"tap3_gain", -60},
                           {"tap3_pan", 0},
                           {"tap4_time", 15}});
  Stereo s = pulse(48 * 80);
  rig->play(s, blocks_of(100));
  const double six = std::pow(10, -6 / 20.0);
  for (std::size_t i = 1; i < s.size(); ++i) {
    // The third tap is silent but feeds back: all comes again after 40 ms at half.
    const double l = i == 480 ? 1 : i == 480 + 1920 ? 0.5 : 0;
    const double r = i == 1200 ? six : i == 1200 + 1920 ? six / 2 : 0;
    ASSERT_NEAR(s.left[i], l, 1e-6) << i;
    ASSERT_NEAR(s.right[i], r, 1e-6) << i;
  }
}

const std::vector<Setting> kStillTape = {{"wow", 0},      {"flutter", 0},      {"drive", 0},
                                         {"low_cut", 20}, {"high_cut", 20000}, {"mix", 1}};

TEST(TapeDelay, IsExactWhereTheTapeRunsEvenly) {
  for (const double time : {20., 33.3, 400.}) {
    auto settings = kStillTape;
    settings.push_back({"time", time});
    settings.push_back({"feedback", 0});
    const auto rig = rig_of("tape-delay", 48000, settings);
    const std::size_t period = frames_of(time, 48000);
    Stereo s = pulse(period + 500, 0.01f, 0.01f);
    rig->play(s, blocks_of(97));
    for (std::size_t i = 1; i < s.size(); ++i) {
      ASSERT_NEAR(s.left[i], i == period ? 0.01 : 0, 1e-5) << time << " " << i;
    }
  }
}

TEST(TapeDelay, WaversAsMuchAsItIsTold) {
  // Instantaneous pitch of a 1-kHz tone, in cents of spread.
  const auto spread = [](double wow, double flutter) {
    auto settings = kStillTape;
    settings[0].value = wow;
    settings[1].value = flutter;
    settings.push_back({"feedback", 0});
    const auto rig = rig_of("tape-delay", 48000, settings);
    Stereo s(48000 * 6);
    s.left = s.right = sine(1000, 48000, s.size(), 0.1);
    rig->play(s, blocks_of(512));
    double least = 1e9, most = -1e9;
    for (std::size_t at = 48000; at + 3000 < s.size(); at += 300) {
      const auto a = component(std::span(s.left).subspan(at, 1000), 1000, 48000);
      const auto b = component(std::span(s.left).subspan(at + 1000, 1000), 1000, 48000) *
                     std::polar(1.0, -math::kTwoPi * 1000 * 1000 / 48000);
      const double hertz = 1000 + std::arg(b * std::conj(a)) / math::kTwoPi * 48;
      least = std::min(least, hertz);
      most = std::max(most, hertz);
    }
    return 1200 * std::log2(most / least);
  };
  EXPECT_LT(spread(0, 0), 0.1);
  EXPECT_NEAR(spread(1, 0), 38, 8);  // the pitch strays by 1.1 % to either side
  EXPECT_GT(spread(0, 1), 8);
  EXPECT_LT(spread(0, 1), 40);
}

TEST(TapeDelay, GlidesToANewTime) {
  auto settings = kStillTape;
  settings.push_back({"feedback", 0});
  settings.push_back({"time", 100});
  const auto rig = rig_of("tape-delay", 48000, settings);
  const int time = *registry::require_parameter(rig->info, "time");
  Stereo s(96000);
  s.left = s.right = sine(300, 48000, s.size(), 0.1);
  const auto input = s.left;
  rig->play(s, blocks_of(480), {{48000, time, 200, 0}});
  for (std::size_t i = 4801; i < s.size(); ++i) {
    ASSERT_LT(std::fabs(s.left[i] - s.left[i - 1]), 0.1 * 2 * math::kTwoPi * 300 / 48000) << i;
  }
  // 4800 frames further away at half a frame a frame: there after 9600.
  for (std::size_t i = 48000 + 9700; i < s.size(); ++i) {
    ASSERT_NEAR(s.left[i], input[i - 9600], 2e-3) << i;
  }
}

}  // namespace
}  // namespace tutti::tests
