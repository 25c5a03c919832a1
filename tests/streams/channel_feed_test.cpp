#include <set>

#include "tests/streams/rig.h"

namespace tutti::streams {
namespace {

constexpr auto kNormal = Latency::normal;

std::shared_ptr<Feed> feed_of(Streams& streams, Form form, Latency latency = kNormal,
                              const std::string& channel = "ambient") {
  auto feed = streams.feed(channel, form, latency);
  EXPECT_TRUE(feed) << (feed ? "" : feed.error().message);
  return *feed;
}

// Every sample is the one of its frame, without gap or repeat.
void expect_unbroken(const std::vector<Pcm>& messages) {
  ASSERT_FALSE(messages.empty());
  std::int64_t next = messages.front().frame;
  for (const Pcm& message : messages) {
    ASSERT_EQ(message.frame, next);
    next += message.frames;
    for (std::int64_t i = 0; i < message.frames; ++i) {
      ASSERT_EQ(message.samples[static_cast<std::size_t>(2 * i)], (message.frame + i) % 32768);
    }
  }
}

TEST(ChannelFeed, SoundIsUnbrokenAndPacedByTheClock) {
  for (const Latency latency : {Latency::normal, Latency::low}) {
    Rig rig;
    Ear ear(feed_of(rig.streams, Form::pcm16, latency));
    rig.pass(10);
    const auto messages = pcm_of(ear.pieces());
    expect_unbroken(messages);
    const std::int64_t frames = latency == Latency::low ? 960 : 4800;
    for (const Pcm& message : messages) EXPECT_EQ(message.frames, frames);
    // Ten seconds, and what a newcomer is given to begin with.
    const std::int64_t sent = messages.back().frame + frames - messages.front().frame;
    EXPECT_GE(sent, 480000);
    EXPECT_LE(sent, 480000 + 3 * 4800);
    for (std::size_t i = 1; i < messages.size(); ++i) {
      EXPECT_GE(messages[i].server_time, messages[i - 1].server_time);
    }
  }
}

TEST(ChannelFeed, AnHourLaterMessagesAreStillOnTheGridOfTheStart) {
  Rig hour;
  auto feed = feed_of(hour.streams, Form::pcm16, Latency::low);
  std::int64_t first = 0, last = 0, count = 0, worst = 0;
  const std::int64_t start = hour.clock->now_ns();
  feed->subscribe([&](const Piece& piece) {
    if (piece.text) return;
    const std::int64_t frame = little<std::int64_t>(*piece.bytes, 8);
    if (count++ == 0) first = frame;
    last = frame;
    if (count < 10) return;  // the burst of the beginning
    const std::int64_t due = start + (frame - 2880) * 62500 / 3;
    worst = std::max(worst, std::abs(piece.made_ns - due));
  });
  feed->listeners(1);
  hour.pass(3600);
  EXPECT_EQ(first, 0);
  EXPECT_GE(last, 3600LL * 48000 - 960);
  EXPECT_LE(worst, 2);  // nanoseconds, over an hour
  feed->listeners(-1);
}

TEST(ChannelFeed, ANewcomerIsTakenInAtOnceAndHearsNothingTwice) {
  Rig rig;
  Ear first(feed_of(rig.streams, Form::pcm16));
  rig.pass(3.03);
  auto feed = feed_of(rig.streams, Form::pcm16);
  Ear second(feed);
  rig.pass(0);  // not a moment later
  EXPECT_GE(pcm_of(second.pieces()).size(), 1u);
  rig.pass(2);
  expect_unbroken(pcm_of(second.pieces()));
  const auto hello = second.words("hello");
  ASSERT_EQ(hello.size(), 1u);
  EXPECT_EQ(hello[0].at("channel").as_string(), "ambient");
  EXPECT_EQ(hello[0].at("name").as_string(), "The ambient");
  EXPECT_EQ(hello[0].at("seed").as_string(), "7");
  EXPECT_EQ(hello[0].at("format").as_string(), "pcm16");
  EXPECT_EQ(hello[0].at("message_ms").to_number<int>(), 100);
  EXPECT_TRUE(hello[0].at("settings").as_object().contains("bpm"));
}

TEST(ChannelFeed, NormalFeedsBeginAtFiveDifferentMoments) {
  Rig rig;
  std::set<std::int64_t> phases;
  std::vector<std::unique_ptr<Ear>> ears;
  for (int i = 0; i < 10; ++i) {
    ears.push_back(std::make_unique<Ear>(feed_of(rig.streams, Form::pcm16)));
  }
  rig.pass(2);
  for (const auto& ear : ears) {
    const auto messages = pcm_of(ear->pieces());
    expect_unbroken(messages);
    phases.insert(messages.front().frame / 960 % 5);
  }
  EXPECT_EQ(phases.size(), 5u);
}

TEST(ChannelFeed, BarsAreToldBeforeTheirFirstSound) {
  Rig rig;
  Ear ear(feed_of(rig.streams, Form::json));
  rig.pass(5.5);
  std::int64_t told_until = -1;
  std::size_t bars = 0;
  for (const Piece& piece : ear.pieces()) {
    const auto value = *parse_json(*piece.bytes);
    const auto type = value.as_object().at("type").as_string();
    if (type == "bar") {
      const auto frame = value.as_object().at("frame").to_number<std::int64_t>();
      EXPECT_EQ(frame, told_until < 0 ? 0 : told_until);
      told_until = frame + value.as_object().at("frames").to_number<std::int64_t>();
      EXPECT_EQ(value.as_object().at("chords").as_array().at(0).as_object().at("name").as_string(),
                "Am7");
      ++bars;
    } else if (type == "audio") {
      const auto frame = value.as_object().at("frame").to_number<std::int64_t>();
      EXPECT_EQ(value.as_object().at("frames").to_number<int>(), 4800);
      EXPECT_LT(frame, told_until);
    }
  }
  EXPECT_GE(bars, 6u);
}

TEST(ChannelFeed, WithoutListenersTimeStandsStillAndNothingWorks) {
  Rig rig;
  Ear ear(feed_of(rig.streams, Form::opus));
  rig.pass(3);
  ear.leave();
  rig.pass(0.1);
  const auto before = *rig.streams.state("ambient");
  EXPECT_FALSE(before.running);
  const std::int64_t rendered = Metronome::rendered;
  EXPECT_EQ(next_due(rig.streams), kNever);  // nothing will ever wake up by itself
  rig.pass(3600);
  EXPECT_EQ(Metronome::rendered, rendered);
  EXPECT_EQ(rig.streams.state("ambient")->frame, before.frame);
  // It goes on where it stopped.
  Ear again(feed_of(rig.streams, Form::pcm16));
  rig.pass(1);
  const auto messages = pcm_of(again.pieces());
  expect_unbroken(messages);
  EXPECT_LE(messages.front().frame, before.frame);
  EXPECT_GE(messages.front().frame, before.frame - 72000);
}

TEST(ChannelFeed, FormsNobodyListensToAreNotMade) {
  Rig rig;
  Ear ear(feed_of(rig.streams, Form::pcm16));
  auto silent = feed_of(rig.streams, Form::opus);
  int heard = 0;
  silent->subscribe([&](const Piece&) { ++heard; });
  rig.pass(2);
  EXPECT_EQ(heard, 0);
  silent->listeners(1);
  rig.pass(1);
  EXPECT_GT(heard, 10);
  const int then = heard;
  silent->listeners(-1);
  rig.pass(2);
  EXPECT_EQ(heard, then);
}

TEST(ChannelFeed, TheServersClockIsThatOfTheRenderAndNeverJumps) {
  Rig rig;
  Ear ear(feed_of(rig.streams, Form::pcm16, Latency::low));
  rig.pass(5);
  const auto messages = pcm_of(ear.pieces());
  for (std::size_t i = 20; i < messages.size(); ++i) {
    EXPECT_NEAR(messages[i].server_time - messages[i - 1].server_time, 20, 0.001);
  }
  // Low latency: rendered at most 60 ms before it is sent.
  const double now = rig.clock->wall_ms();
  EXPECT_LE(now - messages.back().server_time, 60.1);
}

TEST(ChannelFeed, TheStateIsToldEachSecond) {
  Rig rig;
  Ear ear(feed_of(rig.streams, Form::pcm16));
  Ear other(feed_of(rig.streams, Form::opus, Latency::low));
  rig.pass(5.05);
  const auto states = ear.words("state");
  ASSERT_GE(states.size(), 5u);
  EXPECT_EQ(states.back().at("listeners").to_number<int>(), 2);
  EXPECT_EQ(states.back().at("underruns").to_number<int>(), 0);
  EXPECT_GE(states.back().at("buffer_ms").to_number<double>(), 20);
}

TEST(ChannelFeed, AStandstillOfTheMachineIsOneUnderrunAndNoFlood) {
  Rig rig;
  Ear ear(feed_of(rig.streams, Form::pcm16));
  rig.pass(2);
  const auto before = pcm_of(ear.pieces()).size();
  rig.clock->turn(3600'000'000'000);  // asleep for an hour
  rig.pass(1);
  const auto messages = pcm_of(ear.pieces());
  EXPECT_LE(messages.size(), before + 14);
  expect_unbroken(messages);
  EXPECT_EQ(rig.streams.state("ambient")->underruns, 1);
}

TEST(ChannelFeed, UnknownChannelsAndTooManyOfThemAreRefused) {
  Options options;
  options.most_channels = 2;
  Rig rig(options);
  rig.shelf.logs["b"].seed = 2;
  rig.shelf.logs["c"].seed = 3;
  EXPECT_EQ(rig.streams.feed("nowhere", Form::json).error().code, Code::not_found);
  Ear a(feed_of(rig.streams, Form::pcm16));
  Ear b(feed_of(rig.streams, Form::pcm16, kNormal, "b"));
  rig.pass(1);
  const auto refused = rig.streams.feed("c", Form::pcm16);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::too_large);
  b.leave();
  rig.pass(0.1);
  const std::int64_t kept = rig.shelf.kept("b");
  EXPECT_GT(kept, 40000);
  Ear c(feed_of(rig.streams, Form::pcm16, kNormal, "c"));
  rig.pass(1);
  {
    SCOPED_TRACE("c");
    expect_unbroken(pcm_of(c.pieces()));
  }
  c.leave();
  rig.pass(0.1);
  // b was put away and comes back where it was.
  Ear again(feed_of(rig.streams, Form::pcm16, kNormal, "b"));
  rig.pass(1);
  const auto messages = pcm_of(again.pieces());
  expect_unbroken(messages);
  EXPECT_GE(messages.front().frame + 72000, kept);
}

TEST(ChannelFeed, AForgottenChannelDismissesItsListeners) {
  Rig rig;
  Ear page(feed_of(rig.streams, Form::pcm16));
  Ear player(feed_of(rig.streams, Form::ogg));
  rig.pass(1);
  {
    const std::lock_guard lock(rig.shelf.mutex);
    rig.shelf.logs.clear();
  }
  rig.streams.forget("ambient");
  rig.pass(1);
  ASSERT_EQ(page.words("gone").size(), 1u);
  EXPECT_TRUE(page.pieces().back().last);
  EXPECT_TRUE(player.pieces().back().last);
  EXPECT_EQ(rig.streams.feed("ambient", Form::json).error().code, Code::not_found);
}

}  // namespace
}  // namespace tutti::streams
