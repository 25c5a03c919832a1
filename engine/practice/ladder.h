// The speed ladder: begin slowly, and go a step up after each n clean passes in a row.
//
// Slow correct repetition before speed is what studies of skilled practice find (Duke, Simmons and
// Cash, "It's not how much; it's how", JRME 2009). A pass that was not clean begins the count anew;
// the speed never falls by itself. Speeds are shares of the song's own tempo and lie on the
// ladder's steps exactly: start + k * step, the last one being `end`. Pure.
#pragma once

#include "engine/base/result.h"

namespace tutti::practice {

struct SpeedLadder {
  bool on = false;
  double start = 0.6;  // 0.25 … 2
  double end = 1;      // start … 2
  double step = 0.05;  // 0.01 … 0.5
  int passes = 3;      // 1 … 50 clean passes to go up
};

// wrong_usage with what is out of range.
Result<void> check(const SpeedLadder& ladder);

struct LadderPlace {
  int rung = 0;           // from 0
  int clean = 0;          // clean passes in a row on it
  bool complete = false;  // the top's passes were clean too
  friend bool operator==(const LadderPlace&, const LadderPlace&) = default;
};

int rungs(const SpeedLadder& ladder);  // 1 at least
double speed_at(const SpeedLadder& ladder, int rung);
// Where one stands after one more pass.
LadderPlace after_pass(const SpeedLadder& ladder, LadderPlace place, bool clean);
// The highest rung whose speed was reached already: where to go on another day.
LadderPlace go_on(const SpeedLadder& ladder, double best_clean_speed);

}  // namespace tutti::practice
