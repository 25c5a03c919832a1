// Small songs for the graph's tests, and a factory whose effects do exactly what a test can
// predict.
#pragma once

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <thread>

#include "engine/base/random.h"
#include "engine/graph/render.h"
#include "engine/registry/registry.h"
#include "tests/support/tiny_font.h"

namespace tutti::graph {

using tests::FontMaker;
using tests::g;
namespace gen = instruments::gen;

inline constexpr double kRate = 48000;
// At 120 quarters a minute and 48 kHz a quarter is 24,000 frames.
inline constexpr int kQuarter = 24000;

// Program 0: a click-like ramp that is heard from its second frame on; program 1: a held sine.
inline std::vector<std::byte> font_bytes() {
  FontMaker m;
  m.simple(0, 0, m.sample(std::vector<std::int16_t>(600, 16000), 10, 590),
           {g(gen::vol_env_release, -7200)});
  m.simple(0, 1, m.sine(), {g(gen::vol_env_release, -2400)});
  return m.bytes();
}

inline PlanNode sampler_node(std::uint64_t id, int program = 0) {
  PlanNode node;
  node.id = id;
  node.kind = "sampler";
  node.resource = "test";
  node.params = {{"program", static_cast<double>(program)}, {"level", 0}};
  return node;
}
inline PlanNode clip_node(std::uint64_t id, const char* resource, Ticks start) {
  PlanNode node;
  node.id = id;
  node.kind = "clip";
  node.resource = resource;
  node.start = start;
  return node;
}
inline void add_note(Plan& plan, std::uint32_t node, Ticks start, Ticks duration, int key = 60,
                     int velocity = 127) {
  plan.events.push_back(
      {start, node, 0x90, static_cast<std::uint8_t>(key), static_cast<std::uint8_t>(velocity)});
  plan.events.push_back({start + duration, node, 0x80, static_cast<std::uint8_t>(key), 0});
  std::stable_sort(plan.events.begin(), plan.events.end(), [](auto& a, auto& b) {
    return a.at != b.at ? a.at < b.at : a.status < b.status;
  });
  plan.end = std::max(plan.end, start + duration);
}

struct Studio {
  explicit Studio(Plan plan, int max_block = 4096, bool with_font = true,
                  const NodeFactory& factory = registry::factory())
      : player(factory) {
    EXPECT_TRUE(player.prepare(kRate, max_block).ok());
    if (with_font) {
      EXPECT_TRUE(player.add_resource("sf:test", font_bytes()).ok());
    }
    const auto adopted = player.adopt(std::move(plan));
    EXPECT_TRUE(adopted.ok());
  }
  // The next frames, without the limiter's delay: call first with the delay itself.
  tests::Take run(std::int64_t frames, int block = 512) {
    tests::Take take;
    take.left.resize(static_cast<std::size_t>(frames));
    take.right.resize(static_cast<std::size_t>(frames));
    for (std::int64_t at = 0; at < frames; at += block) {
      player.process(take.left.data() + at, take.right.data() + at,
                     static_cast<int>(std::min<std::int64_t>(block, frames - at)));
    }
    return take;
  }
  Player player;
};

// Frames where sound begins after at least `gap` frames of silence.
inline std::vector<std::int64_t> onsets(const tests::Take& take, std::int64_t latency,
                                        int gap = 200) {
  std::vector<std::int64_t> found;
  int quiet = gap;
  for (std::size_t i = 0; i < take.left.size(); ++i) {
    if (std::fabs(take.left[i]) < 1e-7) {
      ++quiet;
      continue;
    }
    if (quiet >= gap) found.push_back(static_cast<std::int64_t>(i) - latency);
    quiet = 0;
  }
  return found;
}

inline constexpr int kHeard = 1;  // a note's gain starts from 0 in its first frame

// A thread a job, so that order and threads are as unlike a plain loop as they can be.
class Threads final : public ParallelFor {
 public:
  void run(int count, void (*job)(void*, int) noexcept, void* context) noexcept override {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back(job, context, i);
    for (auto& t : threads) t.join();
  }
};

inline tests::Take operator+(tests::Take a, const tests::Take& b) {
  a.left.insert(a.left.end(), b.left.begin(), b.left.end());
  a.right.insert(a.right.end(), b.right.begin(), b.right.end());
  return a;
}

// The largest step from one sample to the next.
inline double steepest(const std::vector<float>& x) {
  double step = 0;
  for (std::size_t i = 1; i < x.size(); ++i)
    step = std::max(step, std::fabs(static_cast<double>(x[i]) - x[i - 1]));
  return step;
}

}  // namespace tutti::graph
