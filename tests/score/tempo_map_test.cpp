#include "engine/score/tempo_map.h"

#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tutti::score {
namespace {

rc::Gen<TempoMap> any_map() {
  const auto tempo = rc::gen::map(
      rc::gen::pair(rc::gen::inRange<std::int64_t>(-1000, 20'000'000),
                    rc::gen::inRange(6'000, 60'000'000)),
      [](const auto& p) { return TempoChange{{p.first}, static_cast<double>(p.second) / 1.7}; });
  const auto metre =
      rc::gen::map(rc::gen::tuple(rc::gen::inRange<std::int64_t>(-1000, 20'000'000),
                                  rc::gen::inRange(1, 20), rc::gen::inRange(0, 7)),
                   [](const auto& t) {
                     return MetreChange{{std::get<0>(t)}, std::get<1>(t), 1 << std::get<2>(t)};
                   });
  return rc::gen::map(rc::gen::pair(rc::gen::container<std::vector<TempoChange>>(tempo),
                                    rc::gen::container<std::vector<MetreChange>>(metre)),
                      [](const auto& p) { return TempoMap(p.first, p.second); });
}

Ticks any_tick() {
  return {*rc::gen::inRange<std::int64_t>(0, 30'000'000)};
}

RC_GTEST_PROP(TempoMapProperty, TicksOfSecondsIsTheSameTick, ()) {
  const auto map = *any_map();
  const Ticks t = any_tick();
  RC_ASSERT(map.ticks(map.seconds(t)) == t);
}

RC_GTEST_PROP(TempoMapProperty, TimeOnlyRises, ()) {
  const auto map = *any_map();
  const Ticks a = any_tick();
  RC_ASSERT(map.seconds(a) < map.seconds(a + Ticks{1}));
}

// The oracle adds up every stretch by itself, in long double.
RC_GTEST_PROP(TempoMapProperty, SecondsAreTheSumOfTheStretches, ()) {
  const auto map = *any_map();
  const Ticks t = any_tick();
  long double sum = 0;
  const auto& tempos = map.tempos();
  for (std::size_t i = 0; i < tempos.size() && tempos[i].at < t; ++i) {
    const Ticks end = i + 1 < tempos.size() ? std::min(tempos[i + 1].at, t) : t;
    sum += static_cast<long double>((end - tempos[i].at).value) *
           tempos[i].microseconds_per_quarter / 1e6L / kTicksPerQuarter;
  }
  RC_ASSERT(std::fabs(map.seconds(t) - static_cast<double>(sum)) <=
            1e-12 * (1 + map.seconds(t)) * 20);
}

RC_GTEST_PROP(TempoMapProperty, BarsAndTicksAgree, ()) {
  const auto map = *any_map();
  const Ticks t = any_tick();
  const auto at = map.bar_at(t);
  RC_ASSERT(map.tick_of(at) == t);
  RC_ASSERT(at.bar >= 1);
  RC_ASSERT(at.beat >= 1);
  RC_ASSERT(at.beat <= map.metre_at(t).numerator);
  RC_ASSERT(at.within >= Ticks{0});
  RC_ASSERT(at.within < map.ticks_per_beat(t));
  const Ticks start = map.bar_start(t);
  RC_ASSERT(start <= t);
  RC_ASSERT(map.bar_at(start) == (BarPosition{at.bar, 1, {}}));
  if (start.value > 0) RC_ASSERT(map.bar_at(start - Ticks{1}).bar == at.bar - 1);
}

TEST(TempoMap, CommonCases) {
  const TempoMap plain;
  EXPECT_DOUBLE_EQ(plain.seconds(4_quarters), 2.0);
  EXPECT_EQ(plain.ticks(2.0), 4_quarters);
  EXPECT_DOUBLE_EQ(plain.bpm_at({}), 120);
  EXPECT_EQ(plain.bar_at(9_quarters), (BarPosition{3, 2, {}}));

  const TempoMap map({{4_quarters, 1'000'000}, {0_quarters, 500'000}},
                     {{0_quarters, 6, 8}, {6_quarters, 3, 4}});
  EXPECT_DOUBLE_EQ(map.seconds(6_quarters), 4.0);
  EXPECT_DOUBLE_EQ(map.bpm_at(5_quarters), 60);
  EXPECT_EQ(map.bar_at(3_quarters), (BarPosition{2, 1, {}}));
  EXPECT_EQ(map.bar_at(6_quarters), (BarPosition{3, 1, {}}));
  EXPECT_EQ(map.bar_at(10_quarters), (BarPosition{4, 2, {}}));
  EXPECT_EQ(map.ticks_per_bar({}), 3_quarters);
  EXPECT_EQ(map.tick_of({4, 2, {7}}), 10_quarters + Ticks{7});
}

TEST(TempoMap, AMetreInsideABarCutsItShort) {
  const TempoMap map({}, {{0_quarters, 4, 4}, {6_quarters, 3, 4}});
  EXPECT_EQ(map.bar_at(5_quarters), (BarPosition{2, 2, {}}));
  EXPECT_EQ(map.bar_at(6_quarters), (BarPosition{3, 1, {}}));
}

TEST(TempoMap, OfSeveralAtOneTickTheLastHolds) {
  const TempoMap map({{1_quarters, 400'000}, {1_quarters, 300'000}, {{-5}, 1e6}, {{-9}, 2e6}}, {});
  ASSERT_EQ(map.tempos().size(), 2u);
  EXPECT_EQ(map.tempos()[0], (TempoChange{{}, 1e6}));
  EXPECT_EQ(map.tempos()[1], (TempoChange{1_quarters, 300'000}));
}

TEST(TempoMap, WhatHoldsAtTheFirstChangeAlsoHoldsBefore) {
  const TempoMap map({{8_quarters, 1'000'000}}, {{8_quarters, 3, 4}});
  EXPECT_DOUBLE_EQ(map.bpm_at({}), 60);
  EXPECT_EQ(map.metre_at({}).numerator, 3);
}

TEST(TempoMap, WildValuesAreBroughtIntoRange) {
  const TempoMap map({{{}, std::nan("")}, {1_quarters, 1e300}, {2_quarters, -4}},
                     {{{}, 0, 0}, {1_quarters, 9999, 48}});
  for (const auto& tempo : map.tempos()) {
    EXPECT_GE(tempo.microseconds_per_quarter, 1);
    EXPECT_LE(tempo.microseconds_per_quarter, 6e7);
  }
  EXPECT_EQ(map.metre_at({}), (MetreChange{{}, 1, 1}));
  EXPECT_EQ(map.metre_at(1_quarters), (MetreChange{1_quarters, 255, 32}));
  EXPECT_EQ(map.ticks(std::nan("")), Ticks{});
}

TEST(TempoMap, ManyChangesStayFast) {
  std::vector<TempoChange> tempos;
  for (int i = 0; i < 100'000; ++i) tempos.push_back({Ticks{i * 100}, 400'000.0 + i % 1000});
  const TempoMap map(std::move(tempos), {});
  // A linear search would need 10^10 steps here.
  for (int i = 0; i < 100'000; ++i) {
    const Ticks t{i * 97};
    ASSERT_EQ(map.ticks(map.seconds(t)), t);
  }
}

}  // namespace
}  // namespace tutti::score
