// Streaks against a plain count of dates; today, midnight, travel, clocks that were wrong.
#include "engine/practice/streak.h"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>

namespace tutti::practice {
namespace {

constexpr std::int64_t kHour = 3600;

PracticeDay day(std::int64_t number, double seconds = 600, std::int64_t offset = 0) {
  const std::int64_t first = (number * 86400 + 12 * kHour - offset) * 1000;
  return {number, seconds, first, first + 600'000, offset};
}
Moment now(std::int64_t number, std::int64_t offset = 0) {
  return {(number * 86400 + 20 * kHour - offset) * 1000, number, offset};
}
std::vector<PracticeDay> run(std::int64_t first, int count) {
  std::vector<PracticeDay> days;
  for (int i = 0; i < count; ++i) days.push_back(day(first + i));
  return days;
}

TEST(Streak, LivesUntilAWholeDateWentBy) {
  const auto days = run(100, 5);  // to 104
  EXPECT_EQ(streak_of(days, now(104)).days, 5);
  EXPECT_TRUE(streak_of(days, now(104)).today);
  EXPECT_EQ(streak_of(days, now(105)).days, 5);  // not yet practised today
  EXPECT_FALSE(streak_of(days, now(105)).today);
  EXPECT_EQ(streak_of(days, now(106)).days, 0);
  EXPECT_EQ(streak_of(days, now(106)).longest, 5);
  EXPECT_EQ(streak_of(days, now(104)).since, 100);
  EXPECT_EQ(streak_of({}, now(100)).days, 0);
}

TEST(Streak, NeedsAMinuteADay) {
  auto days = run(100, 3);
  days[1].seconds = 59;
  EXPECT_EQ(streak_of(days, now(102)).days, 1);
  days.push_back(day(101, 1));  // two sittings of one date
  EXPECT_EQ(streak_of(days, now(102)).days, 3);
}

TEST(Streak, IsFairToTravellers) {
  // Tokyo on the 100th, then Los Angeles where it is the 99th still: nothing is lost.
  std::vector<PracticeDay> days{day(99, 600, 9 * kHour), day(100, 600, 9 * kHour)};
  const auto west = streak_of(days, now(99, -8 * kHour));
  EXPECT_EQ(west.days, 2);
  EXPECT_TRUE(west.today);
  EXPECT_EQ(west.week[6].seconds, 1200);
  // Los Angeles on the 99th, Sydney on the 101st: the 100th was over the ocean, five hours long.
  days = {day(98, 600, -8 * kHour), day(99, 600, -8 * kHour), day(101, 600, 11 * kHour)};
  EXPECT_EQ(streak_of(days, now(101, 11 * kHour)).days, 3);
  days.pop_back();
  EXPECT_EQ(streak_of(days, now(101, 11 * kHour)).days, 2);  // not yet practised there
  EXPECT_EQ(streak_of(days, now(101, -8 * kHour)).days, 0);  // at home a whole date went by
  // A few hours of jet lag are no excuse.
  days.push_back(day(101, 600, -5 * kHour));
  EXPECT_EQ(streak_of(days, now(101, -5 * kHour)).days, 1);
}

TEST(Streak, IsNotMadeByAWrongClock) {
  auto days = run(100, 3);
  for (int i = 0; i < 50; ++i) days.push_back(day(5000 + i));
  const auto streak = streak_of(days, now(102));
  EXPECT_EQ(streak.days, 3);
  EXPECT_EQ(streak.longest, 3);
  // The clock goes back to where it should be: what was real still counts.
  EXPECT_EQ(streak_of(days, now(103)).days, 3);
}

TEST(Streak, AgreesWithCountingDates) {
  rc::check([] {
    std::map<std::int64_t, double> seconds;
    std::vector<PracticeDay> days;
    for (int n = *rc::gen::inRange(0, 120); n > 0; --n) {
      const std::int64_t number = *rc::gen::inRange(0, 60);
      const double length = *rc::gen::element(10.0, 59.0, 60.0, 900.0);
      days.push_back(day(number, length));
      seconds[number] += length;
    }
    const std::int64_t today = *rc::gen::inRange(0, 70);
    const auto streak = streak_of(days, now(today));
    const auto done = [&](std::int64_t number) {
      const auto found = seconds.find(number);
      return number <= today + 1 && found != seconds.end() && found->second >= kLeastSeconds;
    };
    std::int64_t last = done(today + 1) ? today + 1 : done(today) ? today : today - 1;
    int wanted = 0;
    while (done(last)) ++wanted, --last;
    RC_ASSERT(streak.days == wanted);
    RC_ASSERT(streak.today == (done(today) || done(today + 1)));
    int longest = 0, here = 0;
    for (std::int64_t number = 0; number <= 70; ++number) {
      here = done(number) ? here + 1 : 0;
      longest = std::max(longest, here);
    }
    RC_ASSERT(streak.longest == longest);
    RC_ASSERT(streak.days <= streak.longest);
    RC_ASSERT(static_cast<int>(streak_days(days).size()) >= longest);
    double shown = 0, weeks = 0;
    for (const auto& one : streak.calendar) shown += one.seconds;
    for (const auto& week : streak.weeks) weeks += week.seconds;
    double total = 0;
    for (const auto& [number, length] : seconds)
      if (number <= today + 1) total += length;
    RC_ASSERT(shown == total);
    RC_ASSERT(weeks <= total);
    RC_ASSERT(streak.week[6].day == today && streak.calendar.back().day == today);
    RC_ASSERT(streak.weeks.back().monday <= today && streak.weeks.back().monday > today - 7);
  });
}

TEST(Streak, DoesNotMindOrderOrRepeats) {
  rc::check([] {
    std::vector<PracticeDay> days;
    for (int n = *rc::gen::inRange(0, 30); n > 0; --n)
      days.push_back(day(*rc::gen::inRange(0, 20)));
    std::vector<PracticeDay> shuffled;
    for (const std::size_t index :
         *rc::gen::map(rc::gen::arbitrary<std::uint32_t>(), [&](auto seed) {
           std::vector<std::size_t> order(days.size());
           for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
           for (std::size_t i = order.size(); i > 1; --i)
             std::swap(order[i - 1], order[(seed = seed * 1664525u + 1013904223u) % i]);
           return order;
         }))
      shuffled.push_back(days[index]);
    const auto a = streak_of(days, now(20)), b = streak_of(shuffled, now(20));
    RC_ASSERT(a.days == b.days && a.longest == b.longest && a.total_seconds == b.total_seconds);
  });
}

TEST(Streak, NamesDates) {
  EXPECT_EQ(date_of(0), "1970-01-01");
  EXPECT_EQ(date_of(20778), "2026-11-21");
  EXPECT_EQ(date_of(-1), "1969-12-31");
  EXPECT_EQ(date_of(11016), "2000-02-29");
  std::int64_t back = 0;
  EXPECT_FALSE(day_of("2026-02-29", back));
  EXPECT_FALSE(day_of("2026-13-01", back));
  EXPECT_FALSE(day_of("26-1-1", back));
  rc::check([] {
    const std::int64_t number = *rc::gen::inRange(-700'000, 2'900'000);
    std::int64_t read = 0;
    RC_ASSERT(day_of(date_of(number), read));
    RC_ASSERT(read == number);
    RC_ASSERT((number - monday_of(number)) >= 0 && (number - monday_of(number)) < 7);
  });
  EXPECT_EQ(date_of(monday_of(20778)), "2026-11-16");
}

}  // namespace
}  // namespace tutti::practice
