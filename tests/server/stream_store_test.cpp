// Channels in the library: logs in their order, over restarts, within their bounds.
#include <gtest/gtest.h>

#include "server/api/stream_keeper.h"
#include "server/store/store.h"
#include "tests/server/scratch.h"

namespace tutti::store {
namespace {

std::unique_ptr<Store> open(const test::Scratch& scratch) {
  return std::move(*Store::open(scratch / "library"));
}

ChannelRow row(const std::string& id) {
  ChannelRow channel;
  channel.id = id;
  channel.name = "Name of " + id;
  channel.visibility = "link";
  channel.head = api::log_head(3, {});
  return channel;
}

stream::LogEntry entry(std::int64_t frame, double bpm) {
  return {frame, {{compose::Setting::bpm, bpm}}, std::nullopt};
}

TEST(StreamStore, KeepsLogsOverRestarts) {
  test::Scratch scratch;
  {
    auto store = open(scratch);
    api::StreamKeeper keeper(*store);
    ASSERT_TRUE(keeper.open());
    ASSERT_TRUE(keeper.open());  // once is enough
    ASSERT_TRUE(store->add_channel(row("a")));
    for (int i = 0; i < 100; ++i) keeper.keep_entry("a", entry(i * 480, 60 + i));
    keeper.keep_frame("a", 99'000);
    keeper.keep_frame("a", 50'000);  // late: time does not go back
  }
  auto store = open(scratch);
  api::StreamKeeper keeper(*store);
  auto log = keeper.load("a");
  ASSERT_TRUE(log && *log);
  EXPECT_EQ((*log)->seed, 3u);
  ASSERT_EQ((*log)->entries.size(), 100u);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ((*log)->entries[static_cast<std::size_t>(i)], entry(i * 480, 60 + i));
  EXPECT_EQ(*keeper.frame_of("a"), 99'000);
  EXPECT_EQ(keeper.name_of("a"), "Name of a");
  auto ambient = keeper.load("ambient");
  ASSERT_TRUE(ambient && *ambient);
  EXPECT_EQ((*ambient)->seed, 7u);
  EXPECT_EQ((*ambient)->start, compose::Settings{});
  // Entries tell time too, if the frame was not kept before the end.
  keeper.keep_entry("a", entry(200'000, 70));
  EXPECT_EQ(*keeper.frame_of("a"), 200'000);
}

TEST(StreamStore, ForgetsDeletedChannels) {
  test::Scratch scratch;
  auto store = open(scratch);
  std::vector<std::string> complaints;
  api::StreamKeeper keeper(*store, [&](const std::string& words) { complaints.push_back(words); });
  ASSERT_TRUE(store->add_channel(row("a")));
  EXPECT_EQ(store->add_channel(row("a")).error().code, Code::conflict);
  keeper.keep_entry("a", entry(0, 80));
  ASSERT_TRUE(store->set_favourite("a", "listener", true));
  ASSERT_TRUE(store->flush());
  ASSERT_TRUE(store->remove_channel("a"));
  EXPECT_FALSE((*keeper.load("a")).has_value());
  EXPECT_EQ(keeper.frame_of("a").error().code, Code::not_found);
  EXPECT_TRUE(store->opinions("listener")->empty());
  keeper.keep_entry("a", entry(1, 81));
  keeper.keep_frame("a", 1);
  ASSERT_TRUE(store->flush());
  EXPECT_TRUE(complaints.empty());
  // A new one of that name has nothing of the old.
  ASSERT_TRUE(store->add_channel(row("a")));
  EXPECT_TRUE((*keeper.load("a"))->entries.empty());
}

TEST(StreamStore, BeginsALongLogAnew) {
  test::Scratch scratch;
  auto store = open(scratch);
  api::StreamKeeper keeper(*store);
  ASSERT_TRUE(store->add_channel(row("a")));
  const auto half = static_cast<int>(kMostEntries / 2);
  for (int i = 0; i < half - 1; ++i) keeper.keep_entry("a", entry(i, 60 + i % 50));
  EXPECT_EQ((*keeper.load("a"))->entries.size(), static_cast<std::size_t>(half - 1));
  stream::LogEntry last = entry(half, 133);
  last.seed = 99;
  keeper.keep_entry("a", last);
  auto log = keeper.load("a");
  ASSERT_TRUE(log && *log);
  EXPECT_TRUE((*log)->entries.empty());
  EXPECT_EQ((*log)->start[compose::Setting::bpm], 133);
  EXPECT_EQ((*log)->seed, 99u);
  EXPECT_EQ(*keeper.frame_of("a"), 0);
  EXPECT_EQ(**keeper.load("a"), **log);  // kept as it was answered
}

TEST(StreamStore, RefusesMoreThanItTakes) {
  test::Scratch scratch;
  auto store = open(scratch);
  for (int i = 0; i < kMostChannels; ++i)
    ASSERT_TRUE(store->add_channel(row("c" + std::to_string(i))));
  EXPECT_EQ(store->add_channel(row("more")).error().code, Code::too_large);
  ASSERT_TRUE(store->remove_channel("c7"));
  EXPECT_TRUE(store->add_channel(row("more")));
  EXPECT_EQ(store->channels()->size(), static_cast<std::size_t>(kMostChannels));
  // A log that is full takes no more and says so.
  std::vector<std::string> complaints;
  api::StreamKeeper keeper(*store, [&](const std::string& words) { complaints.push_back(words); });
  for (int i = 0; i <= kMostEntries; ++i) keeper.keep_entry("c1", entry(i, 70));
  ASSERT_TRUE(store->flush());
  EXPECT_EQ(store->channel("c1")->entries, kMostEntries);
  ASSERT_EQ(complaints.size(), 1u);
  EXPECT_NE(complaints[0].find("200000"), std::string::npos);
}

}  // namespace
}  // namespace tutti::store
