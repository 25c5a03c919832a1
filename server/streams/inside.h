// What a test may put in place of the machine: time, the music, and who does the work.
#pragma once

#include "server/streams/clock.h"
#include "server/streams/source.h"
#include "server/streams/streams.h"

namespace tutti::streams {

struct Inside {
  std::shared_ptr<const Clock> clock = std::make_shared<SteadyClock>();
  MakeSource make_source;
  // 0: no threads at all, work is done by run_due() alone.
  int render_threads = 2;
  int send_threads = 2;
};

// Runs what is due by the clock, on the caller's thread; answers how much that was.
int run_due(Streams&);
// When something will be due; kNever (schedule.h) when everything rests.
std::int64_t next_due(Streams&);

}  // namespace tutti::streams
