#include "engine/instruments/kernels.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <vector>

#include "engine/base/random.h"
#include "engine/instruments/tables.h"

namespace tutti::instruments::kernels {
namespace {

// On a machine without wider lanes both are the same table and this holds trivially.
TEST(Kernels, BestGivesTheSameBitsAsGeneric) {
  const Table &a = generic(), &b = best();
  Random random(3);
  for (int round = 0; round < 300; ++round) {
    const int frames = 1 + static_cast<int>(random.below(kCell));
    std::vector<float> source(kSpan);
    for (float& x : source) x = static_cast<float>(random.uniform(-32768, 32768));
    const std::uint64_t fraction = random.next() >> 32,
                        increment = random.next() >> (28 + random.below(5));
    float out[2][kCell];
    a.interpolate(source.data(), fraction, increment, out[0], frames);
    b.interpolate(source.data(), fraction, increment, out[1], frames);
    ASSERT_EQ(std::memcmp(out[0], out[1], sizeof(float) * static_cast<std::size_t>(frames)), 0);

    Filters f[2] = {};
    for (int v = 0; v < kLanes; ++v) {
      const float g = static_cast<float>(random.uniform(0.001, 6)),
                  k = static_cast<float>(random.uniform(0.01, 2));
      const float a1 = 1 / (1 + g * (g + k));
      f[0].p[v] = 2 * a1 - 1, f[0].q[v] = 2 * g * a1, f[0].r[v] = 2 * g * g * a1;
      f[0].p_slope[v] = 1e-5f;
    }
    f[1] = f[0];
    float buffers[2][kLanes][kCell];
    float* lanes[2][kLanes];
    for (int v = 0; v < kLanes; ++v) {
      for (int i = 0; i < kCell; ++i)
        buffers[0][v][i] = buffers[1][v][i] = static_cast<float>(random.normal());
      for (int t : {0, 1}) lanes[t][v] = v == 5 ? nullptr : buffers[t][v];
    }
    a.filter(lanes[0], f[0], frames);
    b.filter(lanes[1], f[1], frames);
    ASSERT_EQ(std::memcmp(&f[0], &f[1], sizeof f[0]), 0);
    ASSERT_EQ(std::memcmp(buffers[0], buffers[1], sizeof buffers[0]), 0);

    float mixed[2][2][kCell] = {};
    const Ramp ramp{0.1f, 0.003f, -0.2f, 0.001f};
    for (int t : {0, 1})
      (t == 0 ? a : b).mix(source.data(), ramp, 3, mixed[t][0], mixed[t][1], frames);
    ASSERT_EQ(std::memcmp(mixed[0], mixed[1], sizeof mixed[0]), 0);
  }
}

TEST(Kernels, CuttingACellChangesNothing) {
  const Table& k = best();
  Random random(4);
  std::vector<float> in(kCell);
  for (float& x : in) x = static_cast<float>(random.normal());
  const Ramp ramp{0.1f, 0.003f, -0.2f, 0.001f};
  float whole[2][kCell] = {}, parts[2][kCell] = {};
  k.mix(in.data(), ramp, 0, whole[0], whole[1], kCell);
  for (int at = 0; at < kCell;) {
    const int n = std::min(kCell - at, 1 + static_cast<int>(random.below(13)));
    k.mix(in.data() + at, ramp, at, parts[0] + at, parts[1] + at, n);
    at += n;
  }
  EXPECT_EQ(std::memcmp(whole, parts, sizeof whole), 0);
}

TEST(Kernels, CubicPassesThroughPointsAndReproducesParabolas) {
  std::vector<float> parabola(kSpan);
  for (int i = 0; i < 200; ++i)
    parabola[static_cast<std::size_t>(i)] = static_cast<float>(0.01 * i * i - i);
  float out[kCell];
  best().interpolate(parabola.data(), 0, std::uint64_t{1} << 30, out, kCell);  // steps of a quarter
  for (int i = 0; i < kCell; ++i) {
    const double x = 1 + i * 0.25;
    EXPECT_NEAR(out[i], 0.01 * x * x - x, 1e-4);
  }
}

TEST(Tables, MatchTheirFormulas) {
  for (double c = -20000; c < 20000; c += 7.3)
    EXPECT_NEAR(tables::ratio(c) / std::exp2(c / 1200), 1, 1e-7);
  for (float c = 0; c < 1430; c += 3.7f)
    EXPECT_NEAR(tables::gain(c) / std::pow(10, -c / 200.0), 1, 3e-5);
  EXPECT_EQ(tables::gain(-5), 1);
  EXPECT_EQ(tables::gain(1440), 0);
  for (float p = -499; p < 500; p += 13) {
    const double l = tables::pan_gain(-p), r = tables::pan_gain(p);
    EXPECT_NEAR(l * l + r * r, 1, 0.003);
  }
  EXPECT_NEAR(tables::curve(tables::kConcave, 63.5f), -400.0 / 960 * std::log10(0.5), 1e-3);
}

}  // namespace
}  // namespace tutti::instruments::kernels
