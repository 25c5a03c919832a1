// What became of one loop over its sittings: internal to the coach.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/practice/history.h"

namespace tutti::practice {

struct LoopPast {
  static constexpr int kStuck = 3;
  int sittings = 0;
  double best = 0;      // fastest clean pass
  double interval = 1;  // days until it is due again
  bool went_well = false;
  Moment last;
  int without_gain = 0;  // sittings since `best` rose

  bool stuck() const { return without_gain >= kStuck; }
};

using PastKey = std::pair<std::string, std::string>;  // song, loop

inline std::map<PastKey, LoopPast> pasts_of(std::span<const Sitting> sittings) {
  std::vector<const Sitting*> order;
  for (const Sitting& sitting : sittings) order.push_back(&sitting);
  std::stable_sort(order.begin(), order.end(), [](const Sitting* a, const Sitting* b) {
    return a->started.time < b->started.time;
  });
  std::map<PastKey, LoopPast> pasts;
  for (const Sitting* sitting : order)
    for (const LoopWork& work : sitting->loops) {
      if (work.passes <= 0) continue;
      LoopPast& past = pasts[{sitting->song, work.loop}];
      const bool gained = work.clean > 0 && work.speed > past.best + 0.005;
      const bool well = work.clean > 0 && 2 * work.clean >= work.passes;
      // Several sittings of one day are one repetition: the gap between days is what teaches.
      const bool same_day = past.sittings > 0 && past.last.day == sitting->started.day;
      if (!well) {
        past.interval = 1;
      } else if (past.sittings > 0 && past.went_well && !same_day) {
        past.interval = past.interval >= 16 ? 30 : past.interval * 2;
      }
      past.went_well = well;
      past.without_gain = gained ? 0 : past.without_gain + 1;
      if (gained) past.best = work.speed;
      past.last = sitting->started;
      ++past.sittings;
    }
  return pasts;
}

}  // namespace tutti::practice
