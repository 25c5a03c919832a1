#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>

#include "tests/streams/rig.h"

namespace tutti::streams {
namespace {

using compose::Setting;

std::shared_ptr<Feed> feed_of(Streams& streams, Form form, Latency latency = Latency::normal) {
  return *streams.feed("ambient", form, latency);
}

TEST(StreamControl, AnswersWhereItIsHeardAndIsHeardThere) {
  Rig rig;
  Ear ear(feed_of(rig.streams, Form::pcm16, Latency::low));
  rig.pass(2.3);
  const auto asked = rig.streams.control("ambient", {{Setting::key, 4}});
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->settings.tonic(), 4);
  EXPECT_EQ(asked->frame % 960, 0);
  EXPECT_GE(asked->frame, 2 * 48000);
  EXPECT_EQ(asked->bar_frame, 3 * 48000);  // bars of the metronome last a second
  EXPECT_GT(asked->beats, 2);
  EXPECT_LT(asked->beats, 3);
  rig.pass(1);
  const auto log = rig.shelf.log("ambient");
  ASSERT_EQ(log.entries.size(), 1u);
  EXPECT_EQ(log.entries[0].frame, asked->frame);
  EXPECT_EQ(log, *rig.streams.log("ambient"));
  // The metronome plays the key on its right side.
  for (const auto& message : pcm_of(ear.pieces())) {
    for (std::int64_t i = 0; i < message.frames; ++i) {
      const int key = message.frame + i >= asked->frame ? 4 : 9;
      ASSERT_EQ(message.samples[static_cast<std::size_t>(2 * i + 1)], key * 1024);
    }
  }
  const auto words = ear.words("control");
  ASSERT_EQ(words.size(), 1u);
  EXPECT_EQ(words[0].at("frame").to_number<std::int64_t>(), asked->frame);
  EXPECT_EQ(words[0].at("bar_frame").to_number<std::int64_t>(), asked->bar_frame);
  EXPECT_EQ(words[0].at("changed").as_array().at(0).as_string(), "key");
  EXPECT_EQ(words[0].at("settings").as_object().at("key").to_number<int>(), 4);
}

TEST(StreamControl, AFloodIsOneEntryAMessage) {
  Rig rig;
  Ear ear(feed_of(rig.streams, Form::pcm16));
  rig.pass(1);
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(rig.streams.control(
        "ambient", {{Setting::bpm, 40.0 + i % 141}, {Setting::intensity, (i % 100) / 100.0}}));
    if (i % 100 == 99) rig.pass(0.02);
  }
  rig.pass(0.1);
  const auto log = rig.shelf.log("ambient");
  EXPECT_LE(log.entries.size(), 101u);
  std::set<std::int64_t> frames;
  for (const auto& entry : log.entries) frames.insert(entry.frame);
  EXPECT_EQ(frames.size(), log.entries.size());
  EXPECT_EQ(log.entries.back().changes.size(), 2u);
  EXPECT_EQ(rig.streams.state("ambient")->settings[Setting::bpm], 40.0 + 9999 % 141);
  EXPECT_EQ(log, *rig.streams.log("ambient"));
}

TEST(StreamControl, WhatChangesNothingIsNotWrittenDown) {
  Rig rig;
  Ear ear(feed_of(rig.streams, Form::pcm16));
  rig.pass(1);
  const double bpm = rig.streams.state("ambient")->settings[Setting::bpm];
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(rig.streams.control("ambient", {{Setting::bpm, bpm}}));
    rig.pass(0.02);
  }
  EXPECT_TRUE(rig.shelf.log("ambient").entries.empty());
}

TEST(StreamControl, OutOfRangeIsRefusedAndNothingOfItDone) {
  Rig rig;
  const auto refused =
      rig.streams.control("ambient", {{Setting::intensity, 0.9}, {Setting::bpm, 1000}});
  ASSERT_FALSE(refused);
  EXPECT_NE((refused.error().message + refused.error().next).find("180"), std::string::npos);
  EXPECT_FALSE(rig.streams.control("ambient", {{Setting::bpm, std::nan("")}}));
  EXPECT_FALSE(rig.streams.control("nowhere", {{Setting::bpm, 80}}));
  rig.pass(1);
  EXPECT_TRUE(rig.shelf.log("ambient").entries.empty());
}

TEST(StreamControl, AChannelThatRestsCanBeChangedToo) {
  Rig rig;
  rig.shelf.frames["ambient"] = 96000;
  const auto asked = rig.streams.control("ambient", {{Setting::key, 2}}, 99);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->frame, 96000);
  ASSERT_TRUE(rig.streams.control("ambient", {{Setting::key, 3}}));
  rig.pass(0.1);
  EXPECT_EQ(next_due(rig.streams), kNever);
  const auto log = rig.shelf.log("ambient");
  ASSERT_EQ(log.entries.size(), 1u);
  EXPECT_EQ(log.entries[0].seed, 99u);
  EXPECT_EQ(log.entries[0].changes.front().value, 3);
  EXPECT_EQ(rig.streams.state("ambient")->seed, 99u);
  EXPECT_FALSE(rig.streams.state("ambient")->running);
}

TEST(StreamControl, AServerGoesOnWhereTheLastOneWas) {
  Shelf shelf;
  std::int64_t last = 0;
  {
    auto clock = std::make_shared<HandClock>();
    Streams streams({}, shelf, bench(clock, 0));
    Ear ear(feed_of(streams, Form::pcm16));
    for (int i = 0; i < 500; ++i) {
      run_due(streams);
      clock->turn(10'000'000);
      if (i == 200) {
        ASSERT_TRUE(streams.control("ambient", {{Setting::key, 7}}));
      }
    }
    last = pcm_of(ear.pieces()).back().frame + 4800;
  }
  EXPECT_NEAR(static_cast<double>(shelf.kept("ambient")), static_cast<double>(last), 4800);
  auto clock = std::make_shared<HandClock>();
  Streams streams({}, shelf, bench(clock, 0));
  Ear ear(feed_of(streams, Form::pcm16));
  for (int i = 0; i < 50; ++i) {
    run_due(streams);
    clock->turn(10'000'000);
  }
  const auto messages = pcm_of(ear.pieces());
  EXPECT_GE(messages.front().frame, shelf.kept("ambient"));
  EXPECT_LE(messages.front().frame, shelf.kept("ambient") + 4 * 960);
  EXPECT_EQ(messages.front().samples[1], 7 * 1024);
  EXPECT_EQ(streams.state("ambient")->settings.tonic(), 7);
}

// Whatever is asked whenever, log and sound agree and the log replays to what was heard.
RC_GTEST_PROP(StreamControl, TheLogIsWhatWasHeard, ()) {
  Rig rig;
  Ear ear(feed_of(rig.streams, Form::pcm16, Latency::low));
  const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 12), rc::gen::inRange(0, 80)));
  for (const auto& [key, milliseconds] : steps) {
    RC_ASSERT(rig.streams.control("ambient", {{Setting::key, static_cast<double>(key)}}).ok());
    rig.pass(milliseconds / 1e3);
  }
  rig.pass(0.3);
  const auto log = rig.shelf.log("ambient");
  for (const auto& message : pcm_of(ear.pieces())) {
    int key = 9;
    for (const auto& entry : log.entries) {
      if (entry.frame <= message.frame) key = static_cast<int>(entry.changes.front().value);
    }
    RC_ASSERT(message.samples[1] == key * 1024);
  }
}

}  // namespace
}  // namespace tutti::streams
