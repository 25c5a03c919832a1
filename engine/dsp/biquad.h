// Second-order recursive filter section, transposed direct form II, in double precision.
//
// Coefficients are for a0 = 1. K-weighting needs the double precision: its high-pass lies at 38 Hz.
// Plain state, no allocation; one thread at a time.
#pragma once

#include <cmath>

namespace tutti::dsp {

struct BiquadCoefficients {
  double b0 = 1, b1 = 0, b2 = 0, a1 = 0, a2 = 0;
};

class Biquad {
 public:
  void reset() noexcept { s1_ = s2_ = 0; }
  double process(const BiquadCoefficients& c, double x) noexcept {
    const double y = c.b0 * x + s1_;
    s1_ = c.b1 * x - c.a1 * y + s2_;
    s2_ = c.b2 * x - c.a2 * y;
    return y;
  }
  // Ends a decay towards denormal numbers, on which arithmetic is slow. Call now and then.
  void flush() noexcept {
    if (std::fabs(s1_) < 1e-30) s1_ = 0;
    if (std::fabs(s2_) < 1e-30) s2_ = 0;
  }

 private:
  double s1_ = 0, s2_ = 0;
};

}  // namespace tutti::dsp
