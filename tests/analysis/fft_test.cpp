#include "engine/dsp/fft.h"

#include <cmath>
#include <complex>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <vector>

#include "engine/base/math.h"
#include "engine/base/random.h"

namespace tutti::dsp {
namespace {

std::vector<float> noise(int size, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x(size);
  for (float& v : x) v = static_cast<float>(random.uniform(-1, 1));
  return x;
}

// The definition, summed in double precision.
std::vector<std::complex<double>> dft(const std::vector<float>& x) {
  const int n = static_cast<int>(x.size());
  std::vector<std::complex<double>> root(n), out(n / 2 + 1);
  for (int i = 0; i < n; ++i)
    root[i] = {std::cos(math::kTwoPi * i / n), -std::sin(math::kTwoPi * i / n)};
  for (int k = 0; k <= n / 2; ++k)
    for (int i = 0; i < n; ++i)
      out[k] += static_cast<double>(x[i]) * root[static_cast<long long>(i) * k % n];
  return out;
}

class FftSizes : public testing::TestWithParam<int> {};

TEST_P(FftSizes, AgreesWithTheDefinition) {
  const int n = GetParam();
  const auto x = noise(n, n);
  RealFft fft(n);
  ASSERT_EQ(fft.size(), n);
  std::vector<float> re(fft.bins()), im(fft.bins());
  fft.forward(x.data(), re.data(), im.data());
  const auto truth = dft(x);
  for (int k = 0; k < fft.bins(); ++k) {
    EXPECT_NEAR(re[k], truth[k].real(), 1e-6 * std::sqrt(n) * 3) << k;
    EXPECT_NEAR(im[k], truth[k].imag(), 1e-6 * std::sqrt(n) * 3) << k;
  }
}

TEST_P(FftSizes, InverseOfForwardIsTheSignal) {
  const int n = GetParam();
  const auto x = noise(n, n + 1);
  RealFft fft(n);
  std::vector<float> re(fft.bins()), im(fft.bins()), back(n);
  fft.forward(x.data(), re.data(), im.data());
  fft.inverse(re.data(), im.data(), back.data());
  for (int i = 0; i < n; ++i) EXPECT_NEAR(back[i], x[i], 2e-6) << i;
}

INSTANTIATE_TEST_SUITE_P(PowersOfTwo, FftSizes,
                         testing::Values(8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096));

TEST(Fft, SizesAreRoundedUpToPowersOfTwo) {
  EXPECT_EQ(RealFft(0).size(), 8);
  EXPECT_EQ(RealFft(9).size(), 16);
  EXPECT_EQ(RealFft(1000).size(), 1024);
}

// A digest of the exact bits. The WASM tests run the same material and compare with this number.
TEST(Fft, BitsAreTheSameOnEveryMachine) {
  std::uint64_t digest = 1469598103934665603ull;
  for (int n = 8; n <= 8192; n *= 2) {
    const auto x = noise(n, 3 * n);
    RealFft fft(n);
    std::vector<float> re(fft.bins()), im(fft.bins()), back(n);
    fft.forward(x.data(), re.data(), im.data());
    fft.inverse(re.data(), im.data(), back.data());
    for (const auto* v : {&re, &im, &back})
      for (float f : *v) {
        std::uint32_t bits;
        std::memcpy(&bits, &f, 4);
        digest = (digest ^ bits) * 1099511628211ull;
      }
  }
  EXPECT_EQ(digest, 7568825720119949347ull);
}

}  // namespace
}  // namespace tutti::dsp
