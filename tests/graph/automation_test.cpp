// The value at every sample is what the curve says, whichever block borders.
#include "engine/graph/curve.h"
#include "tests/graph/lab.h"

namespace tutti::graph {
namespace {

using namespace lab;

double frame_of(Ticks at) {
  return static_cast<double>(Timeline().frame_of(at));
}

std::vector<PlanPoint> random_points(std::uint64_t seed, double low, double high) {
  Random random(seed);
  std::vector<PlanPoint> points;
  std::int64_t at = static_cast<std::int64_t>(random.below(3000));
  for (int i = 0; i < 12; ++i) {
    PlanPoint p;
    p.at = {at};
    p.value = i % 4 == 3 && i > 0 ? points.back().value : random.uniform(low, high);
    p.shape = static_cast<Shape>(random.below(4));
    p.bend = random.uniform(-1, 1);
    points.push_back(p);
    at += random.below(8) == 0 ? 0 : static_cast<std::int64_t>(random.below(4000));
  }
  return points;
}

// The curve by its definition, in frames.
double expected(const std::vector<PlanPoint>& points, double frame) {
  std::vector<TimedPoint> timed;
  for (const PlanPoint& p : points) timed.push_back({frame_of(p.at), p.value, p.shape, p.bend});
  return value_at(timed, frame);
}

TEST(Curve, ShapesLeaveAndArriveWhereTheyShould) {
  for (Shape shape : {Shape::linear, Shape::curved, Shape::smooth}) {
    EXPECT_EQ(shaped(shape, 0.7, 0), 0);
    EXPECT_NEAR(shaped(shape, 0.7, 1), 1, 1e-12);
  }
  EXPECT_EQ(shaped(Shape::hold, 0, 0.999), 0);
  EXPECT_NEAR(shaped(Shape::curved, 1, 0.5), (std::exp(4.0) - 1) / (std::exp(8.0) - 1), 1e-12);
  EXPECT_LT(shaped(Shape::curved, 0.5, 0.5), 0.5);
  EXPECT_GT(shaped(Shape::curved, -0.5, 0.5), 0.5);
  EXPECT_NEAR(shaped(Shape::curved, 0, 0.3), 0.3, 1e-12);
  EXPECT_NEAR(shaped(Shape::smooth, 0, 0.25), 0.15625, 1e-12);
}

TEST(Curve, ValuesAreConstantForAsLongAsItSays) {
  Timeline timeline;
  for (std::uint64_t seed = 1; seed < 60; ++seed) {
    const auto points = random_points(seed, -1, 1);
    Curve curve(points);
    curve.time(timeline);
    std::size_t a = 0, b = 0, c = 0;
    for (std::int64_t f = -10; f < 60000; f += 1 + static_cast<std::int64_t>(seed % 7)) {
      ASSERT_DOUBLE_EQ(curve.value(f, a), expected(points, static_cast<double>(f)));
      const std::int64_t until = std::min<std::int64_t>(curve.constant_until(f, b), 60000);
      ASSERT_GT(until, f);
      std::size_t far = 0;
      ASSERT_EQ(curve.value(until - 1, far), curve.value(f, a)) << seed << " " << f;
      // Right before a frame no jump lies between: the value is near that of the frame before.
      const double before = curve.value_before(f, c);
      const double last = curve.value(f - 1, far);
      ASSERT_LT(std::fabs(before - last), 0.2) << seed << " " << f;
    }
  }
}

TEST(Automation, FaderPanAndMuteFollowTheirCurvesExactly) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Plan plan;
    plan.nodes = {clip_node(1, "one", {0})};
    plan.end = 8_quarters;
    const auto gain = random_points(seed, -30, 6), pan = random_points(seed + 100, -1, 1);
    std::vector<PlanPoint> mute;
    for (int i = 0; i < 6; ++i) mute.push_back({{i * 5001}, i % 2 ? 1.0 : 0.0, Shape::hold, 0});
    plan.curves = {curve(0, 0, "gain_db", gain), curve(0, 0, "pan", pan),
                   curve(0, 0, "mute", mute)};
    std::vector<tests::Take> takes;
    for (int block : {1, 100, 1024, 3000}) {
      Desk desk(plan, {{"one", std::vector<float>(60000, 1.0f)}});
      takes.push_back(desk.run(60000, block));
    }
    for (std::size_t k = 1; k < takes.size(); ++k) {
      EXPECT_EQ(takes[k].left, takes[0].left);
      EXPECT_EQ(takes[k].right, takes[0].right);
    }
    for (std::size_t i = 0; i < 60000; ++i) {
      const auto f = static_cast<double>(i);
      const double level = expected(mute, f) >= 0.5 ? 0 : std::pow(10, expected(gain, f) / 20);
      const double p = expected(pan, f);
      const double far = std::cos(3.14159265358979 / 2 * std::fabs(p));
      ASSERT_NEAR(takes[0].left[i], p > 0 ? level * far : level, 1e-6) << seed << " " << i;
      ASSERT_NEAR(takes[0].right[i], p < 0 ? level * far : level, 1e-6) << seed << " " << i;
    }
  }
}

TEST(Automation, InsertsFollowOnAGridWithJumpsAtTheirFrame) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Plan plan;
    plan.nodes = {clip_node(1, "one", {0})};
    plan.nodes[0].inserts = {insert(9, "late", {{"frames", 333}}), insert(10, "scale")};
    plan.end = 8_quarters;
    const auto points = random_points(seed, -2, 2);
    plan.curves = {curve(0, 10, "by", points)};
    std::vector<std::vector<float>> takes;
    for (int block : {1, 100, 1024, 3000}) {
      Desk desk(plan, {{"one", std::vector<float>(60000, 1.0f)}});
      takes.push_back(desk.run(60333, block).left);
    }
    for (std::size_t k = 1; k < takes.size(); ++k) EXPECT_EQ(takes[k], takes[0]) << k;
    for (std::size_t i = 0; i < 60000; ++i) {
      const auto f = static_cast<double>(i);
      const double wanted = expected(points, f);
      // Straight lines over 16 frames: off by no more than the curve bends within them.
      const double bend =
          std::fabs(expected(points, f - 16) - 2 * wanted + expected(points, f + 16));
      const bool edge = std::any_of(points.begin(), points.end(), [&](const PlanPoint& p) {
        return std::fabs(frame_of(p.at) - f) < 17 && frame_of(p.at) != f;
      });
      if (edge) continue;
      ASSERT_NEAR(takes[0][i + 333], wanted, bend + 2e-5) << seed << " " << i;
    }
    // At the very frame of every point the value is exact.
    for (const PlanPoint& p : points) {
      const double f = frame_of(p.at);
      ASSERT_NEAR(takes[0][static_cast<std::size_t>(f) + 333], expected(points, f), 1e-6) << f;
    }
  }
}

TEST(Automation, SendsWholeNumbersAndTheMasterMove) {
  Plan plan;
  plan.nodes = {clip_node(1, "one", {0}), bus(2)};
  plan.nodes[0].inserts = {insert(10, "scale", {{"by", 0}})};
  plan.nodes[0].gain = 0.25;
  plan.nodes[0].sends = {{77, 1, 1.0, true, false}};
  plan.end = 8_quarters;
  const std::vector<PlanPoint> steps = {{{0}, 1, Shape::hold, 0}, {{7681}, 3, Shape::hold, 0}};
  const std::vector<PlanPoint> send = {{{0}, 0, Shape::linear, 0},
                                       {{15360}, -12, Shape::linear, 0}};
  const std::vector<PlanPoint> master = {{{0}, -6, Shape::hold, 0}, {{20000}, 0, Shape::hold, 0}};
  plan.curves = {curve(0, 10, "step", steps), curve(0, 77, "gain_db", send),
                 curve(PlanCurve::kMasterNode, 0, "gain_db", master)};
  Desk desk(plan, {{"one", std::vector<float>(60000, 0.1f)}});
  const auto out = desk.run(50000, 777).left;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto f = static_cast<double>(i);
    const double one = 0.1 * expected(steps, f);
    const double level = std::pow(10, expected(send, f) / 20);
    ASSERT_NEAR(out[i], one * (0.25 + level) * std::pow(10, expected(master, f) / 20), 1e-6) << i;
  }
}

TEST(Automation, GoesAlongWithLoopsAndAHandPutsItAside) {
  Plan plan;
  plan.nodes = {clip_node(1, "one", {0})};
  plan.nodes[0].inserts = {insert(10, "scale")};
  plan.end = 8_quarters;
  const std::vector<PlanPoint> rise = {{{0}, 0, Shape::linear, 0}, {{30720}, 2, Shape::linear, 0}};
  plan.curves = {curve(0, 10, "by", rise)};
  Desk desk(plan, {{"one", std::vector<float>(90000, 1.0f)}});
  desk.player.set_loop({7680}, {15360}, true);
  const auto out = desk.run(60000, 1000).left;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t song = i < 24000 ? i : 12000 + (i - 24000) % 12000;
    const std::size_t turn = i < 24000 ? i : (i - 24000) % 12000;
    if (i >= 24000 && turn < 240) continue;  // the clip itself crosses over
    ASSERT_NEAR(out[i], static_cast<double>(song) / 24000, 1e-5) << i;
  }
  EXPECT_TRUE(desk.player.set_insert_param(10, "by", 5));
  EXPECT_FALSE(desk.player.set_insert_param(10, "nonsense", 5));
  EXPECT_FALSE(desk.player.set_insert_param(11, "by", 5));
  EXPECT_TRUE(desk.player.set_fader(1, 0.5, 0, false));
  desk.player.set_loop({}, {}, false);
  EXPECT_FLOAT_EQ(desk.run(1000, 100).left[999], 2.5f);
  ASSERT_TRUE(desk.player.adopt(plan).ok());  // the document's again
  EXPECT_LT(desk.run(2000, 100).left[1999], 2.01f);
}

}  // namespace
}  // namespace tutti::graph
