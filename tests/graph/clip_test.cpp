#include "tests/graph/support.h"

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

}  // namespace
}  // namespace tutti::graph
