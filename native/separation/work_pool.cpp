#include "native/separation/work_pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <pthread.h>
#include <sched.h>
#include <system_error>
#include <thread>
#include <time.h>
#include <vector>

namespace tutti::separation {

struct WorkPool::State {
  std::mutex mutex;
  std::condition_variable work, news;
  std::deque<std::function<void()>> segments;
  // The present burst.
  const std::function<void(int)>* burst = nullptr;
  int next = 0, count = 0, open = 0;
  bool stop = false;
  std::vector<std::thread> threads;

  // One job of the burst, if there is one. Holds the lock on entry and exit.
  bool help(std::unique_lock<std::mutex>& lock) {
    if (burst == nullptr || next >= count) return false;
    const int index = next++;
    const auto* job = burst;
    lock.unlock();
    (*job)(index);
    lock.lock();
    if (--open == 0) news.notify_all();
    return true;
  }

  void run() {
    std::unique_lock lock(mutex);
    while (!stop) {
      if (help(lock)) continue;
      if (segments.empty()) {
        work.wait(lock);
        continue;
      }
      auto job = std::move(segments.front());
      segments.pop_front();
      lock.unlock();
      job();
      lock.lock();
      news.notify_all();
    }
  }
};

WorkPool::WorkPool(int threads) : state_(std::make_unique<State>()) {
  try {
    for (int i = 0; i < threads; ++i)
      state_->threads.emplace_back([state = state_.get()] { state->run(); });
  } catch (const std::system_error&) {
    // A confined process may start none; what was started is enough.
  }
}

WorkPool::~WorkPool() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stop = true;
    state_->segments.clear();
  }
  state_->work.notify_all();
  for (auto& thread : state_->threads) thread.join();
}

int WorkPool::threads() const {
  return static_cast<int>(state_->threads.size());
}

void WorkPool::submit(std::function<void()> job) {
  if (state_->threads.empty()) return job();
  {
    const std::lock_guard lock(state_->mutex);
    state_->segments.push_back(std::move(job));
  }
  state_->work.notify_one();
}

void WorkPool::run_all(int count, const std::function<void(int)>& job) {
  if (state_->threads.empty()) {
    for (int i = 0; i < count; ++i) job(i);
    return;
  }
  std::unique_lock lock(state_->mutex);
  state_->burst = &job;
  state_->next = 0;
  state_->count = state_->open = count;
  state_->work.notify_all();
  while (state_->help(lock)) {
  }
  state_->news.wait(lock, [this] { return state_->open == 0; });
  state_->burst = nullptr;
}

bool WorkPool::wait(const std::function<bool()>& done, int milliseconds) {
  std::unique_lock lock(state_->mutex);
  return state_->news.wait_for(lock, std::chrono::milliseconds(milliseconds), done);
}

void WorkPool::locked(const std::function<void()>& change) {
  const std::lock_guard lock(state_->mutex);
  change();
}

double WorkPool::cpu_seconds() const {
  double sum = 0;
  for (auto& thread : state_->threads) {
    clockid_t clock{};
    timespec now{};
    if (::pthread_getcpuclockid(thread.native_handle(), &clock) == 0 &&
        ::clock_gettime(clock, &now) == 0) {
      sum += static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
    }
  }
  return sum;
}

int cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace tutti::separation
