#include "tests/graph/lab.h"

namespace tutti::graph {
namespace {

TEST(Player, ClipsPlayTheirSamplesAtTheirPlace) {
  std::vector<float> wave(48000);
  Random random(3);
  for (float& x : wave) x = static_cast<float>(random.uniform(-0.3, 0.3));
  Plan plan;
  plan.nodes = {clip_node(5, "take", 1_quarters)};
  plan.end = 3_quarters;
  Studio studio(plan, 4096, false);
  ASSERT_TRUE(studio.player.add_audio("take", 48000, wave, {}).ok());
  studio.player.play();
  const auto late = static_cast<std::size_t>(studio.player.latency());
  const tests::Take t = studio.run(kQuarter * 4, 333);
  for (std::size_t i = 0; i < static_cast<std::size_t>(kQuarter); ++i)
    ASSERT_EQ(t.left[i + late], 0);
  for (std::size_t i = 0; i < wave.size(); ++i)
    ASSERT_EQ(t.left[i + late + kQuarter], wave[i]) << i;
  for (std::size_t i = kQuarter + wave.size(); i + late < t.left.size(); ++i)
    ASSERT_EQ(t.left[i + late], 0);
}

TEST(Player, ClipsOfOtherRatesKeepPitchAndLevel) {
  for (double rate : {44100.0, 22050.0, 96000.0}) {
    std::vector<float> wave(static_cast<std::size_t>(rate * 2));
    for (std::size_t i = 0; i < wave.size(); ++i)
      wave[i] = static_cast<float>(
          0.3 * std::sin(6.283185307179586 * 1000 * static_cast<double>(i) / rate));
    Plan plan;
    plan.nodes = {clip_node(5, "take", {0})};
    plan.end = 8_quarters;
    Studio studio(plan, 4096, false);
    ASSERT_TRUE(studio.player.add_audio("take", rate, wave, {}).ok());
    studio.player.play();
    const tests::Take t = studio.run(90000);
    EXPECT_LT(std::fabs(tests::cents(tests::measured_hz(t.left, 5000, 64000, kRate, 1000), 1000)),
              0.01)
        << rate;
    // Least-squares tone at 1000 Hz; the rest is the converter's error.
    double xc = 0, xs = 0, all = 0;
    for (std::size_t i = 4800; i < 52800; ++i) {
      const double angle = 6.283185307179586 * 1000 * static_cast<double>(i) / kRate, x = t.left[i];
      xc += x * std::cos(angle), xs += x * std::sin(angle), all += x * x;
    }
    const double tone = (xc * xc + xs * xs) * 2 / 48000;
    EXPECT_LT(10 * std::log10(std::max(all - tone, 0.0) / all), -75) << rate;
    EXPECT_NEAR(tests::db(std::sqrt(tone / 48000 * 2) / 0.3), 0, 0.02) << rate;
  }
}

TEST(Player, ClipsFadeWhereTheyAreCut) {
  Plan plan;
  plan.nodes = {clip_node(5, "take", {0})};
  plan.end = 8_quarters;
  Studio studio(plan, 4096, false);
  ASSERT_TRUE(studio.player.add_audio("take", 48000, std::vector<float>(480000, 0.5f), {}).ok());
  studio.player.seek(1_quarters);
  studio.player.play();
  tests::Take all = studio.run(5000);
  const auto more = [&](const tests::Take& t) {
    all.left.insert(all.left.end(), t.left.begin(), t.left.end());
  };
  studio.player.seek(3_quarters);
  more(studio.run(5000));
  studio.player.stop();
  more(studio.run(5000));
  double step = 0;
  for (std::size_t i = 1; i < all.left.size(); ++i)
    step = std::max(step, std::fabs(static_cast<double>(all.left[i]) - all.left[i - 1]));
  EXPECT_LT(step, 0.5 / 240 * 2.01);  // fades of 5 ms; two at once while crossing over
  EXPECT_TRUE(studio.player.silent());
}

PlanNode clip(std::vector<PlanParam> params, Ticks start = {0}) {
  PlanNode node = clip_node(5, "take", start);
  node.params = std::move(params);
  return node;
}
tests::Take played(const PlanNode& node, const std::vector<float>& wave, std::int64_t frames,
                   int block = 777) {
  Plan plan;
  plan.nodes = {node};
  plan.end = 8_quarters;
  lab::Desk desk(plan, {{"take", wave}});
  return desk.run(frames, block);
}

TEST(Clip, LevelAndFadesHaveTheirShapes) {
  const std::vector<float> ones(20000, 1.0f);
  for (int shape = 0; shape < 4; ++shape) {
    const auto out = played(clip({{"level", -6.0206},
                                  {"fade_in", 0.1},
                                  {"fade_out", 0.05},
                                  {"fade_shape", static_cast<double>(shape)}}),
                            ones, 20001)
                         .left;
    const auto form = [shape](double t) {
      return shape == 0   ? t
             : shape == 1 ? std::sin(1.5707963267948966 * t)
             : shape == 2 ? t * t * (3 - 2 * t)
                          : t * t * t;
    };
    for (std::size_t i = 0; i < 20000; ++i) {
      double wanted = 0.5;
      if (i < 4800) wanted *= form(static_cast<double>(i) / 4800);
      if (20000 - i < 2400) wanted *= form(static_cast<double>(20000 - i) / 2400);
      ASSERT_NEAR(out[i], wanted, 1e-6) << shape << " " << i;
    }
    EXPECT_EQ(out[20000], 0);
  }
}

TEST(Clip, LoopsWithoutASeamForAsLongAsItSays) {
  const auto wave = lab::noise(30000, 1);
  for (double rate : {48000.0}) {
    const auto out = played(clip({{"offset", 1000 / rate},
                                  {"loop", 1},
                                  {"loop_length", 7001 / rate},
                                  {"length", 40000 / rate}}),
                            wave, 41000)
                         .left;
    for (std::size_t i = 0; i < 40000 - 240; ++i) ASSERT_EQ(out[i], wave[1000 + i % 7001]) << i;
    for (std::size_t i = 40000; i < 41000; ++i) ASSERT_EQ(out[i], 0);
  }
}

TEST(Clip, ReversedItRunsFromItsEnd) {
  const auto wave = lab::noise(30000, 1);
  const auto whole = played(clip({{"reverse", 1}}), wave, 30000).left;
  for (std::size_t i = 0; i < 30000; ++i) ASSERT_EQ(whole[i], wave[29999 - i]) << i;
  const auto part =
      played(clip({{"reverse", 1}, {"offset", 0.1}, {"length", 0.25}}), wave, 12000).left;
  for (std::size_t i = 0; i < 12000 - 240; ++i) ASSERT_EQ(part[i], wave[4800 + 11999 - i]) << i;
  const auto looped =
      played(clip({{"reverse", 1}, {"loop", 1}, {"loop_length", 0.1}, {"length", 0.4}}), wave,
             19200)
          .left;
  for (std::size_t i = 0; i < 19200 - 240; ++i) ASSERT_EQ(looped[i], wave[4799 - i % 4800]) << i;
}

// A chunked recording that is all there gives the samples of one in memory.
TEST(Clip, StreamsAsFromMemoryAndCountsWhatIsLate) {
  for (double rate : {48000.0, 44100.0}) {
    const auto left = lab::noise(100000, 1), right = lab::noise(100000, 2);
    Plan plan;
    plan.nodes = {clip({{"offset", 0.3}, {"loop", 1}, {"loop_length", 1.1}, {"length", 3}}),
                  clip_node(6, "take", {9000})};
    plan.nodes[0].inserts = {lab::insert(9, "scale")};
    plan.end = 8_quarters;
    lab::Desk whole(plan, {}), streamed(plan, {}), late(plan, {});
    ASSERT_TRUE(whole.player.add_audio("take", rate, left, right).ok());
    for (auto* desk : {&streamed, &late})
      ASSERT_TRUE(desk->player.open_stream("take", rate, 100000, true).ok());
    std::size_t pushed = 0;
    tests::Take a, b;
    for (int block = 0; block < 160; ++block) {
      for (const StreamWant& want : streamed.player.stream_wants(0.2)) {
        const auto at = static_cast<std::size_t>(want.chunk * StreamedAudio::kChunk);
        const auto n = std::min<std::size_t>(StreamedAudio::kChunk, 100000 - at);
        ASSERT_TRUE(streamed.player
                        .push_stream(want.name, want.chunk, left.data() + at, right.data() + at,
                                     static_cast<int>(n))
                        .ok());
        ++pushed;
      }
      EXPECT_TRUE(streamed.player.stream_wants(0.2).empty());
      a = a + whole.run(1000);
      b = b + streamed.run(1000);
      late.run(1000);
    }
    EXPECT_TRUE(a.left == b.left && a.right == b.right) << rate;
    EXPECT_EQ(streamed.player.late_frames(), 0);
    EXPECT_GT(late.player.late_frames(), 100000);
    EXPECT_GE(pushed, 7u);
    EXPECT_FALSE(streamed.player.push_stream("take", 99, left.data(), right.data(), 10).ok());
    EXPECT_FALSE(streamed.player.push_stream("other", 0, left.data(), right.data(), 10).ok());
  }
}

TEST(Clip, StreamsAskAcrossTheLoopAndForgetWhatIsFar) {
  const std::int64_t frames = 48000 * 600;
  Plan plan;
  plan.nodes = {clip_node(5, "take", {0})};
  plan.end = 1200_quarters;
  lab::Desk desk(plan, {});
  ASSERT_TRUE(desk.player.open_stream("take", kRate, frames, false).ok());
  std::vector<float> chunk(StreamedAudio::kChunk, 0.25f);
  std::size_t pushed = 0;
  const auto feed = [&] {
    for (const StreamWant& want : desk.player.stream_wants(2)) {
      ASSERT_TRUE(
          desk.player
              .push_stream(want.name, want.chunk, chunk.data(), nullptr, StreamedAudio::kChunk)
              .ok());
      ++pushed;
    }
  };
  desk.player.set_loop(100_quarters, 104_quarters, true);
  desk.player.seek({15360 * 102});
  for (int i = 0; i < 100; ++i) {
    feed();
    const auto out = desk.run(4096).left;
    ASSERT_EQ(out[4095], 0.25f) << i;
  }
  EXPECT_EQ(desk.player.late_frames(), 0);
  EXPECT_LT(pushed, 20u);  // what the loop needs stays
  desk.player.seek({0});
  feed();
  const std::size_t before = pushed;
  desk.player.seek({15360 * 102});
  feed();  // had been forgotten
  EXPECT_GT(pushed, before);
}

}  // namespace
}  // namespace tutti::graph
