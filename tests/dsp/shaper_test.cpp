// The shaper and the oversampler under it: aliases, flatness, delay, the same bits in any lanes.
#include "engine/dsp/shaper.h"

#include <gtest/gtest.h>

#include "engine/base/cpu.h"
#include "engine/base/random.h"
#include "engine/dsp/oversample_stage.h"
#include "engine/dsp/shaper_stage.h"
#include "tests/effects/aliases.h"
#include "tests/effects/tone.h"

namespace tutti::dsp {
namespace {

struct Named {
  const char* name;
  ShaperCurve curve;
};
const Named kCurves[] = {
    {"hard", {}},
    {"cubic", {1, 0, {0, 1.5f, 0, -0.5f, 0, 0}}},
    {"quintic", {1, 0, {0, 1.875f, 0, -1.25f, 0, 0.375f}}},
    {"lopsided", {1, 0, {0, 1.5f, -0.5f, -0.5f, 0.25f, 0}}},
    {"shifted", {1, 0.3f, {0, 1.5f, 0, -0.5f, 0, 0}}},
};

std::vector<float> shape(int factor, std::span<const ShaperCurve> curves, std::vector<float> x,
                         int block = 100) {
  Arena arena;
  Shaper shaper;
  shaper.prepare(factor, arena);
  shaper.reset();
  for (std::size_t at = 0; at < x.size(); at += static_cast<std::size_t>(block)) {
    const auto n = std::min<std::size_t>(static_cast<std::size_t>(block), x.size() - at);
    shaper.process(x.data() + at, x.data() + at, static_cast<int>(n), curves);
  }
  return x;
}

TEST(Shaper, KeepsAliases85DecibelsDownAtAnyDrive) {
  for (const auto& [name, curve] : kCurves) {
    for (const int drive : {0, 6, 12, 18, 24, 30, 36}) {
      const double gain = std::pow(10, drive / 20.0);
      for (const int factor : {4, 8}) {
        const auto y = shape(factor, {&curve, 1}, tests::five_kilohertz(4800, gain));
        EXPECT_LT(tests::worst_alias_db(std::span(y).subspan(2400)), -85)
            << name << ", drive " << drive << " dB, factor " << factor;
      }
    }
  }
}

// And the measure itself can fail: with nothing against them the aliases are plain to see.
TEST(Shaper, HasAliasesWithoutOversampling) {
  const auto y = shape(1, {&kCurves[0].curve, 1}, tests::five_kilohertz(4800, 4));
  EXPECT_GT(tests::worst_alias_db(std::span(y).subspan(2400)), -30);
}

TEST(Shaper, FollowsItsCurveAtLowFrequencies) {
  for (const auto& [name, curve] : kCurves) {
    for (const int factor : {1, 2, 4, 8}) {
      const auto x = tests::sine(20, 48000, 9600, 2.5);
      const auto y = shape(factor, {&curve, 1}, x);
      const auto late = static_cast<std::size_t>(Shaper::latency(factor));
      // Away from the corners, where the band limit rings.
      for (std::size_t i = 600; i < x.size(); ++i) {
        const float at = x[i - late], u = curve.scale * at + curve.shift;
        if (std::fabs(std::fabs(u) - 1) < 0.15f) continue;
        ASSERT_NEAR(y[i], shaped({&curve, 1}, at), 2e-3) << name << " x" << factor << " at " << i;
      }
    }
  }
}

TEST(Shaper, IsFlatAndOnTimeWhereTheCurveIsStraight) {
  const ShaperCurve straight{0.01f, 0, {0, 100, 0, 0, 0, 0}};
  for (const int factor : {4, 8}) {
    for (const double hertz : {50., 1000., 5000., 10000., 15000., 18000., 19200.}) {
      const auto x = tests::sine(hertz, 48000, 9600, 0.5);
      const auto y = shape(factor, {&straight, 1}, x);
      const auto late = static_cast<std::size_t>(Shaper::latency(factor));
      const auto in = tests::component(std::span(x).subspan(2400 - late, 4800), hertz, 48000);
      const auto out = tests::component(std::span(y).subspan(2400, 4800), hertz, 48000);
      EXPECT_NEAR(20 * std::log10(std::abs(out / in)), 0, 0.1) << hertz << " Hz, factor " << factor;
      EXPECT_NEAR(std::arg(out / in), 0, 1e-3) << hertz << " Hz, factor " << factor;
    }
  }
}

TEST(Shaper, GivesTheSameBitsWhateverTheBlocks) {
  Random random(3);
  std::vector<float> x(5000);
  for (float& v : x) v = static_cast<float>(random.uniform(-3, 3));
  for (const int factor : {1, 2, 4, 8}) {
    const auto expected = shape(factor, {&kCurves[2].curve, 1}, x, Shaper::kRun);
    for (const int block : {1, 7, 16, 33}) {
      EXPECT_EQ(shape(factor, {&kCurves[2].curve, 1}, x, block), expected)
          << factor << " " << block;
    }
  }
}

TEST(Shaper, HasTheSameBitsInAnyLanes) {
#if defined(__x86_64__)
  Random random(4);
  const auto fill = [&](auto& buffer, double most) {
    for (float& v : buffer) v = static_cast<float>(random.uniform(-most, most));
  };
  std::array<std::array<float, 256>, 8> x;
  for (auto& part : x) fill(part, 3);
  std::vector<const ShaperLoops*> wide;
  if (isa() != Isa::base) wide.push_back(&shaper_loops_avx2());
  if (isa() == Isa::avx512) wide.push_back(&shaper_loops_avx512());
  for (const auto& [name, curve] : kCurves) {
    for (const int factor : {2, 4, 8}) {
      const auto run = [&](const ShaperLoops& loops) {
        std::vector<std::array<float, 256>> parts(32);
        const float* in[8];
        float* out[32];
        for (std::size_t i = 0; i < 8; ++i) in[i] = x[i].data() + 16;
        for (std::size_t i = 0; i < 32; ++i) parts[i].fill(0), out[i] = parts[i].data() + 16;
        loops.segments(in, factor, out, curve, false, 128);
        loops.segments(in, factor, out, curve, true, 128);
        return parts;
      };
      for (const auto* loops : wide) {
        EXPECT_EQ(run(*loops), run(shaper_loops_generic())) << name << " x" << factor;
      }
    }
  }
  // The filters, from eight parts to eight.
  const auto filtered = [&](const OversampleLoops& loops) {
    std::vector<std::array<float, 256>> all;
    alignas(64) float room[8][256];
    const float* in[8];
    float* out[8];
    for (std::size_t i = 0; i < 8; ++i) in[i] = x[i].data() + 64, out[i] = room[i] + 64;
    const auto keep = [&](int parts) {
      for (int i = 0; i < parts; ++i) {
        std::array<float, 256> one{};
        std::copy_n(out[i], 128, one.data());
        all.push_back(one);
      }
    };
    for (int stage = 0; stage < 3; ++stage) loops.up[stage](in, out, 128), keep(2 << stage);
    for (int stage = 0; stage < 2; ++stage) loops.down[stage](in, out, 128), keep(2 << stage);
    loops.sharp(in, out[0], 128), keep(1);
    const float side[2] = {0.3f, -0.1f};
    loops.five(in[0], 0.7f, side, out[0], 128), keep(1);
    return all;
  };
  const auto expected = filtered(oversample_loops_generic());
  if (isa() != Isa::base) {
    EXPECT_EQ(filtered(oversample_loops_avx2()), expected);
  }
  if (isa() == Isa::avx512) {
    EXPECT_EQ(filtered(oversample_loops_avx512()), expected);
  }
#endif
}

// The oversampler alone: what goes up and down again is the input, flat and on time; what lies
// above half the base rate in the fast stream does not come back.
TEST(Oversampler, ComesBackUnchangedAndOnTime) {
  for (const int factor : {1, 2, 4, 8}) {
    for (const double hertz : {100., 7000., 16000., 19200.}) {
      Arena arena;
      Oversampler over;
      over.prepare(factor, arena);
      auto x = tests::sine(hertz, 48000, 6400, 0.5);
      const auto late = static_cast<std::size_t>(over.latency());
      std::vector<float> y(x.size());
      for (std::size_t at = 0; at < x.size(); at += 128) {
        over.up(x.data() + at, 128);
        for (int p = 0; p < factor; ++p) std::copy_n(over.fast(p), 128, over.shaped(p));
        over.down(y.data() + at, 128);
      }
      for (std::size_t i = 1000; i < x.size(); ++i) ASSERT_NEAR(y[i], x[i - late], 1e-3) << i;
    }
  }
}

TEST(Oversampler, LetsNothingFoldBack) {
  for (const int factor : {2, 4, 8}) {
    for (const double hertz : {24500., 27000., 33000., 47000., 60000., 91000., 120000., 190000.}) {
      if (hertz > 24000 * factor) continue;
      Arena arena;
      Oversampler over;
      over.prepare(factor, arena);
      const std::vector<float> silence(128);
      const auto fast = tests::sine(hertz, 48000 * factor, static_cast<std::size_t>(6400 * factor));
      std::vector<float> y(6400);
      for (std::size_t at = 0; at < y.size(); at += 128) {
        over.up(silence.data(), 128);
        for (std::size_t i = 0; i < 128; ++i) {
          for (int p = 0; p < factor; ++p) {
            over.shaped(p)[i] =
                fast[static_cast<std::size_t>(factor) * (at + i) + static_cast<std::size_t>(p)];
          }
        }
        over.down(y.data() + at, 128);
      }
      double most = 0;
      for (std::size_t i = 1000; i < y.size(); ++i) {
        most = std::max(most, std::fabs(static_cast<double>(y[i])));
      }
      EXPECT_LT(20 * std::log10(most), -85) << hertz << " Hz, factor " << factor;
    }
  }
}

}  // namespace
}  // namespace tutti::dsp
