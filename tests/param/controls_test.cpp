// The steps in which an effect follows its parameters: the same whatever the blocks, exact at both
// ends of a ramp, idle when nothing moves.
#include "engine/param/controls.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

#include "engine/base/random.h"

namespace tutti::param {
namespace {

constexpr Description kTwo[] = {
    {.id = "a", .name = "A", .min = 0, .max = 10, .initial = 1},
    {.id = "b", .name = "B", .min = -5, .max = 5, .initial = 0},
};

struct Move {
  int at, index;
  double value;
  int frames;
};

// The value in force at each frame, as an effect sees it: held from update to update.
std::vector<double> follow(const std::vector<Move>& moves, int frames, Random* cuts, int* updates) {
  Controls<2> controls(kTwo);
  controls.reset();
  std::vector<double> seen;
  double held = -1;
  std::size_t next = 0;
  for (int at = 0; at < frames;) {
    for (; next < moves.size() && moves[next].at == at; ++next) {
      controls.set(moves[next].index, moves[next].value, moves[next].frames);
    }
    int count = cuts != nullptr ? 1 + static_cast<int>(cuts->below(40)) : frames;
    count = std::min(count, frames - at);
    if (next < moves.size()) count = std::min(count, moves[next].at - at);
    int covered = 0;
    controls.walk(
        count,
        [&] {
          held = controls.value(0) * 100 + controls.value(1);
          ++*updates;
        },
        [&](int offset, int run) {
          EXPECT_EQ(offset, covered);
          EXPECT_GT(run, 0);
          covered += run;
          for (int i = 0; i < run; ++i) seen.push_back(held);
        });
    EXPECT_EQ(covered, count);
    at += count;
  }
  return seen;
}

TEST(Controls, AreFollowedTheSameWhateverTheBlocks) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random(seed);
    std::vector<Move> moves;
    for (int i = 0, at = 0; i < 8; ++i) {
      at += static_cast<int>(random.below(150));
      moves.push_back({at, static_cast<int>(random.below(2)), random.uniform(0, 5),
                       random.below(3) == 0 ? 0 : static_cast<int>(random.below(100))});
    }
    int once = 0, often = 0;
    const auto expected = follow(moves, 2000, nullptr, &once);
    Random cuts(seed + 100);
    ASSERT_EQ(follow(moves, 2000, &cuts, &often), expected) << "seed " << seed;
    EXPECT_EQ(once, often);
  }
}

TEST(Controls, ReachTheirTargetAndRest) {
  int updates = 0;
  const auto seen = follow({{100, 0, 7, 64}, {500, 1, -3, 0}}, 5000, nullptr, &updates);
  EXPECT_EQ(seen[99], 100);
  EXPECT_EQ(seen[100 + 64 + kControlStep], 700);  // within one step after the ramp's end
  EXPECT_EQ(seen[499], 700);
  EXPECT_EQ(seen[500], 697);  // a jump counts from its own frame
  EXPECT_TRUE(std::is_sorted(seen.begin() + 100, seen.begin() + 200));
  EXPECT_LE(updates, 12);  // 5,000 frames of standing still cost nothing
}

TEST(Controls, ClampAndKeepValuesThroughReset) {
  Controls<2> controls(kTwo);
  controls.set(0, 99, 100);
  controls.set(1, -99, 0);
  EXPECT_EQ(controls.target(0), 10);
  EXPECT_EQ(controls.value(0), 1);
  EXPECT_EQ(controls.value(0, 50), 5.5);
  EXPECT_EQ(controls.value(1), -5);
  controls.reset();
  EXPECT_EQ(controls.value(0), 10);
  EXPECT_FALSE(controls.moving());
  controls.set(7, 1, 0);  // no such parameter: nothing happens
  EXPECT_EQ(controls.value(0), 10);
}

}  // namespace
}  // namespace tutti::param
