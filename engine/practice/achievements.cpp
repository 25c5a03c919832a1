#include "engine/practice/achievements.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "engine/practice/streak.h"

namespace tutti::practice {
namespace {

constexpr std::array kList = {
    AchievementInfo{"first_song", "First notes", "Practise a song for a minute."},
    AchievementInfo{"first_clean", "Clean at full speed",
                    "Play a loop cleanly at 100 % of its speed."},
    AchievementInfo{"ladder", "Up the ladder",
                    "Take one loop from 70 % or less to 100 %, cleanly."},
    AchievementInfo{"faster", "Faster than the record", "Play a loop cleanly at 110 % or more."},
    AchievementInfo{"clean_100", "A hundred clean passes", "Play 100 passes cleanly."},
    AchievementInfo{"passes_1000", "A thousand times", "Play 1,000 passes of loops."},
    AchievementInfo{"streak_7", "A week", "Practise on 7 days in a row."},
    AchievementInfo{"streak_30", "A month", "Practise on 30 days in a row."},
    AchievementInfo{"streak_100", "A hundred days", "Practise on 100 days in a row."},
    AchievementInfo{"streak_365", "A year", "Practise on 365 days in a row."},
    AchievementInfo{"hours_1", "The first hour", "Practise for an hour in all."},
    AchievementInfo{"hours_10", "Ten hours", "Practise for 10 hours in all."},
    AchievementInfo{"hours_100", "A hundred hours", "Practise for 100 hours in all."},
    AchievementInfo{"songs_5", "A small repertoire", "Practise 5 songs for 10 minutes each."},
    AchievementInfo{"songs_25", "A whole evening", "Practise 25 songs for 10 minutes each."},
    AchievementInfo{"early_bird", "Early bird",
                    "Begin to practise between 4 and 7 in the morning."},
    AchievementInfo{"night_owl", "Night owl", "Begin to practise between 11 at night and 4."},
    AchievementInfo{"instruments", "From every chair", "Practise all four instruments of songs."},
    AchievementInfo{"comeback", "Back again", "Practise again after two weeks or more without."},
};

// Fills states as the history goes by.
class Keeper {
 public:
  Keeper() {
    for (const AchievementInfo& info : kList) states_.push_back({info, false, 0, 0});
  }
  void reach(std::string_view id, double share, std::int64_t when) {
    for (AchievementState& state : states_) {
      if (state.info.id != id || state.earned) continue;
      state.progress = std::max(state.progress, std::clamp(share, 0.0, 1.0));
      if (share >= 1) state.earned = true, state.when = when;
      return;
    }
  }
  std::vector<AchievementState> take() { return std::move(states_); }

 private:
  std::vector<AchievementState> states_;
};

struct LoopBest {
  bool slow = false;  // was clean at 70 % or less
};

}  // namespace

std::span<const AchievementInfo> achievement_list() {
  return kList;
}

std::vector<AchievementState> achievements_of(std::span<const Sitting> sittings,
                                              std::span<const PracticeDay> days) {
  std::vector<const Sitting*> order;
  for (const Sitting& sitting : sittings)
    if (std::isfinite(sitting.seconds) && sitting.seconds > 0) order.push_back(&sitting);
  std::stable_sort(order.begin(), order.end(), [](const Sitting* a, const Sitting* b) {
    return a->started.time < b->started.time;
  });
  Keeper keeper;
  double total = 0;
  std::int64_t clean = 0, passes = 0;
  std::map<std::string, double> songs;
  std::set<std::string> instruments;
  std::map<std::pair<std::string, std::string>, LoopBest> loops;
  int repertoire = 0;
  for (const Sitting* sitting : order) {
    const std::int64_t when =
        sitting->started.time + static_cast<std::int64_t>(sitting->seconds * 1000);
    total += sitting->seconds;
    double& song = songs[sitting->song];
    const bool known = song >= 600;
    song += sitting->seconds;
    if (!known && song >= 600) ++repertoire;
    keeper.reach("first_song", song / 60, when);
    keeper.reach("hours_1", total / 3600, when);
    keeper.reach("hours_10", total / 36000, when);
    keeper.reach("hours_100", total / 360000, when);
    keeper.reach("songs_5", repertoire / 5.0, when);
    keeper.reach("songs_25", repertoire / 25.0, when);
    for (const LoopWork& work : sitting->loops) {
      passes += std::max(0, work.passes);
      clean += std::max(0, work.clean);
      if (work.clean <= 0 || !(work.speed > 0)) continue;
      LoopBest& past = loops[{sitting->song, work.loop}];
      // Speeds are kept in whole percents; 0.9999 is 100 %.
      const double speed = std::floor(work.speed * 100 + 0.5) / 100;
      keeper.reach("first_clean", speed, when);
      keeper.reach("faster", speed / 1.1, when);
      // Within one sitting too, where it tells its slowest clean pass.
      const double slowest = work.slowest > 0 ? std::min(work.slowest, speed) : speed;
      past.slow = past.slow || slowest <= 0.705;
      if (past.slow) keeper.reach("ladder", speed, when);
    }
    keeper.reach("clean_100", static_cast<double>(clean) / 100, when);
    keeper.reach("passes_1000", static_cast<double>(passes) / 1000, when);
    if (sitting->seconds >= kLeastSeconds) {
      const std::int64_t local = sitting->started.time / 1000 + sitting->started.offset;
      const std::int64_t hour = (local % 86400 + 86400) % 86400 / 3600;
      if (hour >= 4 && hour < 7) keeper.reach("early_bird", 1, when);
      if (hour >= 23 || hour < 4) keeper.reach("night_owl", 1, when);
      if (!sitting->instrument.empty()) instruments.insert(sitting->instrument);
      keeper.reach("instruments", static_cast<double>(instruments.size()) / 4, when);
    }
  }
  const auto reached = streak_days(days);
  for (const auto& [id, length] : {std::pair<std::string_view, std::size_t>{"streak_7", 7},
                                   {"streak_30", 30},
                                   {"streak_100", 100},
                                   {"streak_365", 365}}) {
    if (reached.size() >= length) {
      keeper.reach(id, 1, reached[length - 1].last);
    } else {
      keeper.reach(id, static_cast<double>(reached.size()) / static_cast<double>(length), 0);
    }
  }
  std::vector<PracticeDay> by_day(days.begin(), days.end());
  std::erase_if(by_day, [](const PracticeDay& day) { return !(day.seconds >= kLeastSeconds); });
  std::stable_sort(by_day.begin(), by_day.end(),
                   [](const PracticeDay& a, const PracticeDay& b) { return a.day < b.day; });
  for (std::size_t i = 1; i < by_day.size(); ++i)
    if (by_day[i].day - by_day[i - 1].day > 14) keeper.reach("comeback", 1, by_day[i].last);
  return keeper.take();
}

}  // namespace tutti::practice
