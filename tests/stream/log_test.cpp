// The control log: its text, its glides, and where its bars begin.
#include <gtest/gtest.h>

#include "engine/compose/composer.h"
#include "engine/stream/follower.h"
#include "engine/stream/timeline.h"

namespace {

using namespace tutti;
using namespace tutti::stream;
using compose::Setting;

ControlLog sample_log() {
  ControlLog log;
  log.seed = 18446744073709551615ull;
  log.rate = 44100;
  log.start.set(Setting::bpm, 0.1 + 0.2 + 80);
  log.entries.push_back({100, {{Setting::intensity, 1.0 / 3}, {Setting::bpm, 93.7}}, {}});
  log.entries.push_back({100, {{Setting::key, 2}}, 7});
  log.entries.push_back({std::int64_t{1} << 52, {}, 0});
  return log;
}

TEST(Log, TextComesBackAsItWas) {
  const ControlLog log = sample_log();
  const auto again = read_log(log_text(log));
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(*again, log);
  for (const LogEntry& entry : log.entries) {
    const auto one = read_entry(entry_text(entry));
    ASSERT_TRUE(one.ok());
    EXPECT_EQ(*one, entry);
  }
}

TEST(Log, NamesThePlaceOfEveryFault) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"([])", "beginning"},
      {R"({"seed":"1"})", "beginning"},
      {R"({"version":1,"seed":7})", "seed"},
      {R"({"version":1,"seed":"18446744073709551616"})", "seed"},
      {R"({"version":1,"seed":"-1"})", "seed"},
      {R"({"version":1,"rate":100})", "rate"},
      {R"({"version":1,"rate":48000.5})", "rate"},
      {R"({"version":1,"start":{"bpm":30}})", "start.bpm"},
      {R"({"version":1,"start":{"bmp":60}})", "bpm"},
      {R"({"version":1,"start":{"key":1.5}})", "start.key"},
      {R"({"version":1,"start":{"key":"A"}})", "start.key"},
      {R"({"version":1,"entries":{}})", "entries"},
      {R"({"version":1,"entries":[[0]]})", "entries[0]"},
      {R"({"version":1,"entries":[[-1,{}]]})", "entries[0][0]"},
      {R"({"version":1,"entries":[[9,{}],[8,{}]]})", "entries[1]"},
      {R"({"version":1,"entries":[[9,{"intensity":2}]]})", "entries[0].intensity"},
      {R"({"version":1,"more":1})", "more"},
  };
  for (const auto& [text, place] : wrong) {
    const auto log = read_log(text);
    ASSERT_FALSE(log.ok()) << text;
    EXPECT_EQ(log.error().code, Code::bad_input) << text;
    EXPECT_NE(log.error().message.find(place), std::string::npos) << log.error().message;
  }
  const auto later = read_log(R"({"version":2})");
  ASSERT_FALSE(later.ok());
  EXPECT_EQ(later.error().code, Code::unsupported);
}

TEST(Log, GlidesFromWhatSoundsToWhatIsAsked) {
  ControlLog log;
  log.start.set(Setting::intensity, 0);
  log.start.set(Setting::transition, 10);
  log.entries.push_back({48000, {{Setting::intensity, 1}, {Setting::key, 4}}, {}});
  EXPECT_EQ(settings_at(log, 47999)[Setting::intensity], 0);
  EXPECT_EQ(settings_at(log, 48000)[Setting::intensity], 0);
  EXPECT_EQ(settings_at(log, 48000)[Setting::key], 4);
  const double soon = settings_at(log, 48000 + 2 * 48000)[Setting::intensity];
  EXPECT_NEAR(soon, 1 - 0.8 * 0.8 * 0.8, 1e-12);
  EXPECT_EQ(settings_at(log, 48000 + 10 * 48000)[Setting::intensity], 1);
  // A new wish on the way starts from where the glide stands.
  log.entries.push_back({48000 * 3, {{Setting::transition, 0.5}, {Setting::intensity, 0}}, {}});
  EXPECT_EQ(settings_at(log, 48000 * 3)[Setting::intensity], soon);
  EXPECT_EQ(settings_at(log, 48000 * 3 + 24000)[Setting::intensity], 0);
}

TEST(Timeline, BarsHoldTheTempoAndTakeChangesWhereTheNextOneBegins) {
  ControlLog log;
  log.start.set(Setting::bpm, 60);
  log.start.set(Setting::transition, 0);
  Timeline timeline(log);
  BarSpan bar = timeline.next(log);
  EXPECT_EQ(bar.frames, 4 * 48000);
  log.entries.push_back({1000, {{Setting::bpm, 120}, {Setting::key, 3}}, {}});
  log.entries.push_back({4 * 48000, {{Setting::key, 5}}, {}});
  bar = timeline.next(log);
  EXPECT_EQ(bar.frame, 4 * 48000);
  EXPECT_EQ(bar.frames, 2 * 48000);
  EXPECT_EQ(bar.settings[Setting::key], 3);  // an entry at the bar's frame waits for the next one
  EXPECT_EQ(timeline.next(log).settings[Setting::key], 5);
}

TEST(Timeline, ChaptersEndAfterTheirBarsOrWithASeed) {
  ControlLog log;
  log.seed = 3;
  Timeline timeline(log);
  for (int i = 0; i < compose::kChapterBars; ++i) {
    const BarSpan bar = timeline.next(log);
    EXPECT_EQ(bar.index, i);
    EXPECT_EQ(bar.chapter, 0);
  }
  EXPECT_EQ(timeline.next(log).chapter, 1);
  const BarSpan second = timeline.next(log);
  EXPECT_EQ(second.index, 1);
  log.entries.push_back({second.frame + 5, {}, 9});
  const BarSpan fresh = timeline.next(log);
  EXPECT_EQ(fresh.index, 0);
  EXPECT_EQ(fresh.chapter, 2);
  EXPECT_EQ(fresh.seed, 9u);
  EXPECT_EQ(timeline.next(log).index, 1);
}

TEST(Timeline, AWeekIsWalkedThroughQuicklyAndExactly) {
  ControlLog log;
  log.start.set(Setting::bpm, 180);
  for (int i = 0; i < 50000; ++i)
    log.entries.push_back({std::int64_t{i} * 500000, {{Setting::bpm, 40.0 + i % 141}}, {}});
  Timeline timeline(log);
  std::int64_t frame = 0;
  while (frame < std::int64_t{7} * 86400 * 48000) {
    const BarSpan bar = timeline.next(log);
    ASSERT_EQ(bar.frame, frame);
    ASSERT_GT(bar.frames, 0);
    frame = bar.end();
  }
}

}  // namespace
