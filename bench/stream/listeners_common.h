// What the servers and the listeners of the benchmark share: the message, and its timing.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <string>
#include <sys/resource.h>

namespace tutti::bench {

// A binary message of the stream: 24 bytes of header, then Opus packets. The header's last eight
// bytes are its making on the steady clock, so that a listener on the same machine knows its age.
constexpr std::size_t kHeader = 24, kStamp = 16;

// 96 kbit/s: 240 bytes a packet of 20 ms, each with two bytes of length.
inline std::size_t payload_bytes(int message_ms) {
  return kHeader + static_cast<std::size_t>(message_ms / 20) * (240 + 2);
}

inline std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

inline std::string message(int message_ms, std::int64_t made_ns) {
  std::string bytes(payload_bytes(message_ms), 'o');
  bytes[0] = 2;
  std::memcpy(bytes.data() + kStamp, &made_ns, sizeof made_ns);
  return bytes;
}

inline double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

inline void sleep_until_ns(std::int64_t when) {
  const timespec time{when / 1'000'000'000, when % 1'000'000'000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr);
}

// Files the process may open, raised as far as is allowed.
inline void raise_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int serve_ours(int message_ms, int phases);
int serve_raw(int listeners, int message_ms, int phases);
int listen(int port, int listeners, bool plain, const std::string& path);

}  // namespace tutti::bench
