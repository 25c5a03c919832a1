// How many heap allocations the program has made; counted where allocations.h is included.
#pragma once

#include <atomic>

namespace tutti::tests {

inline std::atomic<long> allocation_count{0};
inline long allocations() {
  return allocation_count.load();
}

}  // namespace tutti::tests
