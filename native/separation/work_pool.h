// Threads that separate segments and, between them, write what is finished.
//
// Two kinds of work: segments, queued with submit() and taken in their order, and short bursts
// (run_all) that go before them and in which the caller takes part, so that a burst never waits for
// a segment to end. With no threads everything runs on the caller. submit() and run_all() belong to
// one thread. Jobs must not throw.
#pragma once

#include <functional>
#include <memory>

namespace tutti::separation {

class WorkPool {
 public:
  // Starts fewer threads, or none, where the system gives no more: threads() tells.
  explicit WorkPool(int threads);
  ~WorkPool();  // drops queued segments, waits for those that run
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  int threads() const;
  // With no threads the job runs before this returns.
  void submit(std::function<void()> job);
  // job(0) … job(count - 1) in any order, all done when this returns.
  void run_all(int count, const std::function<void(int)>& job);
  // Until done() (asked under the pool's lock after every job) or about `milliseconds` have passed.
  bool wait(const std::function<bool()>& done, int milliseconds);
  // For what jobs and done() share.
  void locked(const std::function<void()>& change);
  double cpu_seconds() const;  // of the threads so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Cores that this process may use.
int cores();

}  // namespace tutti::separation
