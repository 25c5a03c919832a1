// Convolver against direct convolution, against itself in other cuts and instruction sets, and how
// evenly its work is spread.
#include "engine/dsp/convolver.h"

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "engine/base/cpu.h"
#include "engine/base/random.h"
#include "engine/dsp/convolver_kernel.h"

namespace tutti::dsp {
namespace {

std::vector<float> noise(std::size_t frames, std::uint64_t seed, double fall = 0) {
  Random random(seed);
  std::vector<float> out(frames);
  for (std::size_t i = 0; i < frames; ++i) {
    out[i] = static_cast<float>(random.uniform(-1, 1) * std::exp(-fall * static_cast<double>(i) /
                                                                 static_cast<double>(frames)));
  }
  return out;
}

struct Sides {
  std::vector<float> left, right;
  bool operator==(const Sides&) const = default;
};

template <class Size>
Sides play(Convolver& convolver, const Sides& in, Size&& size) {
  Sides out{std::vector<float>(in.left.size()), std::vector<float>(in.left.size())};
  for (std::size_t at = 0; at < in.left.size();) {
    const auto count = std::min<std::size_t>(size(), in.left.size() - at);
    convolver.process(in.left.data() + at, in.right.data() + at, out.left.data() + at,
                      out.right.data() + at, static_cast<int>(count));
    at += count;
  }
  return out;
}

std::vector<const ConvolverKernel*> kernels() {
  std::vector<const ConvolverKernel*> all{&convolver_generic};
#if defined(__x86_64__)
  if (isa() != Isa::base) all.push_back(&convolver_avx2);
  if (isa() == Isa::avx512) all.push_back(&convolver_avx512);
#endif
  return all;
}

constexpr int kLatencies[] = {0, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768};

// Within 1e-6 of the sum of |h|, the loudest that the output can be.
TEST(Convolver, EqualsDirectConvolution) {
  const Sides in{noise(60000, 1), noise(60000, 2)};
  for (const std::size_t length : {1u, 63u, 256u, 257u, 3000u, 5001u, 36000u}) {
    const Sides h{noise(length, 3, 2), noise(length, 4, 2)};
    double most = 0;
    for (const float x : h.left) most += std::fabs(static_cast<double>(x));
    for (const int latency : kLatencies) {
      Convolver convolver(h.left, h.right, latency);
      ASSERT_EQ(convolver.latency(), latency);
      Random random(length);
      const Sides out = play(convolver, in, [&] { return 1 + random.below(700); });
      const auto check = [&](const std::vector<float>& x, const std::vector<float>& response,
                             const std::vector<float>& y, std::size_t i) {
        double sum = 0;
        for (std::size_t j = 0; j < response.size() && j + static_cast<std::size_t>(latency) <= i;
             ++j) {
          sum += static_cast<double>(response[j]) * x[i - static_cast<std::size_t>(latency) - j];
        }
        ASSERT_NEAR(y[i], sum, 1e-6 * most + 1e-7)
            << length << " taps, latency " << latency << ", frame " << i;
      };
      for (int k = 0; k < 60; ++k) {
        check(in.left, h.left, out.left, random.below(60000));
        check(in.right, h.right, out.right, random.below(60000));
      }
      for (std::size_t i = static_cast<std::size_t>(latency);
           i < static_cast<std::size_t>(latency) + 10; ++i)
        check(in.left, h.left, out.left, i);
    }
  }
}

TEST(Convolver, GivesTheSameBitsInEveryCutAndOnEveryMachine) {
  const Sides in{noise(40000, 5), noise(40000, 6)};
  const Sides h{noise(21000, 7, 3), noise(21000, 8, 3)};
  for (const int latency : {0, 64, 256, 1024, 8192}) {
    Convolver first(h.left, h.right, latency, &convolver_generic);
    const Sides expected = play(first, in, [] { return 4096; });
    for (const auto* kernel : kernels()) {
      Convolver convolver(h.left, h.right, latency, kernel);
      for (const std::size_t size : {1u, 16u, 100u, 4096u}) {
        EXPECT_TRUE(play(convolver, in, [&] { return size; }) == expected)
            << latency << ", lanes " << kernel->lanes << ", blocks of " << size;
        convolver.reset();
      }
    }
  }
}

TEST(Convolver, TakesAMonoResponseAndWorksInPlace) {
  const auto h = noise(3000, 9, 3);
  const Sides in{noise(20000, 10), noise(20000, 11)};
  Convolver both(h, h, 256), one(h, {}, 256);
  const Sides expected = play(both, in, [] { return 512; });
  Sides sound = in;
  for (std::size_t at = 0; at < 20000; at += 500) {
    one.process(sound.left.data() + at, sound.right.data() + at, sound.left.data() + at,
                sound.right.data() + at, 500);
  }
  EXPECT_TRUE(sound == expected);
}

TEST(Convolver, RoundsLatencyDown) {
  const auto h = noise(10, 1);
  for (const auto& [asked, given] : {std::pair{-5, 0},
                                     {63, 0},
                                     {100, 64},
                                     {255, 128},
                                     {300, 256},
                                     {40000, 32768},
                                     {1 << 20, 65536}}) {
    EXPECT_EQ(Convolver(h, {}, asked).latency(), given);
  }
}

// What a step of 64 frames costs, counted in points: a transform as points * log2, a product as
// points. The kernel below counts and passes on.
double g_work = 0;
double log2_of(int n) {
  return std::log2(static_cast<double>(n));
}
const ConvolverKernel kCounting = {
    convolver_generic.lanes,
    [](const TurnPlan& plan, const float* re, const float* im, float* to_re, float* to_im) {
      g_work += plan.size * log2_of(plan.size);
      convolver_generic.forward(plan, re, im, to_re, to_im);
    },
    [](const TurnPlan& plan, float* re, float* im, float* out) {
      g_work += plan.size * log2_of(plan.size);
      convolver_generic.inverse(plan, re, im, out);
    },
    [](float* acc, const float* x, const float* h, int plane, int count) {
      g_work += count;
      convolver_generic.multiply(acc, x, h, plane, count);
    },
    convolver_generic.direct,
    convolver_generic.add};

// In live use no step of 64 frames does more than one transform of the largest size, one of the
// next and the base's own on top of a small share of the products: for two seconds of response the
// worst step stays under a twentieth of what all the work of a largest partition's window is, and
// nothing of it waits for the window's end.
TEST(Convolver, SpreadsItsWorkEvenly) {
  const Sides h{noise(96000, 12, 4), noise(96000, 13, 4)};
  for (const int latency : {0, 64, 256}) {
    Convolver convolver(h.left, h.right, latency, &kCounting);
    std::vector<float> x(64, 0.1f), y(64, 0.1f), l(64), r(64);
    double worst = 0, sum = 0;
    int steps = 0;
    for (int step = 0; step < 8 * 16384 / 64; ++step) {
      g_work = 0;
      convolver.process(x.data(), y.data(), l.data(), r.data(), 64);
      if (step < 4 * 16384 / 64) continue;
      worst = std::max(worst, g_work);
      sum += g_work;
      ++steps;
    }
    const double window = sum / steps * 256;  // all work in 16,384 frames
    const double one = 16384 * 14 + 2048 * 11 + 4 * 256 * 8 + 8 * 256.0 + 2 * 2048 + 2 * 16384;
    EXPECT_LE(worst, one) << latency;
    EXPECT_LT(worst, window / 8) << latency;
    // The work is in fact there.
    EXPECT_GT(sum / steps, 1000);
  }
}

}  // namespace
}  // namespace tutti::dsp
