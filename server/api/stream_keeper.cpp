#include "server/api/stream_keeper.h"

#include <algorithm>
#include <utility>

namespace tutti::api {
namespace {

constexpr std::uint64_t kPublicSeed = 7;

}  // namespace

std::string log_head(std::uint64_t seed, const compose::Settings& start) {
  stream::ControlLog log;
  log.seed = seed;
  log.start = start;
  return stream::log_text(log);
}

AskedSettings asked_settings(const stream::ControlLog& log) {
  AskedSettings asked{log.start, log.seed};
  for (const stream::LogEntry& entry : log.entries) {
    for (const stream::Change& change : entry.changes)
      asked.settings.set(change.setting, change.value);
    asked.seed = entry.seed.value_or(asked.seed);
  }
  return asked;
}

StreamKeeper::StreamKeeper(store::Store& store,
                           std::function<void(const std::string& sentence)> log)
    : store_(store), log_(std::move(log)) {}

Result<void> StreamKeeper::open() {
  auto there = store_.channel(kPublicChannel);
  if (there) return {};
  if (there.error().code != Code::not_found) return there.error();
  store::ChannelRow channel;
  channel.id = kPublicChannel;
  channel.name = "Ambient";
  channel.visibility = "public";
  channel.open = true;
  channel.head = log_head(kPublicSeed, {});
  auto added = store_.add_channel(channel);
  if (!added) return added.error();
  return {};
}

Result<std::optional<stream::ControlLog>> StreamKeeper::load(const std::string& channel) {
  if (auto done = store_.flush(); !done) return done.error();
  auto row = store_.channel(channel);
  if (!row) {
    if (row.error().code == Code::not_found) return std::optional<stream::ControlLog>();
    return row.error();
  }
  auto log = stream::read_log(row->head);
  if (!log) return log.error();
  auto entries = store_.entries(channel);
  if (!entries) return entries.error();
  log->entries.reserve(entries->size());
  for (const store::EntryRow& kept : *entries) {
    auto entry = stream::read_entry(kept.text);
    if (!entry) return entry.error();
    log->entries.push_back(std::move(*entry));
  }
  if (row->entries >= store::kMostEntries / 2) {
    const AskedSettings asked = asked_settings(*log);
    log->seed = asked.seed;
    log->start = asked.settings;
    log->entries.clear();
    auto done = store_.restart_channel(channel, stream::log_text(*log));
    if (!done) return done.error();
  }
  return std::optional<stream::ControlLog>(std::move(*log));
}

Result<std::int64_t> StreamKeeper::frame_of(const std::string& channel) {
  if (auto done = store_.flush(); !done) return done.error();
  auto row = store_.channel(channel);
  if (!row) return row.error();
  return row->frame;
}

void StreamKeeper::keep_entry(const std::string& channel, const stream::LogEntry& entry) {
  store_.append_entry(
      channel, {entry.frame, stream::entry_text(entry)},
      [log = log_, channel](const Result<void>& done) {
        // A channel that was deleted meanwhile has nothing to keep.
        if (!done && done.error().code != Code::not_found && log)
          log("A change of the channel " + channel + " could not be kept: " + done.error().message);
      });
}

void StreamKeeper::keep_frame(const std::string& channel, std::int64_t frame) {
  store_.set_frame(channel, frame);
}

std::string StreamKeeper::name_of(const std::string& channel) {
  auto row = store_.channel(channel);
  return row ? row->name : channel;
}

}  // namespace tutti::api
