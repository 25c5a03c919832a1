#include "tests/graph/support.h"

namespace tutti::graph {
namespace {

TEST(Player, NotesBeginAtTheirFrameThroughTempoChanges) {
  Plan plan;
  plan.nodes = {sampler_node(1)};
  plan.tempos = {{{0}, 500000}, {4_quarters, 250000}, {{15360 * 5 + 7000}, 333333}};
  const score::TempoMap map(plan.tempos, {});
  std::vector<std::int64_t> expected;
  for (int i = 0; i < 12; ++i) {
    const Ticks at{i * 10007};
    add_note(plan, 0, at, {2000});
    expected.push_back(static_cast<std::int64_t>(std::floor(map.seconds(at) * kRate + 0.5)) +
                       kHeard);
  }
  Studio studio(plan);
  studio.player.play();
  EXPECT_EQ(onsets(studio.run(200000), studio.player.latency()), expected);
}

TEST(Player, BlocksAndThreadsDoNotMatter) {
  Plan plan;
  plan.nodes = {sampler_node(1, 1), sampler_node(2, 1), sampler_node(3, 0)};
  plan.nodes[1].pan = -0.4;
  plan.nodes[2].gain = 2.5;
  Random random(4);
  for (int i = 0; i < 150; ++i) {
    add_note(plan, static_cast<std::uint32_t>(random.below(3)),
             {static_cast<std::int64_t>(random.below(60000))},
             {1 + static_cast<std::int64_t>(random.below(9000))},
             40 + static_cast<int>(random.below(40)), 1 + static_cast<int>(random.below(127)));
  }
  const auto render = [&](int block, bool looped, ParallelFor* parallel = nullptr) {
    Studio studio(plan);
    studio.player.set_parallel(parallel);
    if (looped) studio.player.set_loop({3333}, {22222}, true);
    studio.player.set_metronome(true, -6);
    studio.player.play();
    Random cut(static_cast<std::uint64_t>(block));
    tests::Take whole;
    while (whole.left.size() < 100000) {
      const auto n = block > 0 ? block : 1 + static_cast<int>(cut.below(4096));
      tests::Take part = studio.run(
          std::min<std::int64_t>(n, 100000 - static_cast<std::int64_t>(whole.left.size())), 4096);
      whole.left.insert(whole.left.end(), part.left.begin(), part.left.end());
      whole.right.insert(whole.right.end(), part.right.begin(), part.right.end());
    }
    return whole;
  };
  for (bool looped : {false, true}) {
    const tests::Take reference = render(128, looped);
    EXPECT_GT(reference.rms(0, 100000), 0.01);
    for (int block : {1, 7, 64, 480, 4096, 0}) {
      const tests::Take other = render(block, looped);
      EXPECT_EQ(other.left, reference.left) << block;
      EXPECT_EQ(other.right, reference.right) << block;
    }
    Threads threads;
    EXPECT_EQ(render(512, looped, &threads).left, reference.left);
  }
}

TEST(Player, LoopJumpsAtTheExactFrameAndLeavesNoNoteHanging) {
  Plan plan;
  plan.nodes = {sampler_node(1)};
  add_note(plan, 0, {3840}, {1000});
  add_note(plan, 0, 1_quarters, 4_quarters);  // reaches past the loop's end
  Studio studio(plan);
  studio.player.set_loop({0}, {15360 * 3 / 2}, true);
  studio.player.play();
  const auto length = kQuarter * 3 / 2;
  const std::vector<std::int64_t> found =
      onsets(studio.run(length * 3 + 100), studio.player.latency(), 100);
  ASSERT_GE(found.size(), 5u);
  for (std::size_t turn = 0; turn < 2; ++turn) {
    EXPECT_EQ(found[turn * 2], static_cast<std::int64_t>(turn) * length + kQuarter / 4 + kHeard);
    EXPECT_EQ(found[turn * 2 + 1], static_cast<std::int64_t>(turn) * length + kQuarter + kHeard);
  }
  EXPECT_EQ(studio.player.position().value, studio.player.position().value % (15360 * 3 / 2));
  studio.player.stop();
  studio.run(48000);
  EXPECT_TRUE(studio.player.silent());
}

TEST(Player, SeekReleasesNotesAndTellsTheChannelItsState) {
  Plan plan;
  plan.nodes = {sampler_node(1, 1)};
  plan.events.push_back({{0}, 0, 0xb0, 11, 127});
  plan.events.push_back({{15360 * 4}, 0, 0xb0, 11, 40});
  plan.events.push_back({{15360 * 5}, 0, 0xb0, 11, 127});
  add_note(plan, 0, 0_quarters, 3_quarters, 69);
  add_note(plan, 0, {15360 * 9 / 2}, {4000}, 69);
  add_note(plan, 0, 6_quarters, 8_quarters, 69);
  Studio straight(plan), jumped(plan);
  straight.player.play();
  const tests::Take a = straight.run(kQuarter * 7);
  jumped.player.play();
  jumped.run(kQuarter);
  jumped.player.seek({15360 * 9 / 2});
  EXPECT_EQ(jumped.player.position().value, 15360 * 9 / 2);
  const tests::Take b = jumped.run(kQuarter * 5 / 2);
  // After the old note has rung out, the jump sounds as the straight run does there: expression 40.
  const double level =
      a.rms(static_cast<std::size_t>(kQuarter * 4.55), static_cast<std::size_t>(kQuarter * 4.6));
  EXPECT_GT(level, 1e-4);
  EXPECT_NEAR(tests::db(b.rms(static_cast<std::size_t>(kQuarter * 0.05),
                              static_cast<std::size_t>(kQuarter * 0.1)) /
                        level),
              0, 4);
  EXPECT_NEAR(tests::db(b.rms(static_cast<std::size_t>(kQuarter * 1.6),
                              static_cast<std::size_t>(kQuarter * 2)) /
                        a.rms(static_cast<std::size_t>(kQuarter * 6.1),
                              static_cast<std::size_t>(kQuarter * 6.5))),
              0, 0.01);
  jumped.player.seek({0});
  jumped.player.stop();
  jumped.run(48000);
  EXPECT_TRUE(jumped.player.silent());
}

TEST(Player, TempoChangeKeepsTheMusicalPosition) {
  Plan plan;
  plan.nodes = {sampler_node(1)};
  for (int i = 0; i < 16; ++i) add_note(plan, 0, Ticks{15360 * i}, {1000});
  Studio studio(plan);
  studio.player.play();
  studio.run(kQuarter * 3 / 2);
  EXPECT_EQ(studio.player.position().value, 15360 * 3 / 2);
  Plan faster = plan;
  faster.tempos = {{{0}, 250000}};  // 240 a minute
  ASSERT_TRUE(studio.player.adopt(faster).ok());
  EXPECT_EQ(studio.player.position().value, 15360 * 3 / 2);
  const auto latency = studio.player.latency();
  const std::vector<std::int64_t> found = onsets(studio.run(kQuarter), latency);
  ASSERT_GE(found.size(), 2u);
  EXPECT_EQ(found[0], kQuarter / 4 + kHeard);  // half a quarter at the double tempo
  EXPECT_EQ(found[1], kQuarter / 4 + kQuarter / 2 + kHeard);
  studio.player.set_speed(0.5);  // back to the old pace
  const Ticks here = studio.player.position();
  studio.run(kQuarter);
  EXPECT_NEAR(static_cast<double>((studio.player.position() - here).value), 15360, 2);
}

TEST(Player, MetronomeAndCountInClickOnTheFrame) {
  Plan plan;
  plan.nodes = {sampler_node(1)};
  plan.metres = {{{0}, 3, 4}};
  plan.end = 12_quarters;
  Studio studio(plan);
  studio.player.set_metronome(true, 0);
  studio.player.count_in(1);
  studio.player.play();
  EXPECT_EQ(studio.player.state(), PlayState::counting_in);
  const tests::Take take = studio.run(kQuarter * 9);
  EXPECT_EQ(studio.player.state(), PlayState::playing);
  EXPECT_EQ(studio.player.position().value, 15360 * 6);  // three beats were the count-in
  std::vector<std::int64_t> expected;
  for (int beat = 0; beat < 9; ++beat) expected.push_back(beat * kQuarter + kHeard);
  EXPECT_EQ(onsets(take, studio.player.latency(), 2000), expected);
  // The accent has another pitch: count zero crossings of the first 20 ms.
  const auto pitch = [&](int beat) {
    int crossings = 0;
    const auto from = static_cast<std::size_t>(beat * kQuarter + studio.player.latency() + 24);
    for (std::size_t i = from; i < from + 960; ++i)
      crossings += (take.left[i] < 0) != (take.left[i + 1] < 0);
    return crossings;
  };
  for (int beat : {0, 3, 6}) {
    EXPECT_GT(pitch(beat), pitch(beat + 1) * 1.3);
    EXPECT_EQ(pitch(beat + 1), pitch(beat + 2));
  }
}

TEST(Player, CountInLeadsToAPlaceInsideABar) {
  Plan plan;
  plan.nodes = {sampler_node(1)};
  plan.end = 12_quarters;
  Studio studio(plan);
  studio.player.seek({15360 * 5});  // the second beat of a 4/4 bar
  studio.player.count_in(1);
  studio.player.play();
  const tests::Take take = studio.run(kQuarter * 4 + 10);
  EXPECT_EQ(onsets(take, studio.player.latency(), 2000),
            (std::vector<std::int64_t>{1, kQuarter + 1, 2 * kQuarter + 1, 3 * kQuarter + 1}));
  EXPECT_EQ(studio.player.state(), PlayState::playing);
}

}  // namespace
}  // namespace tutti::graph
