#include "tests/graph/support.h"

namespace tutti::graph {
namespace {

TEST(Render, GivesTheSongFromItsFirstFrameToItsLastRing) {
  Plan plan;
  plan.nodes = {sampler_node(1, 1)};
  add_note(plan, 0, 0_quarters, 2_quarters, 69);
  std::vector<std::vector<float>> results;
  for (int block : {1, 64, 1000, 4096}) {
    Studio studio(plan);
    std::vector<float> left;
    OfflineOptions options;
    options.block = block;
    double last = 0;
    const auto report = render_offline(
        studio.player, kRate, options,
        [&](const float* l, const float*, int n) {
          left.insert(left.end(), l, l + n);
          return true;
        },
        [&](double part, std::string_view) {
          EXPECT_GE(part, last);
          last = part;
          return true;
        });
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->frames, static_cast<std::int64_t>(left.size()));
    EXPECT_GT(left.size(), static_cast<std::size_t>(kQuarter * 2));          // the release rings
    EXPECT_LT(left.size(), static_cast<std::size_t>(kQuarter * 2 + 20000));  // and ends
    std::size_t first = 0;
    while (left[first] == 0) ++first;
    EXPECT_LE(first, 3u);
    results.push_back(std::move(left));
  }
  for (const auto& other : results) EXPECT_EQ(other, results[0]);
  Studio studio(plan);
  const auto cancelled = render_offline(
      studio.player, kRate, {}, [](const float*, const float*, int) { return true; },
      [](double, std::string_view) { return false; });
  ASSERT_FALSE(cancelled.ok());
  EXPECT_EQ(cancelled.error().code, Code::cancelled);
  const auto full = render_offline(studio.player, kRate, {},
                                   [](const float*, const float*, int) { return false; });
  EXPECT_EQ(full.error().code, Code::io);
}

}  // namespace
}  // namespace tutti::graph
