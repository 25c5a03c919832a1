#include "server/streams/schedule.h"

#include <algorithm>
#include <chrono>

namespace tutti::streams {

class Schedule::Task : public std::enable_shared_from_this<Task> {
 public:
  explicit Task(Work work) : work(std::move(work)) {}
  Work work;
  std::int64_t at = kNever;
  bool running = false;
  bool removed = false;
  std::thread::id by;
};

Schedule::Schedule(const Clock& clock, int threads) : clock_(clock) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { loop(); });
}

Schedule::~Schedule() {
  stop();
}

void Schedule::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

Schedule::TaskPtr Schedule::add(Work work) {
  return std::make_shared<Task>(std::move(work));
}

void Schedule::wake(const TaskPtr& task, std::int64_t at) {
  {
    const std::lock_guard lock(mutex_);
    if (task->removed || at >= task->at) return;
    if (!task->running) {
      due_.erase({task->at, task.get()});
      due_.insert({at, task.get()});
    }
    task->at = at;
  }
  wake_.notify_one();
}

void Schedule::remove(const TaskPtr& task) {
  Lock lock(mutex_);
  task->removed = true;
  due_.erase({task->at, task.get()});
  idle_.wait(lock, [&] { return !task->running || task->by == std::this_thread::get_id(); });
}

std::int64_t Schedule::next_due() {
  const std::lock_guard lock(mutex_);
  return due_.empty() ? kNever : due_.begin()->first;
}

// Runs the first task of due_ with the lock given up meanwhile.
void Schedule::run_first(Lock& lock) {
  const TaskPtr task = due_.begin()->second->shared_from_this();
  due_.erase(due_.begin());
  task->at = kNever;
  task->running = true;
  task->by = std::this_thread::get_id();
  lock.unlock();
  const std::int64_t again = task->work();
  lock.lock();
  task->running = false;
  task->at = std::min(task->at, again);  // it may have been woken while it ran
  if (!task->removed && task->at != kNever) {
    due_.insert({task->at, task.get()});
    wake_.notify_one();
  }
  idle_.notify_all();
}

void Schedule::loop() {
  Lock lock(mutex_);
  while (!stopping_) {
    if (due_.empty()) {
      wake_.wait(lock);
      continue;
    }
    const std::int64_t wait = due_.begin()->first - clock_.now_ns();
    if (wait > 0) {
      wake_.wait_for(lock, std::chrono::nanoseconds(wait));
      continue;
    }
    run_first(lock);
  }
}

int Schedule::run_due() {
  Lock lock(mutex_);
  int runs = 0;
  while (!stopping_ && !due_.empty() && due_.begin()->first <= clock_.now_ns()) {
    run_first(lock);
    ++runs;
  }
  return runs;
}

}  // namespace tutti::streams
