#include "engine/graph/plan.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "engine/base/random.h"

namespace tutti::graph {
namespace {

Plan random_plan(std::uint64_t seed) {
  Random random(seed);
  Plan plan;
  for (std::uint64_t n = 1 + random.below(5), i = 0; i < n; ++i) {
    PlanNode node;
    node.id = random.next();
    node.kind = i % 2 ? "clip" : "sampler";
    node.resource = std::string(random.below(30), 'r');
    for (std::uint64_t k = random.below(4); k > 0; --k)
      node.params.push_back({"param" + std::to_string(k), random.normal()});
    node.start = {static_cast<std::int64_t>(random.below(1000000))};
    node.gain = random.uniform();
    node.pan = random.uniform(-1, 1);
    node.mute = random.below(2) == 1;
    plan.nodes.push_back(node);
  }
  std::int64_t at = 0;
  for (std::uint64_t i = random.below(200); i > 0; --i) {
    at += static_cast<std::int64_t>(random.below(5000));
    plan.events.push_back({{at},
                           static_cast<std::uint32_t>(random.below(plan.nodes.size())),
                           static_cast<std::uint8_t>(0x80 + random.below(0x70)),
                           static_cast<std::uint8_t>(random.below(128)),
                           static_cast<std::uint8_t>(random.below(128))});
  }
  plan.tempos = {{{0}, 500000}, {{15360}, 400000.5}};
  plan.metres = {{{0}, 4, 4}, {{61440}, 7, 8}};
  plan.end = {at};
  plan.master_gain = random.uniform();
  return plan;
}

TEST(Plan, BytesGoThereAndBack) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Plan plan = random_plan(seed);
    const auto bytes = encode(plan);
    const auto back = decode(bytes);
    ASSERT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(*back, plan);
    EXPECT_EQ(encode(*back), bytes);
  }
}

TEST(Plan, EveryTruncationAndExtensionIsRefused) {
  auto bytes = encode(random_plan(7));
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const auto answer = decode(std::span(std::as_const(bytes)).first(n));
    ASSERT_FALSE(answer.ok()) << n;
    EXPECT_EQ(answer.error().code, Code::bad_input);
  }
  bytes.push_back({});
  EXPECT_FALSE(decode(bytes).ok());
}

TEST(Plan, DamagedBytesNeverGiveIndicesOutOfRange) {
  Random random(1);
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    auto bytes = encode(random_plan(static_cast<std::uint64_t>(round % 10)));
    for (int k = 0; k < 3; ++k)
      bytes[random.below(bytes.size())] = static_cast<std::byte>(random.below(256));
    const auto answer = decode(bytes);
    if (!answer) continue;
    ++accepted;
    for (const PlanEvent& e : answer->events) {
      ASSERT_LT(e.node, answer->nodes.size());
      ASSERT_TRUE(e.status >= 0x80 && e.status < 0xf0 && e.data1 < 128 && e.data2 < 128);
    }
    ASSERT_TRUE(std::is_sorted(answer->events.begin(), answer->events.end(),
                               [](auto& a, auto& b) { return a.at < b.at; }));
  }
  EXPECT_GT(accepted, 100);  // harmless damage is let through, so the checks above were reached
}

}  // namespace
}  // namespace tutti::graph
