// The coach: which goal for which history, and that it is always one that can be practised.
#include "engine/practice/coach.h"

#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace tutti::practice {
namespace {

constexpr std::int64_t kDay = 86'400'000;

Moment at(std::int64_t day, int hour = 18) {
  return {day * kDay + hour * 3'600'000, day, 0};
}

Sitting worked(std::int64_t day, const std::string& loop, int passes, int clean, double speed) {
  Sitting one;
  one.song = "s";
  one.started = at(day, 12);
  one.seconds = 600;
  one.loops.push_back({loop, 0, 8, passes, clean, speed, 0});
  return one;
}

std::vector<PracticeDay> days_of(const std::vector<Sitting>& sittings) {
  std::vector<PracticeDay> days;
  for (const Sitting& one : sittings)
    days.push_back({one.started.day, one.seconds, one.started.time, one.started.time + 600'000, 0});
  return days;
}

CoachSong song(std::vector<CoachLoop> loops) {
  CoachSong one;
  one.id = "s";
  one.title = "Song";
  one.duration = 180;
  one.loops = std::move(loops);
  for (int bar = 0; bar < 90; ++bar) one.downbeats.push_back(bar * 2.0);
  return one;
}

const CoachLoop kFirst{"a", "Riff", 0, 8}, kSecond{"b", "Solo", 64, 72};

bool says(const Goal& goal, const std::string& words) {
  for (const auto& reason : goal.reasons)
    if (reason.find(words) != std::string::npos) return true;
  return false;
}

TEST(Coach, HasNothingWithoutSongs) {
  EXPECT_FALSE(goal_of({}, {}, {}, at(100)));
  const std::vector<CoachSong> songs{song({})};
  EXPECT_FALSE(goal_of(songs, {}, {}, at(100), {}, "another"));
}

TEST(Coach, BeginsWithTheHardestPassage) {
  std::vector<CoachSong> songs{song({})};
  HardPassage hard;
  hard.start = 64, hard.end = 72, hard.score = 0.8;
  hard.reasons.push_back({Cause::density, 11, 0.8, "11 notes a second"});
  songs[0].hard.push_back(hard);
  const auto goal = goal_of(songs, {}, {}, at(100));
  ASSERT_TRUE(goal);
  EXPECT_EQ(goal->title, "Bars 33–36 at 60 %");
  EXPECT_EQ(goal->start, 64);
  EXPECT_EQ(goal->end, 72);
  EXPECT_NEAR(goal->speed, 0.6, 1e-9);
  EXPECT_GT(goal->target, goal->speed);
  EXPECT_TRUE(says(*goal, "11 notes a second"));
  // Once it is a loop it is practised as one.
  songs[0].loops.push_back(kSecond);
  EXPECT_EQ(goal_of(songs, {}, {}, at(100))->loop, "b");
}

TEST(Coach, SpacesWhatWentWell) {
  const std::vector<CoachSong> songs{song({kFirst, kSecond})};
  // Both clean at full speed; a on many days, so that it may rest for long.
  std::vector<Sitting> sittings;
  for (const int day : {90, 91, 93, 97, 105}) sittings.push_back(worked(day, "a", 4, 4, 1.0));
  sittings.push_back(worked(105, "b", 4, 4, 1.0));
  const auto goal = goal_of(songs, sittings, days_of(sittings), at(107));
  ASSERT_TRUE(goal);
  EXPECT_EQ(goal->loop, "b");
  EXPECT_TRUE(says(*goal, "due again: last practised 2 days ago"));
  const auto later = goal_of(songs, sittings, days_of(sittings), at(106 + 40));
  ASSERT_TRUE(later);
  EXPECT_FALSE(later->loop.empty());
  EXPECT_TRUE(says(*later, "due again"));
}

TEST(Coach, ComesBackTomorrowToWhatDidNotGo) {
  const std::vector<CoachSong> songs{song({kFirst, kSecond})};
  const std::vector<Sitting> sittings{worked(100, "a", 8, 8, 0.9), worked(100, "b", 8, 1, 0.6)};
  const auto goal = goal_of(songs, sittings, days_of(sittings), at(101));
  ASSERT_TRUE(goal);
  EXPECT_TRUE(says(*goal, goal->loop == "b" ? "did not go cleanly" : "due again"));
  EXPECT_LE(goal->speed, goal->loop == "b" ? 0.6 : 0.9);
}

TEST(Coach, SlowsDownWhereNothingIsGained) {
  const std::vector<CoachSong> songs{song({kFirst})};
  std::vector<Sitting> sittings{worked(96, "a", 8, 4, 0.8)};
  for (const int day : {97, 98, 99}) sittings.push_back(worked(day, "a", 8, 4, 0.8));
  const auto goal = goal_of(songs, sittings, days_of(sittings), at(103));
  ASSERT_TRUE(goal);
  EXPECT_TRUE(says(*goal, "10 % slower")) << goal->reasons[0];
  EXPECT_NEAR(goal->speed, 0.7, 1e-9);
  EXPECT_NEAR(goal->target, 0.8, 1e-9);
}

TEST(Coach, ChangesBetweenLoops) {
  const std::vector<CoachSong> songs{song({kFirst, kSecond})};
  auto now = worked(100, "a", 8, 6, 0.7);
  now.started = at(100, 17);
  const std::vector<Sitting> sittings{worked(99, "b", 8, 6, 0.7), now};
  EXPECT_EQ(goal_of(songs, sittings, days_of(sittings), at(100, 18))->loop, "b");
}

TEST(Coach, KnowsWhenItIsEnough) {
  const std::vector<CoachSong> songs{song({kFirst})};
  std::vector<Sitting> sittings{worked(100, "a", 30, 20, 0.7)};
  sittings[0].seconds = 3000;
  auto days = days_of(sittings);
  days[0].seconds = 3000;
  const auto goal = goal_of(songs, sittings, days, at(100), {30});
  ASSERT_TRUE(goal);
  EXPECT_EQ(goal->start, 0);
  EXPECT_EQ(goal->end, 0);
  EXPECT_EQ(goal->minutes, 5);
  EXPECT_TRUE(says(*goal, "50 minutes today"));
}

TEST(Coach, NamesPlaces) {
  const std::vector<double> downbeats{0.5, 2.5, 4.5, 6.5, 8.5};
  EXPECT_EQ(place_name(downbeats, 2.5, 6.5), "Bars 2–3");
  EXPECT_EQ(place_name(downbeats, 2.52, 4.48), "Bar 2");
  EXPECT_EQ(place_name(downbeats, 2.45, 4.55), "Bar 2");
  EXPECT_EQ(place_name({}, 72, 80.4), "1:12–1:20");
}

TEST(Coach, AlwaysGivesWhatCanBeDone) {
  rc::check([] {
    std::vector<CoachSong> songs;
    for (int n = *rc::gen::inRange(1, 4); n > 0; --n) {
      CoachSong one = song({});
      one.id = std::string(1, static_cast<char>('p' + n));
      for (int k = *rc::gen::inRange(0, 5); k > 0; --k) {
        const double start = *rc::gen::inRange(0, 160);
        one.loops.push_back({std::to_string(k), "", start, start + *rc::gen::inRange(-1, 20)});
      }
      for (int k = *rc::gen::inRange(0, 4); k > 0; --k) {
        HardPassage hard;
        hard.start = *rc::gen::inRange(0, 160);
        hard.end = hard.start + *rc::gen::inRange(0, 16);
        hard.score = *rc::gen::inRange(0, 100) / 100.0;
        one.hard.push_back(hard);
      }
      one.ladder.start = *rc::gen::element(0.25, 0.6, 0.9);
      one.ladder.end = *rc::gen::element(0.9, 1.0, 1.2);
      songs.push_back(std::move(one));
    }
    std::vector<Sitting> sittings;
    for (int n = *rc::gen::inRange(0, 30); n > 0; --n) {
      const int passes = *rc::gen::inRange(0, 20);
      auto one = worked(*rc::gen::inRange(60, 110), std::to_string(*rc::gen::inRange(0, 6)), passes,
                        *rc::gen::inRange(0, passes + 1), *rc::gen::inRange(0, 130) / 100.0);
      one.song = std::string(1, static_cast<char>('p' + *rc::gen::inRange(0, 5)));
      sittings.push_back(std::move(one));
    }
    const Moment now = at(*rc::gen::inRange(90, 120), *rc::gen::inRange(0, 24));
    const CoachSettings settings{static_cast<double>(*rc::gen::inRange(0, 100))};
    const auto goal = goal_of(songs, sittings, days_of(sittings), now, settings);
    RC_ASSERT(goal.has_value());
    const auto found = std::find_if(songs.begin(), songs.end(),
                                    [&](const auto& one) { return one.id == goal->song; });
    RC_ASSERT(found != songs.end());
    RC_ASSERT(goal->speed >= 0.25 && goal->speed <= 2 && goal->target >= goal->speed);
    RC_ASSERT(std::fabs(goal->speed * 20 - std::floor(goal->speed * 20 + 0.5)) < 1e-9);
    RC_ASSERT(goal->target <= 2);
    RC_ASSERT(goal->minutes >= 3 && goal->minutes <= 60);
    RC_ASSERT(!goal->title.empty() && !goal->reasons.empty());
    RC_ASSERT(goal->end > goal->start || (goal->start == 0 && goal->end == 0));
    // The same again, the same words.
    const auto again = goal_of(songs, sittings, days_of(sittings), now, settings);
    RC_ASSERT(again->title == goal->title && again->reasons == goal->reasons);
  });
}

}  // namespace
}  // namespace tutti::practice
