// Whole mixes: the same samples for every block and every number of threads, stems that add up to
// the mix, circles refused, silence skipped without a trace.
#include "engine/graph/fader.h"
#include "tests/graph/lab.h"

namespace tutti::graph {
namespace {

using namespace lab;

TEST(Mix, BlocksAndThreadsDoNotMatter) {
  const Plan plan = busy_plan(3, 40);
  Threads threads;
  const auto render = [&](int block, bool loop, ParallelFor* parallel) {
    Desk desk(plan, waves());
    EXPECT_TRUE(desk.player.add_audio("b", kRate, noise(25000, 2), noise(25000, 3)).ok());
    desk.player.set_parallel(parallel);
    if (loop) desk.player.set_loop({4000}, {29000}, true);
    tests::Take whole;
    Random cut(7);
    while (whole.left.size() < 90000) {
      const int n = block > 0 ? block : 1 + static_cast<int>(cut.below(4096));
      whole = whole + desk.run(std::min<std::int64_t>(
                                   n, 90000 - static_cast<std::int64_t>(whole.left.size())),
                               4096);
    }
    return whole;
  };
  for (bool loop : {false, true}) {
    const tests::Take reference = render(1024, loop, nullptr);
    EXPECT_GT(reference.rms(0, 90000), 0.01);
    for (int block : {37, 480, 4096, 0}) {
      const tests::Take other = render(block, loop, block == 480 ? &threads : nullptr);
      for (std::size_t i = 0; i < reference.left.size(); ++i) {
        ASSERT_EQ(other.left[i], reference.left[i]) << "block " << block << " frame " << i;
        ASSERT_EQ(other.right[i], reference.right[i]) << "block " << block << " frame " << i;
      }
    }
  }
}

TEST(Mix, StemsAddUpToTheMix) {
  Plan plan = busy_plan(5, 23);
  plan.master_inserts.clear();
  Desk desk(plan, waves());
  std::vector<std::uint64_t> top;
  for (const PlanNode& n : plan.nodes) {
    if (n.output == PlanNode::kMaster) top.push_back(n.id);
  }
  desk.player.set_taps(top);
  EXPECT_EQ(desk.player.tap_latency(), desk.player.latency());
  std::vector<float> left(1500), right(1500);
  double error = 0, loud = 0;
  for (int block = 0; block < 40; ++block) {
    desk.player.process(left.data(), right.data(), 1500);
    for (std::size_t i = 0; i < 1500; ++i) {
      double l = 0, r = 0;
      for (std::size_t t = 0; t < top.size(); ++t) {
        l += desk.player.tap(static_cast<int>(t)).left[i];
        r += desk.player.tap(static_cast<int>(t)).right[i];
      }
      error = std::max({error, std::fabs(l - left[i]), std::fabs(r - right[i])});
      loud = std::max(loud, std::fabs(l));
    }
  }
  EXPECT_GT(loud, 0.1);
  EXPECT_LT(error, 1e-6 * loud);
}

TEST(Mix, ACircleIsRefusedAndNamed) {
  Plan plan;
  plan.nodes = {clip_node(1, "a", {0}), bus(2, "Drums"), bus(3, "Room"), bus(4, "Echo")};
  plan.nodes[1].output = 2;
  plan.nodes[2].sends = {{50, 3, 1.0, false, false}};
  plan.nodes[0].output = 1;
  Player player(factory());
  ASSERT_TRUE(player.prepare(kRate, 512).ok());
  EXPECT_TRUE(player.adopt(plan).ok());
  plan.nodes[3].inserts = {insert(60, "listen")};
  EXPECT_TRUE(player.adopt(plan).ok());
  plan.nodes[1].inserts = {insert(61, "listen")};
  plan.nodes[1].inserts[0].side = 3;  // Drums listens to Echo, which hears Room, which hears Drums
  const auto refused = player.adopt(plan);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::bad_input);
  for (const char* name : {"\"Drums\"", "\"Room\"", "\"Echo\""})
    EXPECT_NE(refused.error().message.find(name), std::string::npos) << refused.error().message;
  EXPECT_FALSE(decode(encode(plan)).ok());
  plan.nodes[1].inserts[0].side = 1;  // itself
  EXPECT_FALSE(player.adopt(plan).ok());
}

TEST(Mix, UnknownEffectsAreNamedAndNothingChanges) {
  Plan plan;
  plan.nodes = {clip_node(1, "a", {0})};
  Player player(factory());
  ASSERT_TRUE(player.adopt(plan).ok());
  Plan other = plan;
  other.nodes[0].inserts = {insert(5, "time-machine")};
  const auto refused = player.adopt(other);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("time-machine"), std::string::npos);
  EXPECT_EQ(player.plan(), plan);
}

TEST(Mix, PanLawsKeepWhatTheyPromise) {
  for (double p = -1; p <= 1; p += 0.125) {
    const auto power = pan_gains(PanLaw::constant_power, 1, p, true);
    EXPECT_NEAR(power.left * power.left + power.right * power.right, 1, 1e-6);
    const auto linear = pan_gains(PanLaw::linear, 1, p, true);
    EXPECT_NEAR(linear.left + linear.right, 1, 1e-6);
    for (PanLaw law :
         {PanLaw::constant_power, PanLaw::compromise, PanLaw::linear, PanLaw::balance}) {
      const auto stereo = pan_gains(law, 1, p, false);
      EXPECT_FLOAT_EQ(std::max(stereo.left, stereo.right), 1);
      EXPECT_EQ(pan_gains(law, 1, -p, true).left, pan_gains(law, 1, p, true).right);
    }
  }
  EXPECT_NEAR(pan_gains(PanLaw::constant_power, 1, 0, true).left, std::sqrt(0.5), 1e-6);
  EXPECT_NEAR(tests::db(pan_gains(PanLaw::compromise, 1, 0, true).left), -4.5, 0.02);
  EXPECT_EQ(pan_gains(PanLaw::linear, 1, 0, true).left, 0.5f);
  EXPECT_EQ(pan_gains(PanLaw::balance, 1, 0, true).left, 1);
  EXPECT_EQ(pan_gains(PanLaw::constant_power, 1, 1, true).left, 0);
}

// A strip that slept and woke sounds as one that was made when it woke.
TEST(Mix, SleepingStripsWakeAtTheExactFrame) {
  std::vector<float> wave(200000);
  Random random(8);
  for (std::size_t i = 0; i < 500; ++i)
    wave[i] = wave[90001 + i] = static_cast<float>(random.uniform(-0.5, 0.5));
  Plan plan;
  plan.nodes = {clip_node(1, "wave", {0})};
  plan.nodes[0].inserts = {insert(10, "shaky")};
  plan.end = 20_quarters;
  std::vector<std::vector<float>> takes;
  for (int block : {1, 64, 1000, 4096}) {
    Desk desk(plan, {{"wave", wave}});
    takes.push_back(desk.run(180000, block).left);
  }
  for (const auto& take : takes) EXPECT_TRUE(take == takes[0]);
  // It rang as long as it said, and longer, before it slept: the second burst is like the first.
  EXPECT_NE(takes[0][19 * 700 + 100], 0);
  for (std::size_t i = 0; i < 30000; ++i) ASSERT_EQ(takes[0][90001 + i], takes[0][i]) << i;
}

TEST(Mix, TenThousandTracks) {
  Plan plan;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    PlanNode node = clip_node(i + 1, i % 100 == 0 ? "click" : "none", {0});
    node.output = 10000 + static_cast<std::int32_t>(i % 10);
    node.inserts = {insert(100000 + i, "scale", {{"by", 2}})};
    plan.nodes.push_back(node);
  }
  for (std::uint64_t i = 0; i < 10; ++i) plan.nodes.push_back(bus(20001 + i));
  plan.end = 1_quarters;
  const auto bytes = encode(plan);
  auto back = decode(bytes);
  ASSERT_TRUE(back.ok());
  Desk desk(*back, {{"click", impulse(2000, 600, 0.01f)}});
  const auto out = desk.run(3000, 500).left;
  EXPECT_NEAR(out[600], 100 * 0.02, 1e-4);
  EXPECT_EQ(desk.player.missing(), (std::vector<std::string>{"none"}));
  plan.nodes[5].gain = 0.5;
  EXPECT_TRUE(desk.player.adopt(plan).ok());
}

TEST(Mix, MetersOfStripsShowWhatLeavesThem) {
  Plan plan;
  plan.nodes = {clip_node(1, "a", {0}), clip_node(2, "a", {0})};
  plan.nodes[0].gain = 0.5;
  plan.nodes[1].pan = -1;
  plan.nodes[1].inserts = {insert(4, "scale", {{"by", 2}})};
  plan.end = 8_quarters;
  Desk desk(plan, {{"a", std::vector<float>(9000, -0.25f)}});
  desk.player.set_strip_meters(true);
  desk.run(3000);
  const auto meters = desk.player.take_strip_meters();
  ASSERT_EQ(meters.size(), 2u);
  EXPECT_EQ(meters[0].node, 1u);
  EXPECT_FLOAT_EQ(meters[0].peak_left, 0.125f);
  EXPECT_FLOAT_EQ(meters[1].peak_left, 0.5f);
  EXPECT_FLOAT_EQ(meters[1].peak_right, 0);
  EXPECT_EQ(desk.player.take_strip_meters()[0].peak_left, 0);
}

TEST(Mix, WhatIsNoNumberIsLeftOutAndCounted) {
  auto bad = noise(9000, 4);
  bad[5000] = std::numeric_limits<float>::infinity();
  auto good = noise(9000, 5);
  Plan plan;
  plan.nodes = {clip_node(1, "bad", {0}), clip_node(2, "good", {0})};
  plan.end = 8_quarters;
  Desk desk(plan, {{"good", good}});
  EXPECT_FALSE(desk.player.add_audio("bad", kRate, bad, {}).ok());  // refused at the door
  // Memory that nobody has looked through.
  desk.player.add_resource("bad",
                           std::make_shared<AudioResource>(kRate, std::span<const float>(bad),
                                                           std::span<const float>{}));
  const auto out = desk.run(9000, 1000).left;
  EXPECT_EQ(out[5000], good[5000]);
  EXPECT_GT(desk.player.bad_samples(), 0);
  for (float x : out) ASSERT_TRUE(std::isfinite(x));
}

}  // namespace
}  // namespace tutti::graph
