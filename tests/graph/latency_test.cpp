// What sets out together arrives together, whatever lies on the way.
#include "tests/graph/lab.h"

namespace tutti::graph {
namespace {

using namespace lab;

PlanInsert random_late(Random& random, std::uint64_t& id) {
  return insert(id++, "late", {{"frames", static_cast<double>(random.below(700))}});
}

// Sources, buses over buses, sends before and behind the fader, late inserts anywhere. Returns by
// node the gain of one of its samples at the output.
Plan random_graph(std::uint64_t seed, std::vector<double>& gains) {
  Random random(seed);
  Plan plan;
  std::uint64_t insert_id = 1000;
  const auto sources = 1 + random.below(5), buses = random.below(6);
  for (std::uint64_t n = 0; n < sources + buses; ++n) {
    PlanNode node = n < sources ? clip_node(n + 1, "click", {0}) : bus(n + 1);
    node.gain = static_cast<double>(1 + random.below(4)) / 4;
    for (auto k = random.below(4); k > 0; --k)
      node.inserts.push_back(random_late(random, insert_id));
    // Only to buses further on: no circles.
    const auto later = [&] {
      const std::uint64_t first = std::max(n + 1, sources);
      return static_cast<std::int64_t>(first + random.below(sources + buses - first));
    };
    const bool any = std::max(n + 1, sources) < sources + buses;
    if (any && random.below(3) > 0) node.output = static_cast<std::int32_t>(later());
    for (auto k = random.below(3); any && k > 0; --k) {
      PlanSend send;
      send.id = 500 + insert_id++;
      send.to = static_cast<std::uint32_t>(later());
      send.gain = static_cast<double>(1 + random.below(3)) / 4;
      send.before_fader = random.below(2) == 1;
      node.sends.push_back(send);
    }
    plan.nodes.push_back(node);
  }
  for (auto k = random.below(3); k > 0; --k)
    plan.master_inserts.push_back(random_late(random, insert_id));
  plan.end = 4_quarters;
  gains.assign(plan.nodes.size(), 0);
  for (std::size_t n = plan.nodes.size(); n-- > 0;) {
    const PlanNode& node = plan.nodes[n];
    gains[n] =
        node.gain *
        (node.output == PlanNode::kMaster ? 1 : gains[static_cast<std::size_t>(node.output)]);
    for (const PlanSend& s : node.sends)
      gains[n] += s.gain * (s.before_fader ? 1 : node.gain) * gains[s.to];
  }
  return plan;
}

TEST(Latency, ImpulsesThroughRandomGraphsMeetInOneSample) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    std::vector<double> gains;
    const Plan plan = random_graph(seed, gains);
    Desk desk(plan, {{"click", impulse(2000, 1234)}});
    double sum = 0;
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
      if (plan.nodes[n].kind == "clip") sum += gains[n];
    }
    const auto late = static_cast<std::size_t>(desk.player.latency());
    const tests::Take t =
        desk.run(static_cast<std::int64_t>(late) + 4000, 1 + static_cast<int>(seed) * 13);
    for (std::size_t i = 0; i < t.left.size(); ++i) {
      if (i == 1234 + late) continue;
      ASSERT_EQ(t.left[i], 0) << "seed " << seed << " frame " << i << " latency " << late;
    }
    EXPECT_NEAR(t.left[1234 + late], sum, 1e-5) << seed;
    EXPECT_EQ(t.right, t.left);
  }
}

TEST(Latency, SideChainsHearWhatSoundsAtTheSameTime) {
  for (double own : {0.0, 300.0, 900.0}) {
    for (double theirs : {0.0, 450.0, 1200.0}) {
      for (bool before_fader : {true, false}) {
        Plan plan;
        plan.nodes = {clip_node(1, "click", {0}), clip_node(2, "other", {0}),
                      clip_node(3, "click", {0})};
        plan.nodes[0].inserts = {insert(10, "late", {{"frames", theirs}})};
        plan.nodes[0].gain = 0.5;
        plan.nodes[1].inserts = {insert(11, "late", {{"frames", own}}), insert(12, "listen")};
        plan.nodes[1].inserts[1].side = 0;
        plan.nodes[1].inserts[1].side_before_fader = before_fader;
        plan.end = 4_quarters;
        Desk desk(plan, {{"click", impulse(3000, 700)}, {"other", noise(3000, 5)}});
        const auto late = static_cast<std::size_t>(desk.player.latency());
        EXPECT_EQ(late, static_cast<std::size_t>(std::max(own, theirs)));
        const tests::Take t = desk.run(9000, 333);
        for (std::size_t i = 0; i < t.left.size(); ++i) {
          ASSERT_FLOAT_EQ(t.left[i], i == 700 + late ? (before_fader ? 2.5f : 2.0f) : 0.0f)
              << i << " " << own << " " << theirs;
        }
      }
    }
  }
}

TEST(Latency, ClicksOfTheMetronomeWaitForTheMix) {
  Plan plan;
  plan.nodes = {clip_node(1, "click", {0})};
  plan.nodes[0].inserts = {insert(10, "late", {{"frames", 2000}})};
  plan.end = 4_quarters;
  Desk desk(plan, {{"click", std::vector<float>(10)}});
  desk.player.set_metronome(true, 0);
  EXPECT_EQ(desk.player.latency(), 2000);
  EXPECT_EQ(onsets(desk.run(kQuarter * 3), 2000, 4000),
            (std::vector<std::int64_t>{1, kQuarter + 1, 2 * kQuarter + 1}));
}

// A change of latency while playing moves what is heard, but never with a jump.
TEST(Latency, ChangesWithoutAClick) {
  std::vector<float> tone(480000);
  for (std::size_t i = 0; i < tone.size(); ++i)
    tone[i] = static_cast<float>(0.3 * std::sin(6.283185307 * 50 * static_cast<double>(i) / kRate));
  Plan plan;
  plan.nodes = {clip_node(1, "tone", {0}), clip_node(2, "tone", {0}), bus(3)};
  plan.nodes[0].output = 2;
  plan.end = 40_quarters;
  Desk desk(plan, {{"tone", tone}});
  tests::Take all = desk.run(5000);
  Plan late = plan;
  late.nodes[0].inserts = {insert(10, "late", {{"frames", 777}})};
  for (const Plan* next : {&late, &plan, &late}) {
    ASSERT_TRUE(desk.player.adopt(*next).ok());
    all = all + desk.run(9777, 500);
  }
  const double slope = 0.6 * 6.283185307 * 50 / kRate;
  EXPECT_LT(steepest(all.left), 2 * slope + 0.6 / 480 * 2.5);
  // After all that both tracks are level again: as loud as two equal tones.
  EXPECT_NEAR(all.rms(all.left.size() - 4800, all.left.size()), 0.6 / std::sqrt(2), 0.002);
}

}  // namespace
}  // namespace tutti::graph
