#include "engine/dsp/limiter.h"

#include <cmath>
#include <ebur128.h>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "engine/base/random.h"
#include "engine/dsp/loudness.h"
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

// The highest point by the table of BS.1770-4, annex 2, alone, in double precision.
double annex_peak(const std::vector<float>& x) {
  constexpr double kTaps[2][12] = {
      {0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875,
       0.1373291015625, 0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250,
       0.0148925781250, -0.0083007812500},
      {-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500,
       0.4650878906250, 0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625,
       0.0330810546875, -0.0189208984375}};
  double most = 0;
  for (std::size_t i = 11; i < x.size(); ++i) {
    double sum[4] = {};
    for (std::size_t k = 0; k < 12; ++k) {
      const double v = static_cast<double>(x[i - k]);
      sum[0] += v * kTaps[0][k];
      sum[1] += v * kTaps[1][k];
      sum[2] += v * kTaps[1][11 - k];
      sum[3] += v * kTaps[0][11 - k];
    }
    for (double s : sum) most = std::max(most, std::fabs(s));
  }
  return most;
}

TEST(Limiter, AThousandHotSignalsStayUnderTheCeilingByEveryMeasure) {
  Random random(2026);
  double worst = -100;
  for (int round = 0; round < 1000; ++round) {
    const double rate = round % 3 == 0 ? 44100 : 48000;
    const double ceiling = random.uniform(-12, 0);
    Stereo in(hot(static_cast<std::uint64_t>(round) + 100, round % 5, 6000));
    const auto boost = static_cast<float>(std::pow(10, random.uniform(0, 24) / 20));
    for (auto* channel : {&in.left, &in.right}) {
      for (float& x : *channel) x *= boost;
    }
    const Stereo out = limited(std::move(in), rate, ceiling, 480);
    ebur128_state* oracle =
        ebur128_init(1, static_cast<unsigned long>(rate), EBUR128_MODE_TRUE_PEAK);
    ebur128_add_frames_float(oracle, out.left.data(), out.left.size());
    double other = 0;
    ebur128_true_peak(oracle, 0, &other);
    ebur128_destroy(&oracle);
    const double most = std::max({annex_peak(out.left), annex_peak(out.right), other});
    worst = std::max(worst, 20 * std::log10(most) - ceiling);
    ASSERT_LE(20 * std::log10(most), ceiling + 0.1) << "signal " << round;
  }
  EXPECT_LT(worst, 0.02);
  EXPECT_GT(worst, -0.5);  // and not by being too careful
}

TEST(Limiter, LetsGoWithItsReleaseAsTimeConstant) {
  for (const double release : {0.02, 0.08, 0.5}) {
    Limiter limiter;
    Arena arena;
    limiter.prepare(48000, 512, arena);
    limiter.set_ceiling({-6});
    limiter.set_release(release);
    // A steady tone far under the ceiling, with a stretch that is 12 dB over it.
    std::vector<float> left(48000 * 4), right(left.size());
    for (std::size_t i = 0; i < left.size(); ++i) left[i] = right[i] = i < 24000 ? 2.0f : 0.1f;
    for (std::size_t at = 0; at < left.size(); at += 500)
      limiter.process({left.data() + at, right.data() + at, 500});
    const auto late = static_cast<std::size_t>(limiter.latency());
    const double before = 1 - static_cast<double>(left[24000 - 100 + late]) / 2;
    // The reduction falls exponentially once the look-ahead has passed the last loud sample.
    const auto reduction = [&](double seconds) {
      return 1 -
             static_cast<double>(left[24000 + late + static_cast<std::size_t>(seconds * 48000)]) /
                 0.1;
    };
    EXPECT_NEAR(std::log(reduction(0.01) / reduction(0.01 + release)), 1, 0.05) << release;
    EXPECT_NEAR(before, 1 - 0.5 / 2, 0.02);
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
  LoudnessScan scan(48000, 2);
  const long meanwhile = tests::allocations();
  const float* channels[] = {in.left.data(), in.right.data()};
  scan.add(channels, static_cast<int>(in.left.size()));
  EXPECT_LT(scan.report().integrated, 30);
  EXPECT_EQ(tests::allocations(), meanwhile);
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
