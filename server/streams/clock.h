// Time for the streams: one clock that never jumps, and the time of day worked out from it.
//
// Tests put a clock of their own here, so that an hour passes in a moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <time.h>

namespace tutti::streams {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_ns() const noexcept = 0;  // steady
  // Milliseconds since 1970 as they were when the clock was made plus what passed since: setting
  // the system's time does not move it, and two readings differ by exactly what lay between.
  virtual double wall_ms() const noexcept = 0;
};

class SteadyClock final : public Clock {
 public:
  SteadyClock() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    wall_at_start_ms_ =
        static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
    start_ns_ = now_ns();
  }
  std::int64_t now_ns() const noexcept override {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  }
  double wall_ms() const noexcept override {
    return wall_at_start_ms_ + static_cast<double>(now_ns() - start_ns_) / 1e6;
  }

 private:
  double wall_at_start_ms_ = 0;
  std::int64_t start_ns_ = 0;
};

// Processor time of the calling thread, for load figures.
inline std::int64_t thread_cpu_ns() noexcept {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

}  // namespace tutti::streams
