#include "engine/dsp/fast_math.h"

#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/random.h"

namespace tutti::dsp {
namespace {

template <class Function>
void sweep(double from, double to, Function&& check) {
  for (int i = 0; i <= 400000; ++i) check(static_cast<float>(from + (to - from) * i / 400000.0));
}

TEST(FastMath, LogarithmIsWithinItsStatedError) {
  sweep(0.5, 2, [](float x) { ASSERT_NEAR(fast::log2(x), std::log2(double{x}), 2e-7) << x; });
  sweep(-120, 120, [](float e) {
    const float x = std::exp2(e);
    const double wanted = std::log2(double{x});
    ASSERT_NEAR(fast::log2(x), wanted, 2e-7 + std::fabs(wanted) * 6e-8) << x;
  });
  EXPECT_LT(fast::log2(0.0f), -125.9f);
  EXPECT_GT(fast::log2(0.0f), -200.0f);
  EXPECT_EQ(fast::log2(1.0f), 0.0f);
}

TEST(FastMath, ExponentialIsWithinItsStatedError) {
  sweep(-125.9, 126.9, [](float x) {
    const double wanted = std::exp2(double{x});
    ASSERT_NEAR(fast::exp2(x) / wanted, 1, 2e-7) << x;
  });
  EXPECT_EQ(fast::exp2(0.0f), 1.0f);
  EXPECT_EQ(fast::exp2(-1e-20f), 1.0f);
  EXPECT_EQ(fast::exp2(-500.0f), std::exp2(-126.0f));
  EXPECT_EQ(fast::exp2(500.0f), std::exp2(127.0f));
  for (int n = -126; n <= 127; ++n) EXPECT_EQ(fast::exp2(static_cast<float>(n)), std::exp2(n));
}

TEST(FastMath, BriefOnesAreWithinTheirStatedErrors) {
  sweep(-30, 5, [](float e) {
    const float x = std::exp2(e);
    ASSERT_NEAR(fast::log2_brief(x), std::log2(double{x}), 6e-6 + 2e-6) << x;
    ASSERT_NEAR(fast::exp2_brief(e) / std::exp2(double{e}), 1, 5e-7) << e;
  });
  EXPECT_EQ(fast::log2_brief(1.0f), 0.0f);
  EXPECT_EQ(fast::exp2_brief(0.0f), 1.0f);
}

TEST(FastMath, HyperbolicTangentIsWithinItsStatedError) {
  sweep(-12, 12, [](float x) {
    const double wanted = std::tanh(double{x});
    ASSERT_LE(std::fabs(fast::tanh(x) - wanted), 4e-7 * std::fabs(wanted)) << x;
    ASSERT_LE(std::fabs(fast::tanh(x)), 1.0f);
  });
  sweep(-1e-3, 1e-3, [](float x) {
    ASSERT_LE(std::fabs(fast::tanh(x) - std::tanh(double{x})), 4e-7 * std::fabs(x)) << x;
  });
  EXPECT_EQ(fast::tanh(1e30f), 1.0f);
  EXPECT_EQ(fast::tanh(-1e30f), -1.0f);
}

TEST(FastMath, SineIsWithinItsStatedError) {
  sweep(-3, 3, [](float x) {
    ASSERT_NEAR(fast::sin_turns(x), std::sin(6.283185307179586476925 * double{x}), 3e-7) << x;
  });
  sweep(-100, 100, [](float x) {
    ASSERT_NEAR(fast::sin(x), std::sin(double{x}), 2e-7 * (1 + std::fabs(x))) << x;
  });
  EXPECT_EQ(fast::sin_turns(123456.25f), fast::sin_turns(0.25f));
  EXPECT_EQ(fast::sin_turns(0.0f), 0.0f);
}

TEST(FastMath, EveryWidthGivesTheSameBits) {
  Random random(9);
  for (int round = 0; round < 2000; ++round) {
    simd::f32x16 x;
    for (int i = 0; i < 16; ++i) x[i] = static_cast<float>(random.uniform(-20, 20));
    const auto positive = fast::absolute(x);
    const auto logs = fast::log2(positive), powers = fast::exp2(x), bent = fast::tanh(x),
               waves = fast::sin_turns(x);
    for (int part = 0; part < 2; ++part) {
      simd::f32x8 y, z;
      for (int i = 0; i < 8; ++i) y[i] = x[8 * part + i], z[i] = positive[8 * part + i];
      const auto l = fast::log2(z), p = fast::exp2(y), b = fast::tanh(y), w = fast::sin_turns(y);
      for (int i = 0; i < 8; ++i) {
        const int k = 8 * part + i;
        ASSERT_EQ(l[i], logs[k]);
        ASSERT_EQ(p[i], powers[k]);
        ASSERT_EQ(b[i], bent[k]);
        ASSERT_EQ(w[i], waves[k]);
        ASSERT_EQ(fast::log2(z[i]), logs[k]);
        ASSERT_EQ(fast::exp2(y[i]), powers[k]);
        ASSERT_EQ(fast::tanh(y[i]), bent[k]);
        ASSERT_EQ(fast::sin_turns(y[i]), waves[k]);
      }
    }
  }
}

}  // namespace
}  // namespace tutti::dsp
