#include "engine/base/math.h"

#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/random.h"

namespace tutti {
namespace {

double relative(double ours, double theirs) {
  return std::fabs(ours - theirs) / std::max(1e-300, std::fabs(theirs));
}

TEST(Math, AgreesWithTheCLibraryToFourteenDigits) {
  Random random(7);
  for (int i = 0; i < 100000; ++i) {
    const double x = random.uniform(-300, 300);
    EXPECT_LT(relative(math::exp2(x), std::exp2(x)), 1e-14);
    EXPECT_LT(relative(math::exp(x), std::exp(x)), 1e-13);
    const double p = std::exp2(x);
    EXPECT_NEAR(math::log2(p), std::log2(p), 1e-13 * std::max(1.0, std::fabs(x)));
    EXPECT_NEAR(math::sin(x), std::sin(x), 1e-14);
    EXPECT_NEAR(math::cos(x), std::cos(x), 1e-14);
    EXPECT_NEAR(math::tanh(x / 30), std::tanh(x / 30), 1e-14);
    EXPECT_NEAR(math::atan(x), std::atan(x), 1e-14);
    const double y = random.uniform(-300, 300);
    EXPECT_NEAR(math::atan2(y, x), std::atan2(y, x), 1e-14);
  }
}

TEST(Math, EdgesAreDefined) {
  EXPECT_EQ(math::exp2(-5000), 0);
  EXPECT_TRUE(std::isinf(math::exp2(5000)));
  EXPECT_TRUE(std::isinf(math::log2(0)));
  EXPECT_TRUE(std::isnan(math::log2(-1)));
  EXPECT_EQ(math::pow(0, 2), 0);
  EXPECT_EQ(math::atan2(0, 0), 0);
}

TEST(Math, MusicalConversionsHitTheirAnchors) {
  EXPECT_DOUBLE_EQ(math::hz_to_midi(440), 69);
  EXPECT_NEAR(math::midi_to_hz(60), 261.6255653005986, 1e-9);
  EXPECT_NEAR(math::db_to_gain(-6.020599913279624), 0.5, 1e-15);
  EXPECT_NEAR(math::gain_to_db(10), 20, 1e-12);
}

}  // namespace
}  // namespace tutti
