#include "server/streams/ring.h"

#include <deque>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <thread>
#include <vector>

#include "engine/base/random.h"

namespace tutti::streams {
namespace {

// Any interleaving of writes and reads of any size against a plain queue.
RC_GTEST_PROP(AudioRing, DoesWhatAQueueDoes, ()) {
  const auto capacity = *rc::gen::inRange<std::size_t>(1, 200);
  AudioRing ring(capacity);
  std::deque<float> model;
  std::int64_t overrun = 0, underrun = 0;
  float next = 0;
  std::vector<float> left(400), right(400);
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-300, 300));
  for (const int step : steps) {
    if (step >= 0) {
      const auto frames = static_cast<std::size_t>(step);
      for (std::size_t i = 0; i < frames; ++i) {
        left[i] = next + static_cast<float>(i);
        right[i] = -left[i];
      }
      RC_ASSERT(ring.room() == ring.capacity() - model.size());
      const std::size_t taken = ring.write(left.data(), right.data(), frames);
      RC_ASSERT(taken == std::min(frames, ring.capacity() - model.size()));
      overrun += static_cast<std::int64_t>(frames - taken);
      for (std::size_t i = 0; i < taken; ++i) model.push_back(left[i]);
      next += static_cast<float>(taken);
    } else {
      const auto frames = static_cast<std::size_t>(-step);
      RC_ASSERT(ring.available() == model.size());
      const std::size_t got = ring.read(left.data(), right.data(), frames);
      RC_ASSERT(got == std::min(frames, model.size()));
      underrun += static_cast<std::int64_t>(frames - got);
      for (std::size_t i = 0; i < got; ++i) {
        RC_ASSERT(left[i] == model.front());
        RC_ASSERT(right[i] == -model.front());
        model.pop_front();
      }
    }
    RC_ASSERT(ring.overrun() == overrun);
    RC_ASSERT(ring.underrun() == underrun);
    RC_ASSERT(ring.written() - ring.taken() == model.size());
  }
}

TEST(AudioRing, CapacityIsThePowerOfTwoAbove) {
  EXPECT_EQ(AudioRing(1).capacity(), 1u);
  EXPECT_EQ(AudioRing(1000).capacity(), 1024u);
  EXPECT_EQ(AudioRing(1024).capacity(), 1024u);
}

// Two threads at full speed with blocks of all sizes: nothing lost, nothing twice, nothing torn.
// (./dev's tsan preset runs it under ThreadSanitizer.)
TEST(AudioRing, TwoThreadsPassEveryFrameInOrder) {
  for (const std::size_t capacity : {1u, 64u, 1024u}) {
    AudioRing ring(capacity);
    const std::int64_t kFrames = capacity == 1 ? 3'000 : 300'000;
    std::thread writer([&] {
      Random random(1);
      std::vector<float> left(700), right(700);
      for (std::int64_t at = 0; at < kFrames;) {
        const auto frames = static_cast<std::size_t>(
            std::min<std::int64_t>(kFrames - at, 1 + static_cast<std::int64_t>(random.below(700))));
        for (std::size_t i = 0; i < frames; ++i) {
          left[i] = static_cast<float>((at + static_cast<std::int64_t>(i)) % 16'000'000);
          right[i] = left[i] + 0.5f;
        }
        const std::size_t taken = ring.write(left.data(), right.data(), frames);
        at += static_cast<std::int64_t>(taken);
        if (taken == 0) std::this_thread::yield();
      }
    });
    Random random(2);
    std::vector<float> left(700), right(700);
    std::int64_t wrong = 0;
    for (std::int64_t at = 0; at < kFrames;) {
      const std::size_t got = ring.read(left.data(), right.data(), 1 + random.below(700));
      for (std::size_t i = 0; i < got; ++i, ++at) {
        wrong += left[i] != static_cast<float>(at % 16'000'000) || right[i] != left[i] + 0.5f;
      }
      if (got == 0) std::this_thread::yield();
    }
    writer.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(ring.written(), static_cast<std::uint64_t>(kFrames));
    EXPECT_EQ(ring.available(), 0u);
  }
}

}  // namespace
}  // namespace tutti::streams
