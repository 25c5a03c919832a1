#include "native/render/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <pthread.h>
#include <sched.h>
#include <thread>
#include <time.h>
#include <vector>

namespace tutti::render {
namespace {

constexpr int kSpins = 2000;  // some tens of microseconds

inline void pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

// A burst has a number. Its jobs are handed out by one counter that holds the number too (high 32
// bits), so that a thread that comes late cannot take a job of the next burst with the context of
// the last one.
struct ThreadPool::State {
  std::vector<std::thread> threads;
  std::atomic<std::uint32_t> burst{0};
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> next{0};
  std::atomic<int> inside{0};  // helpers that may touch the present burst
  std::atomic<int> open{0};    // jobs not done yet
  std::atomic<std::uint32_t> count{0};
  void (*job)(void*, int) noexcept = nullptr;
  void* context = nullptr;

  void work(std::uint32_t number) noexcept {
    for (;;) {
      std::uint64_t at = next.load(std::memory_order_acquire);
      if (static_cast<std::uint32_t>(at >> 32) != number) return;
      const auto index = static_cast<std::uint32_t>(at);
      if (index >= count.load(std::memory_order_relaxed)) return;
      if (!next.compare_exchange_weak(at, at + 1, std::memory_order_acq_rel)) continue;
      job(context, static_cast<int>(index));
      open.fetch_sub(1, std::memory_order_acq_rel);
    }
  }

  void helper() noexcept {
    std::uint32_t seen = 0;
    while (!stop.load(std::memory_order_acquire)) {
      std::uint32_t now = burst.load(std::memory_order_acquire);
      for (int i = 0; now == seen && i < kSpins; ++i) {
        pause();
        now = burst.load(std::memory_order_acquire);
      }
      if (now == seen) {
        burst.wait(seen, std::memory_order_acquire);
        continue;
      }
      seen = now;
      inside.fetch_add(1, std::memory_order_acq_rel);
      work(now);
      inside.fetch_sub(1, std::memory_order_acq_rel);
    }
  }
};

ThreadPool::ThreadPool(int threads) : state_(std::make_unique<State>()) {
  for (int i = 1; i < threads; ++i)
    state_->threads.emplace_back([state = state_.get()] { state->helper(); });
}

ThreadPool::~ThreadPool() {
  state_->stop.store(true, std::memory_order_release);
  state_->burst.fetch_add(1, std::memory_order_acq_rel);
  state_->burst.notify_all();
  for (auto& thread : state_->threads) thread.join();
}

void ThreadPool::run(int count, void (*job)(void*, int) noexcept, void* context) noexcept {
  auto& s = *state_;
  if (count <= 1 || s.threads.empty()) {
    for (int i = 0; i < count; ++i) job(context, i);
    return;
  }
  // Whoever comes late from the last burst finds it closed and touches nothing.
  const std::uint32_t number = s.burst.load(std::memory_order_relaxed) + 1;
  s.count.store(static_cast<std::uint32_t>(count), std::memory_order_relaxed);
  s.job = job;
  s.context = context;
  s.open.store(count, std::memory_order_relaxed);
  s.next.store(static_cast<std::uint64_t>(number) << 32, std::memory_order_release);
  s.burst.store(number, std::memory_order_release);
  s.burst.notify_all();
  s.work(number);
  while (s.open.load(std::memory_order_acquire) > 0) pause();
  s.next.store(static_cast<std::uint64_t>(number) << 32 | 0xffffffff, std::memory_order_release);
  while (s.inside.load(std::memory_order_acquire) > 0) pause();
}

double ThreadPool::cpu_seconds() const {
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

int ThreadPool::cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace tutti::render
