// A moving hand on a fader, kept as points of a lane in a project while it moves.
//
// Points are thinned (engine/project/thin.h) and made durable about every half second of the song,
// as operations that everybody in the room hears; at the end of a pass its points are thinned once
// more, all together. A pass is a stretch in which time only goes forward: whoever jumps back
// begins the next. A pass replaces the points that the lane had there. What was kept stays kept
// whatever happens to this object; a flush that failed is tried again with the next.
//
// Blocking (it waits for the commit). One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/ticks.h"
#include "engine/project/operation.h"
#include "server/rooms/rooms.h"

namespace tutti::rooms {

class Recorder {
 public:
  struct Lane {
    std::string project;
    project::EntityId lane;
    double error = 0;    // in the unit of the values
    bool steps = false;  // values that jump and hold, such as switches
  };
  struct Kept {
    std::int64_t revision = 0;  // of the last commit; 0 before the first
    std::int64_t received = 0;
    std::int64_t points = 0;  // of this recording, in the lane now
  };

  Recorder(Rooms& rooms, Lane lane) : rooms_(rooms), lane_(std::move(lane)) {}

  // Two points at one tick: the later counts. Answers whether anything was committed. not_found
  // (the lane or the project was deleted), too_large, io.
  Result<bool> add(Ticks at, double value);
  Result<void> finish();  // the end of the last pass
  const Kept& kept() const { return kept_; }

 private:
  struct Point {
    Ticks at;
    double value = 0;
  };
  Result<void> write(std::size_t first, bool anchored);
  Result<void> end_pass();

  Rooms& rooms_;
  Lane lane_;
  Kept kept_;
  std::vector<Point> points_;  // of this pass
  std::size_t flushed_ = 0;    // so many of them are in the document, thinned
  std::int64_t written_ = 0;   // points these became
};

}  // namespace tutti::rooms
