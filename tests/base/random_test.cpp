#include "engine/base/random.h"

#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/arena.h"
#include "engine/base/result.h"
#include "engine/base/ticks.h"

namespace tutti {
namespace {

TEST(Random, SameSeedGivesTheSameNumbersAndAnotherSeedOthers) {
  Random a(42), b(42), c(43);
  int same = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto x = a.next();
    EXPECT_EQ(x, b.next());
    same += x == c.next();
  }
  EXPECT_EQ(same, 0);
}

TEST(Random, UniformHasTheMeanAndDeviationOfAUniform) {
  Random random(1);
  double sum = 0, squares = 0;
  const int n = 200000;
  for (int i = 0; i < n; ++i) {
    const double x = random.uniform();
    ASSERT_GE(x, 0);
    ASSERT_LT(x, 1);
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / n, 0.5, 0.005);
  EXPECT_NEAR(std::sqrt(squares / n - sum / n * sum / n), 1 / std::sqrt(12.0), 0.005);
}

TEST(Arena, MemoryIsZeroedAlignedAndSeparate) {
  Arena arena;
  auto a = arena.take<float>(100);
  auto b = arena.take<double>(7);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.data()) % 64, 0u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(b.data()) % 64, 0u);
  for (auto& x : a) x = 1;
  for (double x : b) EXPECT_EQ(x, 0);
}

TEST(Result, CarriesAValueOrAnError) {
  Result<int> good = 3;
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, 3);
  Result<int> bad = Error{Code::bad_input, "No sound.", "Hum louder."};
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().next, "Hum louder.");
  EXPECT_EQ(name_of(bad.error().code), "bad_input");
  EXPECT_DEATH((void)bad.value(), "");
}

TEST(Ticks, EveryCommonMidiResolutionDividesAQuarter) {
  for (int division : {24, 48, 96, 120, 192, 240, 384, 480, 960, 1024, 1920})
    EXPECT_EQ(kTicksPerQuarter % division, 0) << division;
}

}  // namespace
}  // namespace tutti
