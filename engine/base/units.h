// Physical units as types, so that a frequency cannot be passed for a level or a time.
//
// Each is a plain double behind an explicit constructor; the literals read as a musician writes
// them: 440_Hz, 1.5_kHz, -6_dB, 50_ms, 2_s.
#pragma once

#include <compare>

namespace tutti {

struct Hertz {
  double value = 0;
  friend constexpr auto operator<=>(Hertz, Hertz) = default;
};
struct Decibels {
  double value = 0;
  friend constexpr auto operator<=>(Decibels, Decibels) = default;
  constexpr Decibels operator-() const { return {-value}; }
};
struct Seconds {
  double value = 0;
  friend constexpr auto operator<=>(Seconds, Seconds) = default;
};

constexpr Hertz operator""_Hz(long double v) {
  return {static_cast<double>(v)};
}
constexpr Hertz operator""_Hz(unsigned long long v) {
  return {static_cast<double>(v)};
}
constexpr Hertz operator""_kHz(long double v) {
  return {static_cast<double>(v) * 1e3};
}
constexpr Hertz operator""_kHz(unsigned long long v) {
  return {static_cast<double>(v) * 1e3};
}
constexpr Decibels operator""_dB(long double v) {
  return {static_cast<double>(v)};
}
constexpr Decibels operator""_dB(unsigned long long v) {
  return {static_cast<double>(v)};
}
constexpr Seconds operator""_s(long double v) {
  return {static_cast<double>(v)};
}
constexpr Seconds operator""_s(unsigned long long v) {
  return {static_cast<double>(v)};
}
constexpr Seconds operator""_ms(long double v) {
  return {static_cast<double>(v) * 1e-3};
}
constexpr Seconds operator""_ms(unsigned long long v) {
  return {static_cast<double>(v) * 1e-3};
}

}  // namespace tutti
