// The two clocks of the library, and names that nobody can guess.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <sys/random.h>
#include <time.h>

namespace tutti::store {

// Milliseconds since 1970, UTC: for people. It may jump.
inline std::int64_t wall_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

// Milliseconds since the machine started, also while asleep: for leases. It never jumps, and every
// process of the machine reads the same; boot_name() tells one start from another.
inline std::int64_t boot_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

inline const std::string& boot_name() {
  static const std::string name = [] {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string text;
    std::getline(file, text);
    return text.empty() ? std::string("unknown") : text;
  }();
  return name;
}

// 100 random bits as 20 letters and digits.
inline std::string random_name() {
  unsigned char bytes[20];
  std::size_t got = 0;
  while (got < sizeof bytes) {
    const ssize_t count = getrandom(bytes + got, sizeof bytes - got, 0);
    if (count > 0) got += static_cast<std::size_t>(count);
  }
  std::string name;
  for (const unsigned char byte : bytes) name += "abcdefghijkmnpqrstuvwxyz23456789"[byte & 31];
  return name;
}

}  // namespace tutti::store
