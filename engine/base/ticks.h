// Musical time as whole ticks, so that edits and round trips are exact.
//
// 15,360 ticks a quarter note: divisible by every common MIDI resolution (96 … 1920), so that
// imported files keep their times to the tick. Seconds come only from a score::TempoMap.
#pragma once

#include <compare>
#include <cstdint>

namespace tutti {

inline constexpr std::int64_t kTicksPerQuarter = 15360;

struct Ticks {
  std::int64_t value = 0;

  friend constexpr auto operator<=>(Ticks, Ticks) = default;
  friend constexpr Ticks operator+(Ticks a, Ticks b) { return {a.value + b.value}; }
  friend constexpr Ticks operator-(Ticks a, Ticks b) { return {a.value - b.value}; }
  friend constexpr Ticks operator*(Ticks a, std::int64_t n) { return {a.value * n}; }
  constexpr Ticks& operator+=(Ticks b) { return value += b.value, *this; }
  constexpr Ticks& operator-=(Ticks b) { return value -= b.value, *this; }
};

// Quarter notes, as in 4_quarters.
constexpr Ticks operator""_quarters(unsigned long long n) {
  return {static_cast<std::int64_t>(n) * kTicksPerQuarter};
}
constexpr double quarters(Ticks t) {
  return static_cast<double>(t.value) / kTicksPerQuarter;
}

}  // namespace tutti
