// The engine's own channel through the whole: what is sent is what the log renders.
#include <thread>

#include "engine/stream/channel.h"
#include "tests/streams/rig.h"

namespace tutti::streams {
namespace {

template <class Condition>
void wait_for(Condition condition) {
  while (!condition()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

// Frames [from, to) of a log, rendered in one go.
void expect_is_log(const std::vector<Pcm>& messages, const stream::ControlLog& log) {
  ASSERT_FALSE(messages.empty());
  const std::int64_t from = messages.front().frame;
  const std::int64_t to = messages.back().frame + messages.back().frames;
  auto channel = from > 0 ? stream::Channel::at({}, log, from) : stream::Channel({}, log);
  std::vector<float> left(static_cast<std::size_t>(to - from)), right(left.size());
  channel.render(left.data(), right.data(), static_cast<int>(left.size()));
  double loudest = 0;
  std::size_t at = 0;
  std::int64_t next = from;
  for (const Pcm& message : messages) {
    ASSERT_EQ(message.frame, next);
    next += message.frames;
    for (std::int64_t i = 0; i < message.frames; ++i, ++at) {
      const double wish[2] = {static_cast<double>(left[at]), static_cast<double>(right[at])};
      for (std::size_t side = 0; side < 2; ++side) {
        loudest = std::max(loudest, std::abs(wish[side]));
        // One step of dither and half a step of rounding.
        ASSERT_NEAR(message.samples[2 * static_cast<std::size_t>(i) + side], wish[side] * 32768,
                    1.501);
      }
    }
  }
  EXPECT_GT(loudest, 0.01);
}

TEST(RealChannel, WhatIsSentIsWhatTheLogRendersAlsoAfterARestart) {
  Shelf shelf;
  std::vector<Pcm> first;
  stream::ControlLog log;
  {
    Streams streams({}, shelf);
    const auto begun = std::chrono::steady_clock::now();
    Ear ear(*streams.feed("ambient", Form::pcm16));
    wait_for([&] { return !pcm_of(ear.pieces()).empty(); });
    RecordProperty("first_sound_ms", static_cast<int>((std::chrono::steady_clock::now() - begun) /
                                                      std::chrono::milliseconds(1)));
    const auto asked = streams.control(
        "ambient", {{compose::Setting::intensity, 0.9}, {compose::Setting::key, 2}});
    ASSERT_TRUE(asked);
    wait_for([&] { return streams.state("ambient")->frame > asked->frame + 96000; });
    first = pcm_of(ear.pieces());
    log = *streams.log("ambient");
    EXPECT_EQ(log.entries.size(), 1u);
  }
  expect_is_log(first, log);
  Streams streams({}, shelf);
  Ear ear(*streams.feed("ambient", Form::pcm16));
  wait_for([&] { return pcm_of(ear.pieces()).size() > 10; });
  const auto second = pcm_of(ear.pieces());
  EXPECT_GE(second.front().frame, shelf.kept("ambient") - 4800);
  expect_is_log(second, log);
  const auto bars = ear.words("bar");
  ASSERT_FALSE(bars.empty());
  // The bar that sounds is told to whoever comes into it.
  EXPECT_LE(bars[0].at("frame").to_number<std::int64_t>(), second.front().frame);
  EXPECT_FALSE(bars[0].at("notes").as_array().empty());
}

}  // namespace
}  // namespace tutti::streams
