// Work at its time: a few threads that run many small tasks by their deadlines.
//
// A task is never run by two threads at once; everything it did is seen by the thread that runs it
// next. Without threads of its own (tests) run_due() runs what is due on the caller's. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "server/streams/clock.h"

namespace tutti::streams {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

class Schedule {
 public:
  // What is run, and answers when it wants to be run again (clock's time, kNever: when woken).
  using Work = std::function<std::int64_t()>;
  class Task;
  using TaskPtr = std::shared_ptr<Task>;

  Schedule(const Clock&, int threads);
  ~Schedule();  // stop()
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;

  // Rests until it is woken.
  TaskPtr add(Work);
  // Runs it at `at` or earlier; if it is running now, once more after that. Nothing after remove().
  void wake(const TaskPtr&, std::int64_t at = 0);
  // When this returns it is not running and never will again, unless called by the task itself.
  void remove(const TaskPtr&);
  // Runs what is due now until nothing is; answers how many runs that were. Only without threads.
  int run_due();
  // The earliest deadline; kNever when everything rests.
  std::int64_t next_due();
  // Ends the threads after what they are running; tasks are not run any more.
  void stop();

 private:
  using Lock = std::unique_lock<std::mutex>;
  void loop();
  void run_first(Lock&);

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable wake_, idle_;
  std::set<std::pair<std::int64_t, Task*>> due_;  // neither running nor resting
  std::vector<std::thread> threads_;
  bool stopping_ = false;
};

}  // namespace tutti::streams
