// What a person has earned by practising, and how far the rest is.
//
// Everything follows from the history alone, so that it can be worked out anew at any time, on any
// machine; the moment of earning is that at which the history first held it. Whoever keeps earned
// ones keeps them for ever, even if the history is shortened later. Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "engine/practice/history.h"

namespace tutti::practice {

struct AchievementInfo {
  std::string_view id;    // stable: "streak_7", "first_clean" …
  std::string_view name;  // for a person
  std::string_view text;  // what it takes
};

struct AchievementState {
  AchievementInfo info;
  bool earned = false;
  std::int64_t when = 0;  // ms since 1970, UTC, where earned
  double progress = 0;    // 0 … 1; 1 exactly where earned
};

std::span<const AchievementInfo> achievement_list();

// One for each of the list, in its order. `sittings` in any order.
std::vector<AchievementState> achievements_of(std::span<const Sitting> sittings,
                                              std::span<const PracticeDay> days);

}  // namespace tutti::practice
