// Time-stretch: pitch, level and purity of tones, attacks, stereo, the start and the length.
#include "engine/dsp/stretch.h"

#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "tests/effects/tone.h"

namespace tutti::dsp {
namespace {

constexpr double kRate = 48000;

TEST(TimeStretch, KeepsTonesAsTheyAre) {
  for (const double factor : {0.5, 0.7, 0.9, 1.25, 1.5, 2.0}) {
    for (const double hertz : {110., 440., 1000., 5000.}) {
      const auto x = tests::sine(hertz, kRate, 3 * 48000, 0.5);
      const auto y = stretched(kRate, x, {}, factor)[0];
      const auto middle = std::span(y).subspan(y.size() / 4, y.size() / 2);
      EXPECT_NEAR(tests::cents_off(middle, hertz, kRate), 0, 0.1) << factor << " " << hertz;
      EXPECT_NEAR(20 * std::log10(tests::level(middle, hertz, kRate) / 0.5), 0, 0.1)
          << factor << " " << hertz;
      EXPECT_LT(tests::rest_db(middle, hertz, kRate), -60) << factor << " " << hertz;
    }
  }
}

TEST(TimeStretch, GivesTheInputBackAtItsOwnPace) {
  Random random(5);
  std::vector<float> x(30000);
  for (float& v : x) v = static_cast<float>(random.uniform(-0.5, 0.5));
  const auto y = stretched(kRate, x, {}, 1)[0];
  ASSERT_EQ(y.size(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(y[i], x[i], 1e-6) << i;
}

TEST(TimeStretch, LastsAsLongAsAsked) {
  for (const double factor : {0.1, 0.5, 1.0, 1.3, 10.0}) {
    const std::vector<float> x(10001);
    EXPECT_EQ(stretched(kRate, x, {}, factor)[0].size(),
              static_cast<std::size_t>(std::ceil(10001 * factor)));
  }
  EXPECT_EQ(stretched(kRate, {}, {}, 2)[0].size(), 0u);
}

// Clicks half a second apart land where they should: four fifths of the energy of each lie within
// 25 ms to either side (frames last 85 ms).
TEST(TimeStretch, KeepsAttacksInPlace) {
  for (const double factor : {0.7, 1.0, 1.5, 2.0}) {
    std::vector<float> x(3 * 48000);
    Random random(6);
    for (std::size_t click = 24000; click < x.size(); click += 24000) {
      for (std::size_t i = 0; i < 300; ++i) {
        x[click + i] =
            static_cast<float>(random.uniform(-1, 1) * std::exp(-static_cast<double>(i) / 60));
      }
    }
    const auto y = stretched(kRate, x, {}, factor)[0];
    for (std::size_t click = 24000; click + 24000 < x.size(); click += 24000) {
      const auto at = static_cast<std::ptrdiff_t>(static_cast<double>(click) * factor);
      double near = 0, all = 1e-30;
      for (std::ptrdiff_t i = at - 7000; i < at + 7000; ++i) {
        if (i < 0 || i >= static_cast<std::ptrdiff_t>(y.size())) continue;
        const double e =
            static_cast<double>(y[static_cast<std::size_t>(i)]) * y[static_cast<std::size_t>(i)];
        all += e;
        if (i >= at - 1200 && i < at + 1200) near += e;
      }
      EXPECT_GT(near / all, 0.8) << factor << ", click at " << click;
    }
  }
}

TEST(TimeStretch, KeepsTheStereoImage) {
  // The same sound at -6 dB and turned over on the right: so it must stay.
  Random random(7);
  std::vector<float> left(48000), right(48000);
  for (std::size_t i = 0; i < left.size(); ++i) {
    left[i] = static_cast<float>(0.3 * random.uniform(-1, 1) +
                                 0.3 * math::sin(0.05 * static_cast<double>(i)));
    right[i] = -0.5f * left[i];
  }
  const auto y = stretched(kRate, left, right, 1.4);
  for (std::size_t i = 0; i < y[0].size(); ++i) ASSERT_NEAR(y[1][i], -0.5f * y[0][i], 1e-5) << i;
}

class Counting final : public StretchSource {
 public:
  void read(std::int64_t first, int frames, float* left, float* right) noexcept override {
    for (int i = 0; i < frames; ++i) {
      left[i] = static_cast<float>(math::sin(0.03 * static_cast<double>(first + i)));
      right[i] = static_cast<float>(math::sin(0.07 * static_cast<double>(first + i)));
    }
  }
};

TEST(TimeStretch, DoesNotDependOnHowItIsPulled) {
  Counting source;
  TimeStretch once(kRate, 1.37, 2), again(kRate, 1.37, 2);
  std::vector<float> l(20000), r(20000), a(20000), b(20000);
  once.pull(source, l.data(), r.data(), 20000);
  Random random(8);
  for (std::size_t at = 0; at < a.size();) {
    const auto n = std::min<std::size_t>(1 + random.below(3000), a.size() - at);
    again.pull(source, a.data() + at, b.data() + at, static_cast<int>(n));
    at += n;
  }
  EXPECT_EQ(a, l);
  EXPECT_EQ(b, r);
  again.reset();
  again.pull(source, a.data(), b.data(), 20000);
  EXPECT_EQ(a, l);
}

}  // namespace
}  // namespace tutti::dsp
