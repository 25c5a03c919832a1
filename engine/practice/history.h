// What a person has practised, as plain data: sittings with the passes of their loops. The input of
// streak.h, achievements.h and coach.h.
//
// Nothing here reads a clock or knows time zones. Moments are milliseconds since 1970 in UTC; a day
// is the number of days since 1970-01-01 of the date that a calendar showed where the person was;
// `offset` is how many seconds that place's clock was ahead of UTC. Whoever knows the zone's rules
// fills them in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tutti::practice {

// A place in time as the person lived it.
struct Moment {
  std::int64_t time = 0;    // ms since 1970, UTC
  std::int64_t day = 0;     // of the calendar there
  std::int64_t offset = 0;  // s ahead of UTC, -50400 … 50400
};

// What was played in one day; each day at most once, in any order.
struct PracticeDay {
  std::int64_t day = 0;
  double seconds = 0;
  std::int64_t first = 0, last = 0;  // ms, of what was played that day
  std::int64_t offset = 0;           // at `first`
};

// Passes of one loop in one sitting.
struct LoopWork {
  std::string loop;
  double start = 0, end = 0;  // s of the song
  int passes = 0;             // played through
  int clean = 0;              // of these, said to be clean
  double speed = 0;           // fastest clean pass, 1: the song's own; 0: none
  double slowest = 0;         // slowest clean pass, 0: not told
};

struct Sitting {
  std::string song;
  Moment started;
  double seconds = 0;  // played
  double speed = 0;    // fastest clean pass of all
  std::string instrument;
  std::vector<LoopWork> loops;
};

}  // namespace tutti::practice
