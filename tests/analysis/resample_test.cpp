#include "engine/dsp/resample.h"

#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/math.h"
#include "engine/base/random.h"

namespace tutti::dsp {
namespace {

std::vector<float> tone(double hz, double rate, int frames) {
  std::vector<float> x(frames);
  for (int i = 0; i < frames; ++i)
    x[i] = static_cast<float>(0.5 * math::sin(math::kTwoPi * hz * i / rate));
  return x;
}

struct Rates {
  double in, out;
};
class ResampleRates : public testing::TestWithParam<Rates> {};

// A tone in the pass band comes out as that tone: same frequency, level and phase.
TEST_P(ResampleRates, KeepsToneInTimeAndLevel) {
  const auto [in, out] = GetParam();
  const Resampler resampler(in, out);
  for (double part : {0.05, 0.4, 0.85}) {
    const double hz = part * std::min(in, out) / 2;
    const auto y = resampler.convert(tone(hz, in, static_cast<int>(in / 4)));
    double worst = 0;
    for (std::size_t i = y.size() / 4; i < y.size() * 3 / 4; ++i) {
      const double expected = 0.5 * math::sin(math::kTwoPi * hz * static_cast<double>(i) / out);
      worst = std::max(worst, std::fabs(y[i] - expected));
    }
    EXPECT_LT(worst, 2e-4) << hz << " Hz from " << in << " to " << out;
  }
}

// What lies above the new Nyquist frequency is gone, not folded back.
TEST_P(ResampleRates, RejectsAliases) {
  const auto [in, out] = GetParam();
  if (in <= out * 1.3) return;
  const Resampler resampler(in, out);
  for (double hz : {out / 2 * 1.1, std::min(out * 0.8, in * 0.49)}) {
    const auto y = resampler.convert(tone(hz, in, static_cast<int>(in / 4)));
    double power = 0;
    for (std::size_t i = y.size() / 4; i < y.size() * 3 / 4; ++i)
      power += static_cast<double>(y[i]) * y[i];
    power /= static_cast<double>(y.size()) / 2;
    EXPECT_LT(10 * std::log10(power / 0.125), -80) << hz;
  }
}

TEST_P(ResampleRates, AnyPieceEqualsTheWhole) {
  const auto [in, out] = GetParam();
  const Resampler resampler(in, out);
  Random random(3);
  std::vector<float> x(3000);
  for (float& v : x) v = static_cast<float>(random.uniform(-1, 1));
  const auto whole = resampler.convert(x);
  for (int trial = 0; trial < 20; ++trial) {
    const auto first = static_cast<std::int64_t>(random.below(whole.size()));
    std::vector<float> piece(1 + random.below(whole.size() - static_cast<std::size_t>(first)));
    resampler.read(x, first, piece);
    for (std::size_t i = 0; i < piece.size(); ++i)
      ASSERT_EQ(piece[i], whole[static_cast<std::size_t>(first) + i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, ResampleRates,
                         testing::Values(Rates{44100, 16000}, Rates{48000, 16000},
                                         Rates{192000, 16000}, Rates{8000, 16000},
                                         Rates{11025, 16000}, Rates{96000, 16000},
                                         Rates{44056.7, 16000}, Rates{16000, 16000},
                                         Rates{16000, 44100}));

TEST(Resample, NothingAndOneSample) {
  const Resampler resampler(44100, 16000);
  EXPECT_TRUE(resampler.convert({}).empty());
  const float one = 1;
  EXPECT_EQ(resampler.convert({&one, 1}).size(), 1u);
  // Far outside the recording there is silence.
  float far[3] = {1, 1, 1};
  resampler.read({&one, 1}, -100000, far);
  EXPECT_EQ(far[0], 0);
  resampler.read({&one, 1}, 1000000, far);
  EXPECT_EQ(far[2], 0);
}

}  // namespace
}  // namespace tutti::dsp
