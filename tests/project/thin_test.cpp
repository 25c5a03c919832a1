// Thinning keeps its word: no point farther from the thinned line than the error.
#include "engine/project/thin.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/base/random.h"

namespace tutti::project {
namespace {

std::vector<TimedValue> pick(const std::vector<TimedValue>& points,
                             const std::vector<std::size_t>& kept) {
  std::vector<TimedValue> out;
  for (const std::size_t i : kept) out.push_back(points[i]);
  return out;
}

RC_GTEST_PROP(Thin, EveryPointLiesWithinTheErrorOfTheThinnedLine, ()) {
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 5000));
  const double error = *rc::gen::inRange(0, 2000) * 0.01;
  std::vector<TimedValue> points;
  double at = 0;
  for (const int step : steps) {
    at += step * 1e-3;
    points.push_back({at, *rc::gen::inRange(-6000, 6000) * 0.01});
  }
  const auto kept = thin(points, error);
  RC_ASSERT(kept.empty() == points.empty());
  if (points.empty()) return;
  RC_ASSERT(kept.front() == 0u);
  RC_ASSERT(kept.back() == points.size() - 1);
  RC_ASSERT(std::is_sorted(kept.begin(), kept.end()));
  RC_ASSERT(std::adjacent_find(kept.begin(), kept.end()) == kept.end());
  const auto line = pick(points, kept);
  for (const auto& point : points)
    RC_ASSERT(std::fabs(value_on(line, point.at) - point.value) <= error + 1e-9);
  // Thinning what is thin leaves it alone where every point was needed.
  RC_ASSERT(thin(points, 0).size() <= points.size());
}

RC_GTEST_PROP(Thin, StepsAreHeldWithinTheError, ()) {
  const auto values = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 4));
  std::vector<TimedValue> points;
  for (const int value : values)
    points.push_back({static_cast<double>(points.size()), static_cast<double>(value)});
  const auto kept = thin_steps(points, 0.5);
  std::size_t next = 0;
  double held = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (next < kept.size() && kept[next] == i) held = points[kept[next++]].value;
    RC_ASSERT(held == points[i].value);
  }
  for (std::size_t i = 1; i < kept.size(); ++i)
    RC_ASSERT(points[kept[i]].value != points[kept[i - 1]].value);
}

TEST(Thin, AStraightMoveIsTwoPointsAndACornerThree) {
  std::vector<TimedValue> points;
  for (int i = 0; i <= 1000; ++i) points.push_back({i * 0.01, i * 0.024 - 12});
  EXPECT_EQ(thin(points, 1e-9), (std::vector<std::size_t>{0, 1000}));
  for (int i = 1; i <= 500; ++i) points.push_back({10 + i * 0.01, 12 - i * 0.05});
  EXPECT_EQ(thin(points, 1e-9), (std::vector<std::size_t>{0, 1000, 1500}));
}

// A fader move as hands make it: an hour at 30 points a second. The line must be kept with few
// points, in time that does not run away (the worst case for the plain recursion is a spiral in).
TEST(Thin, AnHourOfAFaderStaysWithinTheError) {
  Random random(7);
  std::vector<TimedValue> points;
  double value = 0;
  for (int i = 0; i < 108'000; ++i) {
    value += (random.uniform() - 0.5) * 0.01 + 0.02 * std::sin(i * 0.003);
    points.push_back({i / 30.0, value});
  }
  const auto kept = thin(points, 0.1);
  EXPECT_LT(kept.size(), points.size() / 10);
  const auto line = pick(points, kept);
  for (const auto& point : points)
    ASSERT_LE(std::fabs(value_on(line, point.at) - point.value), 0.1 + 1e-12);
  std::vector<TimedValue> spiral;
  for (int i = 0; i < 100'000; ++i)
    spiral.push_back({static_cast<double>(i), (i % 2 ? 1.0 : -1.0) * (100'000 - i)});
  EXPECT_GT(thin(spiral, 0.1).size(), 90'000u);
}

}  // namespace
}  // namespace tutti::project
