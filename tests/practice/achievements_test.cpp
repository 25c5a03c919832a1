// Achievements: each is reached by what its text says and by nothing less, at that moment.
#include "engine/practice/achievements.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <set>

namespace tutti::practice {
namespace {

constexpr std::int64_t kDay = 86'400'000;

Sitting sitting(std::int64_t day, double seconds, const std::string& song = "a", int hour = 12) {
  Sitting one;
  one.song = song;
  one.started = {day * kDay + hour * 3'600'000, day, 0};
  one.seconds = seconds;
  return one;
}

struct History {
  std::vector<Sitting> sittings;
  std::vector<PracticeDay> days() const {
    std::vector<PracticeDay> list;
    for (const Sitting& one : sittings)
      list.push_back({one.started.day, one.seconds, one.started.time,
                      one.started.time + static_cast<std::int64_t>(one.seconds * 1000), 0});
    return list;
  }
  AchievementState of(std::string_view id) const {
    for (const auto& state : achievements_of(sittings, days()))
      if (state.info.id == id) return state;
    ADD_FAILURE() << id;
    return {};
  }
};

TEST(Achievements, HaveIdsOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const auto& info : achievement_list()) {
    EXPECT_TRUE(ids.insert(info.id).second) << info.id;
    EXPECT_FALSE(info.name.empty() || info.text.empty());
  }
  for (const auto& state : achievements_of({}, {})) {
    EXPECT_FALSE(state.earned) << state.info.id;
    EXPECT_EQ(state.progress, 0) << state.info.id;
  }
}

TEST(Achievements, CountDaysInARow) {
  History history;
  for (int day = 0; day < 6; ++day) history.sittings.push_back(sitting(100 + day, 120));
  EXPECT_FALSE(history.of("streak_7").earned);
  EXPECT_NEAR(history.of("streak_7").progress, 6.0 / 7, 1e-12);
  history.sittings.push_back(sitting(106, 120));
  EXPECT_TRUE(history.of("streak_7").earned);
  EXPECT_EQ(history.of("streak_7").when, 106 * kDay + 12 * 3'600'000 + 120'000);
  // The streak breaks afterwards: what was earned stays.
  history.sittings.push_back(sitting(150, 120));
  EXPECT_TRUE(history.of("streak_7").earned);
  EXPECT_TRUE(history.of("comeback").earned);
}

TEST(Achievements, CountHoursAndSongs) {
  History history;
  history.sittings.push_back(sitting(1, 59));
  EXPECT_FALSE(history.of("first_song").earned);
  history.sittings.push_back(sitting(2, 1));
  EXPECT_TRUE(history.of("first_song").earned);
  history.sittings.push_back(sitting(3, 3540));
  EXPECT_TRUE(history.of("hours_1").earned);
  EXPECT_NEAR(history.of("hours_10").progress, 0.1, 1e-9);
  for (const char* song : {"b", "c", "d"}) history.sittings.push_back(sitting(4, 600, song));
  EXPECT_FALSE(history.of("songs_5").earned);
  history.sittings.push_back(sitting(5, 300, "e"));
  history.sittings.push_back(sitting(6, 300, "e"));
  EXPECT_TRUE(history.of("songs_5").earned);
}

TEST(Achievements, CountCleanPassesAndLadders) {
  History history;
  history.sittings.push_back(sitting(1, 300));
  history.sittings.back().loops.push_back({"x", 0, 4, 10, 0, 0, 0});
  EXPECT_FALSE(history.of("first_clean").earned);
  history.sittings.push_back(sitting(2, 300));
  history.sittings.back().loops.push_back({"x", 0, 4, 10, 4, 0.65, 0});
  EXPECT_FALSE(history.of("first_clean").earned);
  EXPECT_GT(history.of("ladder").progress, 0.6);
  history.sittings.push_back(sitting(3, 300));
  history.sittings.back().loops.push_back({"y", 0, 4, 1, 1, 1.0, 0});
  EXPECT_TRUE(history.of("first_clean").earned);
  EXPECT_FALSE(history.of("ladder").earned);  // another loop
  history.sittings.push_back(sitting(4, 300));
  history.sittings.back().loops.push_back({"x", 0, 4, 3, 3, 0.9999, 0});
  EXPECT_TRUE(history.of("ladder").earned);
  // In one sitting, where its slowest clean pass is told.
  History once;
  once.sittings.push_back(sitting(1, 900));
  once.sittings.back().loops.push_back({"x", 0, 4, 30, 27, 1.0, 0.6});
  EXPECT_TRUE(once.of("ladder").earned);
}

TEST(Achievements, KnowTheClockOfThePlace) {
  History history;
  // 22:30 UTC is half past five in the morning in Bangkok.
  history.sittings.push_back(sitting(1, 300));
  history.sittings.back().started = {22 * 3'600'000 + 1'800'000, 1, 7 * 3600};
  EXPECT_TRUE(history.of("early_bird").earned);
  EXPECT_FALSE(history.of("night_owl").earned);
  history.sittings.back().started.offset = 3600;
  EXPECT_FALSE(history.of("early_bird").earned);
  EXPECT_TRUE(history.of("night_owl").earned);
}

// A longer history never takes anything back, nor makes it later.
TEST(Achievements, OnlyGrow) {
  rc::check([] {
    History history;
    for (int n = *rc::gen::inRange(1, 40); n > 0; --n) {
      const std::string song = *rc::gen::element<std::string>("a", "b", "c", "d", "e", "f");
      auto one = sitting(*rc::gen::inRange(0, 60), *rc::gen::element(30.0, 700.0, 4000.0), song,
                         *rc::gen::inRange(0, 24));
      one.instrument = *rc::gen::element<std::string>("bass", "drums", "other", "vocals");
      const int passes = *rc::gen::inRange(0, 300);
      one.loops.push_back({"l", 0, 4, passes, *rc::gen::inRange(0, passes + 1),
                           *rc::gen::element(0.0, 0.6, 0.8, 1.0, 1.2), 0});
      history.sittings.push_back(std::move(one));
    }
    std::sort(history.sittings.begin(), history.sittings.end(),
              [](const auto& a, const auto& b) { return a.started.time < b.started.time; });
    History part;
    std::vector<AchievementState> before;
    for (const Sitting& one : history.sittings) {
      part.sittings.push_back(one);
      const auto states = achievements_of(part.sittings, part.days());
      for (std::size_t i = 0; i < states.size(); ++i) {
        RC_ASSERT(states[i].progress >= 0 && states[i].progress <= 1);
        RC_ASSERT(states[i].earned == (states[i].progress >= 1));
        if (before.empty()) continue;
        RC_ASSERT(states[i].progress >= before[i].progress);
        if (before[i].earned) RC_ASSERT(states[i].earned && states[i].when == before[i].when);
      }
      before = states;
    }
  });
}

}  // namespace
}  // namespace tutti::practice
