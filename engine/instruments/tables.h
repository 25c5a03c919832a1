// Conversions of SoundFont units, as tables made by the compiler.
//
// Cents to ratios, centibels to gains, the modulator curves of specification §9.5 and the pan law.
// The values come from the compiler's own arithmetic on +, -, *, / alone, so every build has the
// same bits. Curves as FluidSynth 2.3 draws them (its figures follow the specification's pictures,
// not its formulas). Constant data; no state.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace tutti::instruments::tables {

namespace make {

// e^x for |x| <= 1, by its series.
constexpr double exp_series(double x) {
  double sum = 1;
  for (int k = 18; k >= 1; --k) sum = 1 + x * sum / k;
  return sum;
}
constexpr double kLn2 = 0.69314718055994530942;
constexpr double kLn10 = 2.30258509299404568402;

constexpr double power_of_ten(double x) {  // -8 < x <= 0
  double factor = 1;
  while (x < -0.30103) {
    x += 0.30102999566398119521;
    factor *= 0.5;
  }
  return factor * exp_series(x * kLn10);
}

constexpr double natural_log(double x) {  // 0 < x <= 1
  int halvings = 0;
  while (x < 0.70710678) {
    x *= 2;
    ++halvings;
  }
  const double s = (x - 1) / (x + 1), z = s * s;
  double sum = 0;
  for (int k = 23; k >= 1; k -= 2) sum = sum * z + 1.0 / k;
  return 2 * s * sum - halvings * kLn2;
}

constexpr double sine(double x) {  // 0 … pi/2
  double sum = 1;
  for (int k = 21; k >= 3; k -= 2) sum = 1 - x * x * sum / (k * (k - 1));
  return x * sum;
}

constexpr std::array<double, 1201> ratios() {
  std::array<double, 1201> t{};
  for (int i = 0; i <= 1200; ++i) t[static_cast<unsigned>(i)] = exp_series(kLn2 * i / 1200);
  return t;
}
constexpr std::array<float, 1442> gains() {
  std::array<float, 1442> t{};
  for (int i = 0; i < 1442; ++i) {
    t[static_cast<unsigned>(i)] = static_cast<float>(power_of_ten(i / -200.0));
  }
  return t;
}
// How far below full scale a value x of 0 … 127 lies, 960 cB being all of it.
constexpr double curve_step(int x) {
  return -(400.0 / 960.0) * natural_log(x / 127.0) / kLn10;
}
constexpr std::array<float, 128> concave() {
  std::array<float, 128> t{};
  for (int i = 1; i < 127; ++i)
    t[static_cast<unsigned>(127 - i)] = static_cast<float>(curve_step(i));
  t[127] = 1;
  return t;
}
constexpr std::array<float, 128> convex() {
  std::array<float, 128> t{};
  for (int i = 1; i < 127; ++i) t[static_cast<unsigned>(i)] = static_cast<float>(1 - curve_step(i));
  t[127] = 1;
  return t;
}
constexpr std::array<float, 1001> pan() {
  std::array<float, 1001> t{};
  for (int i = 0; i <= 1000; ++i) {
    t[static_cast<unsigned>(i)] = static_cast<float>(sine(i * (1.57079632679489661923 / 1000)));
  }
  return t;
}
// Third-order interpolation through four points (Catmull and Rom 1974), one row per 1/1024 of the
// way from the second point to the third.
constexpr int kRows = 1024;
struct alignas(64) Rows {
  float row[kRows][4];
};
constexpr Rows cubic_rows() {
  Rows t{};
  for (int i = 0; i < kRows; ++i) {
    const double x = static_cast<double>(i) / kRows;
    t.row[i][0] = static_cast<float>(x * (-0.5 + x * (1 - 0.5 * x)));
    t.row[i][1] = static_cast<float>(1 + x * x * (1.5 * x - 2.5));
    t.row[i][2] = static_cast<float>(x * (0.5 + x * (2 - 1.5 * x)));
    t.row[i][3] = static_cast<float>(0.5 * x * x * (x - 1));
  }
  return t;
}

}  // namespace make

inline constexpr auto kRatios = make::ratios();
inline constexpr auto kGains = make::gains();
inline constexpr auto kConcave = make::concave();
inline constexpr auto kConvex = make::convex();
inline constexpr auto kPan = make::pan();
inline constexpr int kCubicRowBits = 10;
inline constexpr make::Rows kCubic = make::cubic_rows();

// 2^(cents/1200), |cents| up to some 36,000; error below 1e-7.
inline double ratio(double cents) noexcept {
  if (!(cents > -36000)) cents = -36000;
  if (cents > 36000) cents = 36000;
  const int whole = static_cast<int>(cents + 36000) - 36000;  // floor
  int octave = (whole + 36000) / 1200 - 30;
  const int step = whole - octave * 1200;
  const double part = cents - whole;
  const double* t = &kRatios[static_cast<unsigned>(step)];
  const double mantissa = t[0] + (t[1] - t[0]) * part;
  return mantissa * std::bit_cast<double>(static_cast<std::uint64_t>(octave + 1023) << 52);
}

// 10^(-centibels/200): 1 at or below 0, 0 from 1440 up.
inline float gain(float centibels) noexcept {
  if (!(centibels > 0)) return 1;
  if (centibels >= 1440) return 0;
  const int whole = static_cast<int>(centibels);
  const float* t = &kGains[static_cast<unsigned>(whole)];
  return t[0] + (t[1] - t[0]) * (centibels - static_cast<float>(whole));
}

// The curves at 0 … 127 (fractional), 0 … 1.
inline float curve(const std::array<float, 128>& table, float at) noexcept {
  if (!(at > 0)) return 0;
  if (at >= 127) return 1;
  const int whole = static_cast<int>(at);
  const float* t = &table[static_cast<unsigned>(whole)];
  return t[0] + (t[1] - t[0]) * (at - static_cast<float>(whole));
}

// Gain of the right channel at pan -500 … 500 tenths of a per cent; the left's is at -pan.
inline float pan_gain(float pan) noexcept {
  if (!(pan > -500)) return 0;
  if (pan >= 500) return 1;
  return kPan[static_cast<unsigned>(pan + 500.0f)];
}

}  // namespace tutti::instruments::tables
