#include "engine/graph/insert.h"

#include "tests/graph/lab.h"

namespace tutti::graph {
namespace {

using lab::noise;

// Runs the insert over `wave` in blocks; `at` may act before each block.
template <class At>
std::vector<float> run(Insert& insert, std::vector<float> left, int block, At&& at) {
  std::vector<float> right = left;
  for (std::size_t done = 0; done < left.size();) {
    at(done);
    const auto n = std::min<std::size_t>(static_cast<std::size_t>(block), left.size() - done);
    insert.process({left.data() + done, right.data() + done, static_cast<int>(n)});
    done += n;
  }
  EXPECT_EQ(left, right);
  return left;
}

TEST(Insert, BypassedPassesEveryBitAsLateAsTheEffect) {
  for (int latency : {0, 1, 100, 5000}) {
    Insert insert(lab::kLate);
    insert.effect().set(0, latency, 0);
    insert.prepare(kRate, 512);
    insert.set_bypass(true, true);
    const auto wave = noise(20000, 1);
    const auto out = run(insert, wave, 512, [](std::size_t) {});
    EXPECT_EQ(insert.latency(), latency);
    for (std::size_t i = 0; i < wave.size(); ++i) {
      const auto late = static_cast<std::size_t>(latency);
      ASSERT_EQ(out[i], i < late ? 0 : wave[i - late]) << latency;
    }
  }
}

TEST(Insert, BypassCrossesOverWithoutAStepAndWhereverBlocksEnd) {
  const std::vector<float> ones(20000, 1.0f);
  for (const param::EffectInfo* info : {&lab::kScale, &lab::kLate}) {
    std::vector<std::vector<float>> results;
    for (int block : {1, 100, 512}) {
      Insert insert(*info);
      if (info == &lab::kScale) insert.effect().set(0, 3, 0);
      insert.prepare(kRate, 512);
      results.push_back(run(insert, ones, block, [&](std::size_t at) {
        if (at == 4000) insert.set_bypass(true);
        if (at == 8000) insert.set_bypass(false);
        if (at == 12000) insert.set_bypass(true);
        if (at == 12200) insert.set_bypass(false);  // in the middle of the fade
      }));
    }
    EXPECT_EQ(results[1], results[0]);
    if (info == &lab::kLate) continue;
    EXPECT_LT(steepest(results[0]), 2.0 / 480 * 1.01);
    EXPECT_EQ(results[0][6000], 1);
    EXPECT_EQ(results[0][11000], 3);
    EXPECT_EQ(results[0][19000], 3);
  }
}

// Fed with a constant, an effect that is warmed up before it is heard leaves no hole.
TEST(Insert, SwitchedOnALateEffectIsHeardOnlyWhenItHasSomething) {
  Insert insert(lab::kLate);
  insert.effect().set(0, 3000, 0);
  insert.prepare(kRate, 256);
  insert.set_bypass(true, true);
  const auto out = run(insert, std::vector<float>(30000, 0.5f), 250, [&](std::size_t at) {
    if (at == 10000) insert.set_bypass(false);
  });
  for (std::size_t i = 3000; i < out.size(); ++i) ASSERT_EQ(out[i], 0.5f) << i;
}

TEST(Insert, WhatIsNoNumberBecomesSilenceAndIsCounted) {
  Insert insert(lab::kScale);
  insert.effect().set(0, 2, 0);
  insert.prepare(kRate, 512);
  auto wave = noise(5000, 2);
  wave[700] = std::numeric_limits<float>::quiet_NaN();
  wave[701] = std::numeric_limits<float>::infinity();
  const auto out = run(insert, wave, 512, [](std::size_t) {});
  EXPECT_EQ(insert.bad_samples(), 4);  // two channels
  for (std::size_t i = 0; i < out.size(); ++i)
    ASSERT_EQ(out[i], i == 700 || i == 701 ? 0 : wave[i] * 2) << i;
}

TEST(Insert, AnEffectThatBreaksStartsAnew) {
  Insert insert(lab::kPoison);
  insert.prepare(kRate, 500);
  std::vector<float> left(500, 0.5f), right(500, 0.5f);
  for (int block = 0; block < 6; ++block) {
    std::fill(left.begin(), left.end(), 0.5f);
    insert.process({left.data(), right.data(), 500});
    for (float x : left) ASSERT_TRUE(std::isfinite(x));
    EXPECT_EQ(left[100], 0.5f) << block;  // the effect plays again after each break
  }
  EXPECT_EQ(insert.bad_samples(), 3);  // its thousandth frame ends every second block
}

TEST(Insert, ManyAtOnceAreAsEachAlone) {
  constexpr int kCount = 20;
  std::vector<std::unique_ptr<Insert>> alone, together;
  for (int i = 0; i < kCount; ++i) {
    for (auto* list : {&alone, &together}) {
      list->push_back(std::make_unique<Insert>(lab::kScale));
      list->back()->effect().set(0, i * 0.1, 0);
      list->back()->prepare(kRate, 256);
    }
  }
  for (int block = 0; block < 8; ++block) {
    std::vector<std::vector<float>> a, b;
    std::vector<Insert*> inserts;
    std::vector<dsp::Block> blocks;
    for (int i = 0; i < kCount; ++i) {
      if (block == 3 && i == 5) alone[5]->set_bypass(true), together[5]->set_bypass(true);
      a.push_back(noise(256, static_cast<std::uint64_t>(block * 100 + i)));
      b.push_back(a.back());
    }
    for (int i = 0; i < kCount; ++i) {
      const auto k = static_cast<std::size_t>(i);
      alone[k]->process({a[k].data(), nullptr, 256});
      inserts.push_back(together[k].get());
      blocks.push_back({b[k].data(), nullptr, 256});
    }
    Insert::process_many(inserts.data(), blocks.data(), kCount);
    EXPECT_EQ(a, b) << block;
  }
}

}  // namespace
}  // namespace tutti::graph
