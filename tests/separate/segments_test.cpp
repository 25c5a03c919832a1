#include "engine/separate/segments.h"

#include <cmath>
#include <gtest/gtest.h>

#include "tests/separate/networks.h"
#include "tests/support/allocation_count.h"

namespace tutti::separate {
namespace {

// Stem s is (s + 1) / 10 of the mixture, plus how far the segment's edge is, which the weights must
// not let through: `tell` is 0 or 1.
class Shares final : public Separator {
 public:
  explicit Shares(float tell = 0) : tell_(tell) {}
  std::string_view name() const override { return "shares"; }
  std::string_view version() const override { return "1"; }
  int rate() const override { return 100; }
  std::int64_t segment() const override { return 1000; }
  std::int64_t overlap() const override { return 100; }
  float weight(std::int64_t at, std::int64_t frames) const override {
    const auto edge = std::min(at, frames - 1 - at) + 1;
    return edge >= 100 ? 1.0f : static_cast<float>(edge) / 100;
  }
  std::size_t workspace_bytes() const override { return 0; }
  std::unique_ptr<Workspace> make_workspace() const override {
    return std::make_unique<Workspace>();
  }
  Result<void> separate(StereoIn mixture, StemsOut stems, Workspace&,
                        const SongLevel&) const override {
    const auto frames = static_cast<std::int64_t>(mixture[0].size());
    EXPECT_GE(frames, 1);
    EXPECT_LE(frames, 1000);
    for (std::size_t s = 0; s < kStems; ++s)
      for (std::size_t c = 0; c < kChannels; ++c)
        for (std::size_t i = 0; i < mixture[c].size(); ++i)
          stems[s][c][i] = mixture[c][i] * static_cast<float>(s + 1) / 10 +
                           tell_ / weight(static_cast<std::int64_t>(i), frames);
    return {};
  }

 private:
  float tell_;
};

// The whole song back, from pieces of `piece` frames; also that stretches follow each other.
std::vector<std::vector<float>> through(const Separator& separator, const std::vector<float>& left,
                                        const std::vector<float>& right, std::size_t piece) {
  Segments segments(separator);
  std::vector<std::vector<float>> stems(kStems * kChannels);
  const auto step = [&] {
    ASSERT_TRUE(segments.separate());
    ASSERT_EQ(segments.position(), static_cast<std::int64_t>(stems[0].size()));
    for (int r = 0; r < kStems * kChannels; ++r) {
      const auto part = segments.stem(r / kChannels, r % kChannels);
      auto& own = stems[static_cast<std::size_t>(r)];
      own.insert(own.end(), part.begin(), part.end());
    }
  };
  for (std::size_t at = 0; at < left.size();) {
    const auto count = std::min(piece, left.size() - at);
    const auto taken =
        segments.feed({std::span(left).subspan(at, count), std::span(right).subspan(at, count)});
    at += static_cast<std::size_t>(taken);
    if (segments.ready()) {
      step();
    } else {
      EXPECT_EQ(taken, static_cast<std::int64_t>(count));
    }
  }
  segments.finish();
  while (!segments.done()) {
    EXPECT_TRUE(segments.ready());
    step();
  }
  EXPECT_FALSE(segments.ready());
  return stems;
}

TEST(Segments, GiveTheWholeSongOfAnyLength) {
  const Shares shares;
  // Lengths around the borders: first segment 600, then 900 more each.
  for (const std::size_t frames :
       {0u, 1u, 99u, 599u, 600u, 601u, 1399u, 1400u, 1401u, 2300u, 5003u}) {
    const auto left = tests::sound(frames, 0), right = tests::sound(frames, 1);
    const auto stems = through(shares, left, right, 77);
    for (std::size_t r = 0; r < stems.size(); ++r) {
      ASSERT_EQ(stems[r].size(), frames);
      const auto& in = r % kChannels == 0 ? left : right;
      for (std::size_t i = 0; i < frames; ++i)
        ASSERT_NEAR(stems[r][i], in[i] * static_cast<float>(r / kChannels + 1) / 10, 1e-6f)
            << frames << " frames, sample " << i;
    }
    EXPECT_EQ(through(shares, left, right, 5003), stems);
  }
}

// With what is wrong near a segment's edge, the neighbour counts for more: the sum of two that err
// by 1 / weight is 2 / (sum of weights).
TEST(Segments, WeightTheOverlap) {
  const std::vector<float> silence(3000);
  const auto stems = through(Shares(1), silence, silence, 3000);
  for (std::size_t i = 100; i < 2900; ++i) ASSERT_LE(stems[0][i], 2.0f) << i;
  EXPECT_GT(stems[0][550], 1.5f);  // in the first overlap
  EXPECT_NEAR(stems[0][700], 1.0f, 1e-6f);
}

TEST(Segments, AllocateNothingOnTheWay) {
  const Shares shares;
  Segments segments(shares);
  const auto x = tests::sound(1000, 0);
  const long before = tutti::tests::allocations();
  for (int i = 0; i < 5; ++i) {
    segments.feed({x, x});
    ASSERT_TRUE(segments.ready());
    ASSERT_TRUE(segments.separate());
  }
  EXPECT_EQ(tutti::tests::allocations(), before);
}

TEST(Segments, SayWhenThereIsNothingToDo) {
  const Shares shares;
  Segments segments(shares);
  EXPECT_FALSE(segments.ready());
  EXPECT_FALSE(segments.separate());
}

}  // namespace
}  // namespace tutti::separate
