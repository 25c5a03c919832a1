// A new plan while the song plays: no click, and nothing that stays is touched.
#include "tests/graph/lab.h"

namespace tutti::graph {
namespace {

using namespace lab;

std::vector<float> tone(double hz, std::size_t frames = 480000) {
  std::vector<float> wave(frames);
  for (std::size_t i = 0; i < frames; ++i)
    wave[i] = static_cast<float>(0.3 * std::sin(6.283185307 * hz * static_cast<double>(i) / kRate));
  return wave;
}
// Of a tone of 50 Hz at 0.3.
constexpr double kSlope = 0.3 * 6.283185307 * 50 / kRate;

Plan two_tracks() {
  Plan plan;
  plan.nodes = {clip_node(1, "tone", {0}), clip_node(2, "noise", {0}), bus(3, "Group"),
                bus(4, "Room")};
  plan.nodes[1].inserts = {insert(20, "shaky"), insert(21, "late")};
  plan.nodes[1].gain = 0.5;
  plan.end = 40_quarters;
  return plan;
}

// Everything that one track can go through leaves the other as it was, to the bit.
TEST(Adopt, EditsOfOneTrackLeaveTheOthersAlone) {
  Plan plan = two_tracks();
  const std::map<std::string, std::vector<float>> waves{{"noise", noise(480000, 3)}};
  Desk changed(plan, waves), untouched(plan, waves);
  changed.player.set_taps({2}), untouched.player.set_taps({2});
  const auto same = [&](const char* what) {
    std::vector<float> l(700), r(700);
    for (int block = 0; block < 10; ++block) {
      changed.player.process(l.data(), r.data(), 700);
      untouched.player.process(l.data(), r.data(), 700);
      for (std::size_t i = 0; i < 700; ++i)
        ASSERT_EQ(changed.player.tap(0).left[i], untouched.player.tap(0).left[i]) << what << i;
    }
  };
  same("before");
  plan.nodes[0].gain = 0.3;
  plan.nodes[0].inserts = {insert(10, "scale", {{"by", 2}})};
  ASSERT_TRUE(changed.player.adopt(plan).ok());
  same("insert");
  plan.nodes[0].output = 2;
  plan.nodes[0].sends = {{60, 3, 0.5, false, false}};
  plan.curves = {
      curve(0, 0, "gain_db", {{{0}, 0, Shape::linear, 0}, {{90000}, -9, Shape::hold, 0}})};
  ASSERT_TRUE(changed.player.adopt(plan).ok());
  same("routing");
  plan.nodes[0].inserts.clear();
  plan.nodes[0].sends.clear();
  plan.curves.clear();
  ASSERT_TRUE(changed.player.adopt(plan).ok());
  same("back");
}

TEST(Adopt, InsertsComeAndGoWithoutAClick) {
  Plan plan = two_tracks();
  plan.nodes.erase(plan.nodes.begin() + 1);
  Desk desk(plan, {{"tone", tone(50)}});
  tests::Take all = desk.run(4000);
  const auto adopt = [&](std::vector<PlanInsert> inserts) {
    plan.nodes[0].inserts = std::move(inserts);
    ASSERT_TRUE(desk.player.adopt(plan).ok());
    all = all + desk.run(5000, 300);
  };
  const auto half = insert(10, "scale", {{"by", 0.5}}), turned = insert(11, "scale", {{"by", -1}});
  adopt({half});
  EXPECT_NEAR(all.rms(8000, 8960), 0.15 / std::sqrt(2), 0.002);
  adopt({half, turned});
  adopt({turned, half});  // another order
  adopt({turned});
  auto bypassed = turned;
  bypassed.bypass = true;
  adopt({bypassed});
  adopt({});
  EXPECT_NEAR(all.rms(33000, 33960), 0.3 / std::sqrt(2), 0.002);
  EXPECT_LT(steepest(all.left), kSlope + 0.6 / 480 * 1.5);
}

TEST(Adopt, AStructuralChangeMakesOnlyThatInsertAnew) {
  Plan plan = two_tracks();
  plan.nodes.erase(plan.nodes.begin() + 1);
  plan.nodes[0].inserts = {insert(10, "shaky"), insert(11, "late", {{"frames", 300}})};
  Desk desk(plan, {{"tone", tone(50)}});
  tests::Take all = desk.run(9600, 960);
  const double before = steepest(all.left);
  plan.nodes[0].inserts[1].params[0].value = 50;
  ASSERT_TRUE(desk.player.adopt(plan).ok());
  EXPECT_EQ(desk.player.latency(), 50);
  const tests::Take after = desk.run(20000, 960);
  EXPECT_LT(steepest((all + after).left), before * 1.2 + 1.2 / 480 * 2);
  // The shaky one counted on: were it reset, its level would start over.
  Desk straight(plan, {{"tone", tone(50)}});
  const tests::Take whole = straight.run(29600, 960);
  for (std::size_t i = 15000; i < 20000; ++i) ASSERT_EQ(after.left[i], whole.left[i + 9600]) << i;
}

TEST(Adopt, RoutesChangeWithoutAClick) {
  Plan plan = two_tracks();
  plan.nodes.erase(plan.nodes.begin() + 1);
  plan.nodes[1].inserts = {insert(30, "late", {{"frames", 500}})};
  Desk desk(plan, {{"tone", tone(50)}});
  tests::Take all = desk.run(7001);
  const auto adopt = [&] {
    ASSERT_TRUE(desk.player.adopt(plan).ok());
    all = all + desk.run(7001, 512);
  };
  plan.nodes[0].output = 1;
  adopt();
  plan.nodes[0].sends = {{60, 2, 0.5, true, false}};
  adopt();
  plan.nodes[0].sends[0].mute = true;
  adopt();
  plan.nodes[0].output = PlanNode::kMaster;
  plan.nodes[0].sends.clear();
  adopt();
  plan.nodes.resize(1);  // the buses go, one with sound in it
  adopt();
  plan.nodes.clear();
  adopt();
  EXPECT_LT(steepest(all.left), 2 * kSlope + 0.45 / 480 * 2.5);
  EXPECT_EQ(all.left.back(), 0);
}

TEST(Adopt, ValuesGlide) {
  Plan plan = two_tracks();
  plan.nodes.erase(plan.nodes.begin() + 1);
  plan.nodes[0].inserts = {insert(10, "scale", {{"by", 1}})};
  Desk desk(plan, {{"tone", std::vector<float>(480000, 0.5f)}});
  tests::Take all = desk.run(3000);
  plan.nodes[0].inserts[0].params[0].value = 2;
  ASSERT_TRUE(desk.player.adopt(plan).ok());
  all = all + desk.run(3000, 100);
  plan.curves = {curve(0, 10, "by", {{{0}, 0.2, Shape::hold, 0}})};
  ASSERT_TRUE(desk.player.adopt(plan).ok());
  all = all + desk.run(3000, 100);
  plan.curves.clear();
  ASSERT_TRUE(desk.player.adopt(plan).ok());
  all = all + desk.run(3000, 100);
  EXPECT_LT(steepest(all.left), 1.0 / 480 * 1.01);
  EXPECT_FLOAT_EQ(all.left[5900], 1.0f);
  EXPECT_FLOAT_EQ(all.left[8900], 0.1f);
  EXPECT_FLOAT_EQ(all.left[11900], 1.0f);
}

// Adopted piece by piece while nothing sounds, the result is that of a player that is new.
TEST(Adopt, HistoryLeavesNoTraceWhileItIsSilent) {
  const Plan plan = busy_plan(4, 20);
  Desk straight(plan, waves());
  Desk wandered(two_tracks(), waves());
  wandered.player.stop();
  ASSERT_TRUE(wandered.player.adopt(busy_plan(5, 25)).ok());
  ASSERT_TRUE(wandered.player.adopt(plan).ok());
  wandered.player.play();
  const auto a = straight.run(40000, 1000), b = wandered.run(40000, 1000);
  for (std::size_t i = 0; i < a.left.size(); ++i) {
    ASSERT_EQ(a.left[i], b.left[i]) << i;
    ASSERT_EQ(a.right[i], b.right[i]) << i;
  }
}

}  // namespace
}  // namespace tutti::graph
