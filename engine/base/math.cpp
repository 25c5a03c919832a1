#include "engine/base/math.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace tutti::math {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLog2E = 1.44269504088896340736;

double power_of_two(int n) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52);
}

// Coefficients 1/n! (or, with a step, those of sine and cosine), made at compile time so that the
// run time has no division.
template <int N>
constexpr std::array<double, N> inverse_factorials() {
  std::array<double, N> c{};
  double factorial = 1;
  for (int n = 0; n < N; ++n) {
    c[n] = 1.0 / factorial;
    factorial *= n + 1;
  }
  return c;
}
constexpr auto kInverseFactorial = inverse_factorials<20>();

template <int N>
constexpr std::array<double, N> inverse_odds() {
  std::array<double, N> c{};
  for (int n = 0; n < N; ++n) c[n] = 1.0 / (2 * n + 1);
  return c;
}
constexpr auto kInverseOdd = inverse_odds<13>();

// Taylor series of e^t for |t| <= ln(2)/2: the next term is below 1e-17.
double exp_small(double t) {
  double sum = kInverseFactorial[14];
  for (int k = 13; k >= 0; --k) sum = sum * t + kInverseFactorial[k];
  return sum;
}

struct Quadrant {
  double x;  // in [-pi/4, pi/4]
  int n;     // quarter turns taken away, modulo 4
};

Quadrant reduce(double x) {
  // pi/2 in three parts of 33 bits each, so that n times the first two is exact (Cody and Waite).
  constexpr double kHigh = 1.57079632673412561417e+00;
  constexpr double kMiddle = 6.07710050630396597660e-11;
  constexpr double kLow = 2.02226624879595063154e-21;
  const double turns = std::floor(x * (2 / kPi) + 0.5);
  const double y = ((x - turns * kHigh) - turns * kMiddle) - turns * kLow;
  return {y, static_cast<int>(static_cast<std::int64_t>(turns) & 3)};
}

double sin_small(double x) {
  const double z = -x * x;
  double sum = kInverseFactorial[17];
  for (int k = 15; k >= 1; k -= 2) sum = sum * z + kInverseFactorial[k];
  return x * sum;
}

double cos_small(double x) {
  const double z = -x * x;
  double sum = kInverseFactorial[18];
  for (int k = 16; k >= 0; k -= 2) sum = sum * z + kInverseFactorial[k];
  return sum;
}

double sin_quadrant(Quadrant q) {
  switch (q.n) {
    case 0:
      return sin_small(q.x);
    case 1:
      return cos_small(q.x);
    case 2:
      return -sin_small(q.x);
    default:
      return -cos_small(q.x);
  }
}

}  // namespace

double exp2(double x) noexcept {
  if (std::isnan(x)) return x;
  if (x < -1022) return 0;
  if (x > 1023) return kInfinity;
  const double n = std::floor(x + 0.5);
  return exp_small((x - n) * kLn2) * power_of_two(static_cast<int>(n));
}

double exp(double x) noexcept {
  return exp2(x * kLog2E);
}

double log2(double x) noexcept {
  if (std::isnan(x) || x < 0) return kNan;
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return x;
  double exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 18014398509481984.0;  // 2^54 brings a subnormal into range
    exponent = -54;
  }
  auto bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<double>(static_cast<int>(bits >> 52) - 1023);
  double m = std::bit_cast<double>((bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull);
  if (m > 1.41421356237309504880) {
    m *= 0.5;
    exponent += 1;
  }
  // ln(m) = 2 atanh(s), |s| <= 0.1716: the next term is below 1e-18.
  const double s = (m - 1) / (m + 1);
  const double z = s * s;
  double sum = 0;
  for (int k = 10; k >= 0; --k) sum = sum * z + kInverseOdd[k];
  return exponent + 2 * s * sum * kLog2E;
}

double log(double x) noexcept {
  return log2(x) * kLn2;
}
double log10(double x) noexcept {
  return log2(x) * 0.30102999566398119521;
}

double pow(double base, double exponent) noexcept {
  if (base == 0) return 0;
  return exp2(exponent * log2(base));
}

double sin(double x) noexcept {
  return sin_quadrant(reduce(x));
}

double cos(double x) noexcept {
  Quadrant q = reduce(x);
  q.n = (q.n + 1) & 3;
  return sin_quadrant(q);
}

double tan(double x) noexcept {
  return sin(x) / cos(x);
}

double tanh(double x) noexcept {
  if (x > 20) return 1;
  if (x < -20) return -1;
  if (std::fabs(x) < 1e-5) return x - x * x * x / 3;
  const double e = exp(2 * x);
  return (e - 1) / (e + 1);
}

double atan(double x) noexcept {
  if (x < 0) return -atan(-x);
  if (x > 1) return kPi / 2 - atan(1 / x);
  // Two halvings of the angle bring the argument under tan(pi/16); then the series.
  double y = x / (1 + std::sqrt(1 + x * x));
  y = y / (1 + std::sqrt(1 + y * y));
  const double z = -y * y;
  double sum = 0;
  for (int k = 12; k >= 0; --k) sum = sum * z + kInverseOdd[k];
  return 4 * y * sum;
}

double atan2(double y, double x) noexcept {
  if (x == 0 && y == 0) return 0;
  if (std::fabs(x) >= std::fabs(y)) {
    const double a = atan(y / x);
    if (x > 0) return a;
    return y >= 0 ? a + kPi : a - kPi;
  }
  const double a = atan(x / y);
  return y > 0 ? kPi / 2 - a : -kPi / 2 - a;
}

double db_to_gain(double db) noexcept {
  return exp2(db * 0.16609640474436811739);
}
double gain_to_db(double gain) noexcept {
  return 6.02059991327962390427 * log2(gain);
}
double hz_to_midi(double hz) noexcept {
  return 69 + 12 * log2(hz / 440);
}
double midi_to_hz(double note) noexcept {
  return 440 * exp2((note - 69) / 12);
}

}  // namespace tutti::math
