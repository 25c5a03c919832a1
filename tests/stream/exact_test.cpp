// The same seed and log give the same samples: whatever the blocks, from wherever playing begins.
#include <gtest/gtest.h>

#include "engine/stream/timeline.h"
#include "tests/stream/rig.h"
#include "tests/support/allocations.h"

namespace {

using namespace tutti;
using namespace tutti::test;
using compose::Style;
using stream::Channel;
using stream::ControlLog;

// Everything that a log can hold: glides, switches, styles, seeds in quick succession.
ControlLog busy_log() {
  ControlLog log = quick_log(11, Style::ambient);
  const std::int64_t second = log.rate;
  log.entries = {
      {3 * second + 7, {{Setting::intensity, 1}, {Setting::brightness, 0.9}}, {}},
      {9 * second + 1, {{Setting::style, 2}, {Setting::space, 1}}, {}},
      {12 * second, {{Setting::pad_on, 0}, {Setting::drums_level, -12}, {Setting::bpm, 120}}, {}},
      {17 * second + 333, {}, 5},
      {18 * second + 1, {{Setting::key, 2}}, 6},
      {20 * second, {}, 7},
      {34 * second, {{Setting::style, 5}, {Setting::pad_on, 1}, {Setting::bpm, 180}}, {}},
      {45 * second, {{Setting::space, 0}, {Setting::density, 1}}, 8},
  };
  return log;
}

TEST(Channel, BlocksDoNotMatter) {
  for (const Style style : {Style::ambient, Style::pulse, Style::night}) {
    const ControlLog log = quick_log(3, style);
    Channel whole({}, log), pieces({}, log), ones({}, log);
    Random random(1);
    const Sound a = play(whole, 14 * log.rate, 4096);
    const Sound b = play(pieces, 14 * log.rate, 700, &random);
    EXPECT_EQ(differs(a, 0, b), -1);
    const Sound c = play(ones, 2 * log.rate, 1);
    EXPECT_EQ(differs(a, 0, c), -1);
  }
}

TEST(Channel, AtGoesOnAsIfPlayedFromTheStart) {
  const ControlLog log = busy_log();
  Channel channel({}, log);
  const std::int64_t frames = 62 * log.rate;
  const Sound whole = play(channel, frames, 1000);
  // Around every chapter's start and the end of the tail before it, and anywhere.
  std::vector<std::int64_t> places = {0, 1, 255, 256};
  stream::Timeline timeline(log);
  for (auto bar = timeline.next(log); bar.frame < frames; bar = timeline.next(log)) {
    if (bar.index != 0 || bar.frame == 0) continue;
    for (const double seconds : {-0.01, 0.0, 0.7, 1.01, 5.0, 15.99, 16.1})
      places.push_back(bar.frame + static_cast<std::int64_t>(seconds * log.rate));
  }
  Random random(9);
  for (int i = 0; i < 6; ++i)
    places.push_back(static_cast<std::int64_t>(random.below(static_cast<unsigned>(frames))));
  for (const std::int64_t place : places) {
    if (place < 0 || place + 3000 > frames) continue;
    Channel late = Channel::at({}, log, place);
    ASSERT_EQ(late.frame(), place);
    EXPECT_EQ(differs(whole, place, play(late, 3000, 800, &random)), -1) << place;
  }
}

TEST(Channel, AtHoldsOverWholeChapters) {
  const ControlLog log = quick_log(21, Style::choir);
  Channel channel({}, log);
  stream::Timeline timeline(log);
  for (int i = 0; i < compose::kChapterBars; ++i) timeline.next(log);
  const std::int64_t chapter = timeline.frame();
  const Sound whole = play(channel, chapter + 20 * log.rate, 4000);
  for (const std::int64_t place :
       {chapter - 5, chapter + 10 * log.rate + 77, chapter + 16 * log.rate + 300}) {
    Channel late = Channel::at({}, log, place);
    EXPECT_EQ(late.bar().bar.chapter, place < chapter ? 0 : 1);
    EXPECT_EQ(differs(whole, place, play(late, 2000, 500)), -1) << place - chapter;
  }
}

TEST(Channel, WhatIsAskedWhilePlayingIsTheLog) {
  Channel live({}, quick_log(4, Style::drift));
  Random random(5);
  Sound heard;
  for (int i = 0; i < 30; ++i) {
    const Sound some = play(live, 2000 + static_cast<std::int64_t>(random.below(9000)), 512);
    heard.left.insert(heard.left.end(), some.left.begin(), some.left.end());
    heard.right.insert(heard.right.end(), some.right.begin(), some.right.end());
    const auto setting = static_cast<Setting>(random.below(compose::kSettings));
    const auto& table = compose::setting_table()[static_cast<std::size_t>(setting)];
    const stream::Change change{setting, random.uniform(table.min, table.max)};
    std::optional<std::uint64_t> seed;
    if (i % 7 == 3) seed = random.next();
    const auto entry = live.control({&change, 1}, seed);
    EXPECT_EQ(entry.frame, live.frame());
    EXPECT_EQ(entry.changes.front().value, param::clamp(table, change.value));
  }
  const auto read = stream::read_log(stream::log_text(live.log()));
  ASSERT_TRUE(read.ok());
  Channel again({}, *read);
  const auto frames = static_cast<std::int64_t>(heard.left.size());
  EXPECT_EQ(differs(heard, 0, play(again, frames, 3000)), -1);
  Channel late = Channel::at({}, *read, frames - 5000);
  EXPECT_EQ(differs(heard, frames - 5000, play(late, 5000, 5000)), -1);
}

TEST(Channel, StemsDoNotChangeTheMix) {
  const ControlLog log = quick_log(8, Style::piano);
  Channel plain({}, log), split({}, log, true);
  EXPECT_EQ(differs(play(plain, 5 * log.rate, 999), 0, play(split, 5 * log.rate, 1000)), -1);
}

TEST(Channel, RenderAllocatesOnlyWhereABarBegins) {
  Channel channel({}, quick_log(2, Style::night));
  std::vector<float> left(256), right(256);
  int bars = 0;
  while (bars < 6) {
    const bool crosses = channel.frame() + 256 >= channel.next_bar();
    const long before = tests::allocations();
    channel.render(left.data(), right.data(), 256);
    if (crosses)
      ++bars;
    else
      EXPECT_EQ(tests::allocations() - before, 0) << channel.frame();
  }
}

TEST(Channel, TellsItsBars) {
  const ControlLog log = quick_log(2, Style::pulse);
  Channel channel({}, log);
  auto bars = channel.take_bars();
  ASSERT_EQ(bars.size(), 1u);
  EXPECT_EQ(bars[0].frame, 0);
  EXPECT_EQ(channel.next_bar(), bars[0].frames);
  play(channel, 10 * log.rate, 777);
  bars = channel.take_bars();
  ASSERT_EQ(bars.size(), 7u);
  std::int64_t frame = 4 * 60 * log.rate / 180 + 1;  // 21333.3 rounded down, so one later at most
  for (const auto& bar : bars) {
    EXPECT_NEAR(static_cast<double>(bar.frame), static_cast<double>(frame), 8);
    frame = bar.frame + bar.frames;
  }
  EXPECT_EQ(channel.bar().frame, bars.back().frame);
  EXPECT_TRUE(channel.take_bars().empty());
}

}  // namespace
