#include "engine/separate/blend.h"

#include <gtest/gtest.h>
#include <string>

#include "engine/separate/classical.h"
#include "engine/separate/instant.h"
#include "tests/separate/networks.h"
#include "tests/separate/reference.h"

namespace tutti::separate {
namespace {

constexpr std::size_t kFrames = 30000;
using Planes = std::array<std::array<std::vector<float>, kChannels>, kStems>;

Planes separated(const Separator& separator, StereoIn mixture) {
  Planes planes;
  StemsOut out;
  for (std::size_t s = 0; s < kStems; ++s) {
    for (std::size_t c = 0; c < kChannels; ++c) {
      planes[s][c].resize(mixture[0].size());
      out[s][c] = planes[s][c];
    }
  }
  const auto workspace = separator.make_workspace();
  EXPECT_TRUE(separator.separate(mixture, out, *workspace));
  return planes;
}

TEST(Blend, IsTheMeanOfItsTwoAndSumsToTheMixture) {
  const auto left = tests::sound(kFrames, 0), right = tests::sound(kFrames, 1);
  const StereoIn mixture{left, right};
  const auto weights = tests::random_network({}, 5);
  const auto one = Instant::load(weights).value();
  const auto two = make_classical();
  const auto blend = make_blend(Instant::load(weights).value(), make_classical()).value();
  EXPECT_EQ(blend->name(), "instant");
  EXPECT_NE(blend->version(), one->version());
  EXPECT_LE(blend->segment(), std::min(one->segment(), two->segment()));
  const auto a = separated(*one, mixture), b = separated(*two, mixture),
             c = separated(*blend, mixture);
  for (std::size_t channel = 0; channel < kChannels; ++channel) {
    for (std::size_t i = 0; i < kFrames; ++i) {
      float sum = 0;
      for (std::size_t s = 0; s < kStems; ++s) {
        ASSERT_EQ(c[s][channel][i], 0.5f * (a[s][channel][i] + b[s][channel][i]));
        sum += c[s][channel][i];
      }
      ASSERT_NEAR(sum, mixture[channel][i], 1e-5f);
    }
  }
}

TEST(Blend, RefusesALengthThatNeitherTakes) {
  const auto blend = make_blend(make_classical(), make_classical()).value();
  const auto workspace = blend->make_workspace();
  EXPECT_FALSE(blend->separate({}, {}, *workspace));
  std::vector<float> long_one(static_cast<std::size_t>(blend->segment()) + 1);
  StemsOut out;
  for (auto& stem : out) stem = {long_one, long_one};
  EXPECT_FALSE(blend->separate({long_one, long_one}, out, *workspace));
}

}  // namespace
}  // namespace tutti::separate
