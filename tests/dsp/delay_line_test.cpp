// The delay line against the plain list of everything that was written.
#include "engine/dsp/delay_line.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "engine/base/math.h"
#include "engine/base/random.h"

namespace tutti::dsp {
namespace {

TEST(DelayLine, GivesBackWhatWasWrittenWhateverTheStretches) {
  for (const int longest : {1, 2, 63, 64, 200, 1000}) {
    Arena arena;
    DelayLine line;
    line.prepare(longest, arena);
    Random random(static_cast<std::uint64_t>(longest));
    std::vector<float> all(static_cast<std::size_t>(longest) + 100, 0.f);
    for (int round = 0; round < 400; ++round) {
      const int count = 1 + static_cast<int>(random.below(DelayLine::kRun));
      std::vector<float> in(static_cast<std::size_t>(count));
      for (float& x : in) x = static_cast<float>(random.uniform(-1, 1));
      if (round % 3 == 0) {
        for (const float x : in) line.push(x);
      } else if (round % 3 == 1) {
        line.write(in.data(), count);
      } else {
        std::copy(in.begin(), in.end(), line.place());
        line.written(count);
      }
      all.insert(all.end(), in.begin(), in.end());
      for (int k = 0; k < 5; ++k) {
        const int delay = 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(longest)));
        const int length = std::min(delay, DelayLine::kRun);
        const float* stretch = line.tap(delay);
        for (int i = 0; i < length; ++i) {
          ASSERT_EQ(stretch[i], all[all.size() - static_cast<std::size_t>(delay - i)])
              << "longest " << longest << ", delay " << delay << ", frame " << i;
        }
        ASSERT_EQ(line.read(delay), *stretch);
        if (delay < 2) continue;
        ASSERT_EQ(line.read_cubic(delay), *stretch);
        ASSERT_EQ(line.read_linear(delay), *stretch);
      }
    }
  }
}

TEST(DelayLine, ReadsBetweenFramesAlongACurve) {
  Arena arena;
  DelayLine line;
  line.prepare(100, arena);
  const auto wave = [](double t) { return math::sin(0.2 * t); };
  for (int i = 0; i < 500; ++i) line.push(static_cast<float>(wave(i)));
  double worst = 0, worst_straight = 0;
  for (double delay = 2; delay < 100; delay += 0.17) {
    const double expected = wave(500 - delay);
    worst = std::max(worst, std::fabs(static_cast<double>(line.read_cubic(delay)) - expected));
    worst_straight = std::max(worst_straight,
                              std::fabs(static_cast<double>(line.read_linear(delay)) - expected));
  }
  EXPECT_LT(worst, 2e-4);
  EXPECT_LT(worst_straight, 6e-3);
}

TEST(DelayLine, IsSilentAfterReset) {
  Arena arena;
  DelayLine line;
  line.prepare(50, arena);
  for (int i = 0; i < 300; ++i) line.push(1);
  line.reset();
  for (int delay = 1; delay <= 50; ++delay) EXPECT_EQ(line.read(delay), 0);
}

}  // namespace
}  // namespace tutti::dsp
