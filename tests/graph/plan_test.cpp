#include "engine/graph/plan.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "engine/base/random.h"

namespace tutti::graph {
namespace {

PlanInsert random_insert(Random& random) {
  PlanInsert insert;
  insert.id = random.next();
  insert.kind = random.below(2) ? "gain" : "compressor";
  for (std::uint64_t k = random.below(3); k > 0; --k)
    insert.params.push_back({"param" + std::to_string(k), random.normal()});
  insert.bypass = random.below(2) == 1;
  insert.resource = std::string(random.below(10), 'i');
  insert.side = static_cast<std::int32_t>(random.below(2)) - 1;
  insert.side_before_fader = random.below(2) == 1;
  return insert;
}

Plan random_plan(std::uint64_t seed) {
  Random random(seed);
  Plan plan;
  for (std::uint64_t n = 1 + random.below(5), i = 0; i < n; ++i) {
    PlanNode node;
    node.id = random.next();
    node.kind = i % 2 ? "bus" : i % 3 ? "clip" : "sampler";
    node.name = std::string(random.below(9), 'n');
    node.pan_law = static_cast<PanLaw>(random.below(4));
    node.invert_left = random.below(2) == 1;
    node.invert_right = random.below(2) == 1;
    // Listens to the first node and sends to a bus further on, so that nothing runs in a circle.
    if (i > 0) node.inserts.push_back(random_insert(random));
    if (const auto bus = (i | 1) + (i % 2) * 2; bus < n) {
      node.output = static_cast<std::int32_t>(bus);
      node.sends.push_back({random.next(), static_cast<std::uint32_t>(bus), random.uniform(),
                            random.below(2) == 1, random.below(2) == 1});
    }
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
  for (std::uint64_t k = random.below(4); k > 0; --k) {
    PlanCurve curve;
    if (random.below(3) > 0)
      curve.node = static_cast<std::uint32_t>(random.below(plan.nodes.size()));
    curve.owner = random.below(2) * random.next();
    curve.param = "gain_db";
    for (std::int64_t p = 0; p < 5; ++p) {
      curve.points.push_back({{p * 3000},
                              random.normal(),
                              static_cast<Shape>(random.below(4)),
                              random.uniform(-1, 1)});
    }
    plan.curves.push_back(curve);
  }
  plan.master_pan = random.uniform(-1, 1);
  plan.master_inserts = {random_insert(random)};
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
    const auto count = static_cast<std::int64_t>(answer->nodes.size());
    for (const PlanNode& n : answer->nodes) {
      ASSERT_TRUE(n.output == PlanNode::kMaster || (n.output >= 0 && n.output < count));
      for (const PlanSend& send : n.sends) ASSERT_LT(send.to, count);
      for (const PlanInsert& i : n.inserts) ASSERT_TRUE(i.side >= -1 && i.side < count);
    }
    for (const PlanCurve& c : answer->curves) {
      ASSERT_TRUE(c.node == PlanCurve::kMasterNode || c.node < count);
      ASSERT_TRUE(std::is_sorted(c.points.begin(), c.points.end(),
                                 [](auto& a, auto& b) { return a.at < b.at; }));
    }
    ASSERT_TRUE(std::is_sorted(answer->events.begin(), answer->events.end(),
                               [](auto& a, auto& b) { return a.at < b.at; }));
  }
  EXPECT_GT(accepted, 100);  // harmless damage is let through, so the checks above were reached
}

TEST(Plan, WhatCannotBePlayedIsRefused) {
  const Plan good = random_plan(3);
  ASSERT_TRUE(check(good).ok());
  const auto refuses = [&](auto&& spoil) {
    Plan plan = good;
    spoil(plan);
    return !check(plan).ok() && !decode(encode(plan)).ok();
  };
  EXPECT_TRUE(refuses([](Plan& p) { p.nodes[0].id = 0; }));
  EXPECT_TRUE(refuses([](Plan& p) { p.nodes.push_back(p.nodes[0]); }));
  EXPECT_TRUE(refuses([](Plan& p) { p.nodes[0].output = 0; }));  // no bus
  EXPECT_TRUE(refuses([](Plan& p) { p.nodes[0].output = 99; }));
  EXPECT_TRUE(refuses([](Plan& p) { p.nodes[0].sends = {{1, 77, 1.0, false, false}}; }));
  EXPECT_TRUE(refuses([](Plan& p) { p.master_inserts[0].side = 88; }));
  EXPECT_TRUE(refuses([](Plan& p) { p.master_pan = std::nan(""); }));
  EXPECT_TRUE(refuses([](Plan& p) { p.curves.push_back({99, 0, "pan", {}}); }));
  EXPECT_TRUE(refuses([](Plan& p) {
    p.curves.push_back({0, 0, "pan", {{{10}, 0, Shape::hold, 0}, {{9}, 0, Shape::hold, 0}}});
  }));
}

}  // namespace
}  // namespace tutti::graph
