// All cores for one render: a graph::ParallelFor over a fixed row of threads.
//
// Work comes in bursts of microseconds, so the threads spin for a moment before they sleep. run()
// is called by one thread at a time and works itself. Not for a process that may not start threads.
#pragma once

#include <memory>

#include "engine/graph/node.h"

namespace tutti::render {

class ThreadPool final : public graph::ParallelFor {
 public:
  // `threads` in all, the caller's included; at least 1.
  explicit ThreadPool(int threads);
  ~ThreadPool() override;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void run(int count, void (*job)(void* context, int index) noexcept,
           void* context) noexcept override;
  double cpu_seconds() const;  // of the helpers so far

  // Cores that this process may use.
  static int cores();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tutti::render
