// Transcendental functions with the same bits on every build.
//
// The C library's sin, exp, pow … differ in the last place between glibc and the WASM libc. Audio
// and analysis code calls these instead; they use only +, -, *, / and bit casts on doubles, which
// IEEE 754 defines exactly, so native and WASM agree bit for bit. Relative error is below 1e-14 in
// the ranges stated. std::sqrt, fabs, floor, ceil, trunc, fma-free arithmetic and std::lrint-free
// rounding are exact by the standard and may be used directly. Pure, thread-safe, no allocation.
#pragma once

namespace tutti::math {

inline constexpr double kPi = 3.14159265358979323846;
inline constexpr double kTwoPi = 2 * kPi;
inline constexpr double kLn2 = 0.69314718055994530942;

double exp2(double x) noexcept;  // 0 below -1022, +inf above 1023
double exp(double x) noexcept;   // as exp2
double log2(double x) noexcept;  // x > 0; -inf at 0, NaN below
double log(double x) noexcept;
double log10(double x) noexcept;
double pow(double base, double exponent) noexcept;  // base > 0 (0 gives 0)
double sin(double x) noexcept;                      // radians, |x| up to 1e6
double cos(double x) noexcept;
double tan(double x) noexcept;
double tanh(double x) noexcept;
double atan(double x) noexcept;
double atan2(double y, double x) noexcept;

double db_to_gain(double db) noexcept;    // 10^(db/20)
double gain_to_db(double gain) noexcept;  // 20 log10(gain); gain 0 gives -inf
double hz_to_midi(double hz) noexcept;    // 69 at 440 Hz, 12 an octave, fractional
double midi_to_hz(double note) noexcept;

}  // namespace tutti::math
