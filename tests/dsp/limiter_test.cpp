#include "engine/dsp/limiter.h"

#include <cmath>
#include <ebur128.h>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "engine/base/random.h"
#include "tests/support/allocations.h"

namespace tutti::dsp {
namespace {

struct Stereo {
  std::vector<float> left, right;
};

// Hot signals of several kinds: noise, clipped noise, tones at a quarter of the rate between the
// samples, bursts.
Stereo hot(std::uint64_t seed, int kind, std::size_t frames) {
  Random random(seed);
  Stereo s;
  double level = 1, phase = random.uniform();
  for (std::size_t i = 0; i < frames; ++i) {
    if (i % 997 == 0) level = std::pow(10, random.uniform(-20, 14) / 20);
    double l = 0, r = 0;
    switch (kind) {
      case 0:
        l = level * random.uniform(-1, 1), r = level * random.uniform(-1, 1);
        break;
      case 1:
        l = random.uniform() < 0.5 ? level : -level, r = -l;
        break;
      case 2:
        l = level * std::sin(1.5707963 * static_cast<double>(i) + 0.7854 + phase), r = 0.3 * l;
        break;
      case 3:
        l = i % 500 == 0 ? 8 : 0.05, r = i % 331 == 0 ? -6 : 0;
        break;
      default:
        l = level * std::sin(0.02 * static_cast<double>(i)),
        r = level * std::sin(0.9 * static_cast<double>(i));
        break;
    }
    s.left.push_back(static_cast<float>(l));
    s.right.push_back(static_cast<float>(r));
  }
  return s;
}

Stereo limited(Stereo s, double rate, double ceiling, int block) {
  Limiter limiter;
  Arena arena;
  limiter.prepare(rate, 4096, arena);
  limiter.set_ceiling({ceiling});
  for (std::size_t at = 0; at < s.left.size(); at += static_cast<std::size_t>(block)) {
    const int n = static_cast<int>(std::min(static_cast<std::size_t>(block), s.left.size() - at));
    limiter.process({s.left.data() + at, s.right.data() + at, n});
  }
  return s;
}

TEST(Limiter, NeverAboveItsCeilingOnHotSignals) {
  for (double rate : {44100.0, 48000.0, 96000.0}) {
    for (int kind = 0; kind < 5; ++kind) {
      for (double ceiling : {-1.0, -6.0}) {
        const Stereo out =
            limited(hot(static_cast<std::uint64_t>(kind) + 3, kind, 100000), rate, ceiling, 512);
        const double most = std::pow(10, ceiling / 20);
        TruePeakMeter meter;
        for (const auto* channel : {&out.left, &out.right}) {
          for (float x : *channel) ASSERT_LE(std::fabs(x), most * (1 + 1e-6)) << kind;
          meter.reset();
          meter.add(channel->data(), static_cast<int>(channel->size()));
          EXPECT_LE(20 * std::log10(meter.peak()), ceiling + 0.001) << kind << " at " << rate;
        }
      }
    }
  }
}

TEST(Limiter, PassesQuietSignalsBitForBit) {
  Random random(8);
  Stereo in;
  for (int i = 0; i < 20000; ++i) {
    in.left.push_back(static_cast<float>(random.uniform(-0.45, 0.45)));
    in.right.push_back(static_cast<float>(random.uniform(-0.3, 0.3)));
  }
  Limiter limiter;
  Arena arena;
  limiter.prepare(48000, 512, arena);
  const auto late = static_cast<std::size_t>(limiter.latency());
  const Stereo out = limited(in, 48000, -1, 300);
  for (std::size_t i = 0; i < late; ++i) EXPECT_EQ(out.left[i], 0);
  for (std::size_t i = late; i < out.left.size(); ++i) {
    ASSERT_EQ(out.left[i], in.left[i - late]);
    ASSERT_EQ(out.right[i], in.right[i - late]);
  }
}

TEST(Limiter, RecoversToExactUnityAfterAPeak) {
  Stereo in{std::vector<float>(96000, 0.25f), std::vector<float>(96000, 0.1f)};
  in.left[5000] = 4;
  const Stereo out = limited(in, 48000, -1, 512);
  EXPECT_LT(out.left[5200], 0.25f);
  EXPECT_EQ(out.left[90000], 0.25f);
  // The gain is the same on both sides, so the picture does not move.
  EXPECT_NEAR(out.left[5300] / out.right[5300], 2.5, 1e-5);
}

TEST(Limiter, BlocksDoNotMatter) {
  for (int kind = 0; kind < 5; ++kind) {
    const Stereo in = hot(77, kind, 30000);
    const Stereo whole = limited(in, 48000, -1, 4096);
    for (int block : {1, 7, 64, 480}) {
      const Stereo parts = limited(in, 48000, -1, block);
      EXPECT_EQ(parts.left, whole.left) << kind << " " << block;
      EXPECT_EQ(parts.right, whole.right);
    }
  }
}

TEST(Limiter, WhatIsNotANumberBecomesSilence) {
  Stereo in = hot(5, 0, 5000);
  in.left[1000] = std::numeric_limits<float>::quiet_NaN();
  in.right[2000] = std::numeric_limits<float>::infinity();
  const Stereo out = limited(in, 48000, -1, 256);
  for (std::size_t i = 0; i < out.left.size(); ++i) {
    ASSERT_TRUE(std::isfinite(out.left[i]) && std::isfinite(out.right[i])) << i;
  }
}

TEST(Limiter, DoesNotAllocate) {
  Stereo in = hot(6, 0, 50000);
  Limiter limiter;
  Arena arena;
  limiter.prepare(48000, 4096, arena);
  const long before = tests::allocations();
  for (std::size_t at = 0; at + 4096 < in.left.size(); at += 1000)
    limiter.process({in.left.data() + at, in.right.data() + at, 1000});
  limiter.reset();
  EXPECT_EQ(tests::allocations(), before);
}

TEST(TruePeak, FindsWhatLiesBetweenSamplesAsLibebur128Does) {
  // A sine at a quarter of the rate whose samples all lie 3 dB under its crest.
  std::vector<float> tone(4800);
  for (std::size_t i = 0; i < tone.size(); ++i)
    tone[i] = static_cast<float>(
        0.5 * std::sin(1.5707963267948966 * static_cast<double>(i) + 0.7853981633974483));
  TruePeakMeter meter;
  meter.add(tone.data() + 100, 4000);
  EXPECT_NEAR(20 * std::log10(meter.peak() / 0.5), 0, 0.25);  // within the standard's own ripple
  Random random(2);
  for (int round = 0; round < 10; ++round) {
    std::vector<float> noise(48000);
    float a = 0, b = 0;
    for (float& x : noise) {
      a += 0.3f * (static_cast<float>(random.uniform(-1, 1)) - a);
      b += 0.3f * (a - b);
      x = b;
    }
    ebur128_state* oracle = ebur128_init(1, 48000, EBUR128_MODE_TRUE_PEAK);
    ebur128_add_frames_float(oracle, noise.data(), noise.size());
    double peak = 0;
    ebur128_true_peak(oracle, 0, &peak);
    ebur128_destroy(&oracle);
    meter.reset();
    meter.add(noise.data(), static_cast<int>(noise.size()));
    EXPECT_NEAR(20 * std::log10(meter.peak() / peak), 0, 0.2);
  }
}

}  // namespace
}  // namespace tutti::dsp
