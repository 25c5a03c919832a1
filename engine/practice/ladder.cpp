#include "engine/practice/ladder.h"

#include <algorithm>
#include <cmath>

namespace tutti::practice {

Result<void> check(const SpeedLadder& ladder) {
  const auto wrong = [](const char* what, const char* next) {
    return Error{Code::wrong_usage, what, next};
  };
  if (!(ladder.start >= 0.25 && ladder.start <= 2))
    return wrong("The ladder's first speed lies outside 25 to 200 %.", "60 % is a good beginning.");
  if (!(ladder.end >= ladder.start && ladder.end <= 2))
    return wrong("The ladder's last speed lies below its first or above 200 %.",
                 "100 % is the song's own speed.");
  if (!(ladder.step >= 0.01 && ladder.step <= 0.5))
    return wrong("The ladder's step lies outside 1 to 50 %.", "5 % is usual.");
  if (ladder.passes < 1 || ladder.passes > 50)
    return wrong("The ladder asks for 1 to 50 clean passes a step.", "3 is usual.");
  return {};
}

int rungs(const SpeedLadder& ladder) {
  // A hair of tolerance: 0.6 + 8 * 0.05 is the top of 0.6 … 1.
  const double steps = (ladder.end - ladder.start) / ladder.step;
  if (!(steps > 0)) return 1;
  return static_cast<int>(std::ceil(std::min(steps, 1000.0) - 1e-6)) + 1;
}

double speed_at(const SpeedLadder& ladder, int rung) {
  if (rung >= rungs(ladder) - 1) return ladder.end;
  return ladder.start + ladder.step * std::max(0, rung);
}

LadderPlace after_pass(const SpeedLadder& ladder, LadderPlace place, bool clean) {
  const int top = rungs(ladder) - 1;
  place.rung = std::clamp(place.rung, 0, top);
  place.clean = clean ? place.clean + 1 : 0;
  if (place.clean < ladder.passes) return place;
  if (place.rung < top) return {place.rung + 1, 0, false};
  place.complete = true;
  place.clean = ladder.passes;
  return place;
}

LadderPlace go_on(const SpeedLadder& ladder, double best_clean_speed) {
  LadderPlace place;
  while (place.rung + 1 < rungs(ladder) &&
         speed_at(ladder, place.rung + 1) <= best_clean_speed + 1e-6)
    ++place.rung;
  return place;
}

}  // namespace tutti::practice
