// The channels' memory: server/streams' Keeper over the library.
//
// Entries are handed to the library's writer thread, which commits them together; nobody waits for
// the disk. load() waits for what is still being written. A log of half of
// store::kMostEntries, where server/streams takes no more, begins anew when its channel wakes up,
// with the settings it had, so that no channel is full for good. Thread-safe.
#pragma once

#include <functional>
#include <string>

#include "server/store/store.h"
#include "server/streams/streams.h"

namespace tutti::api {

// The log without entries, as a channel's row keeps it.
std::string log_head(std::uint64_t seed, const compose::Settings& start);
// Every setting as last asked, and the seed.
struct AskedSettings {
  compose::Settings settings;
  std::uint64_t seed = 1;
};
AskedSettings asked_settings(const stream::ControlLog&);

inline constexpr char kPublicChannel[] = "ambient";

class StreamKeeper : public streams::Keeper {
 public:
  // `log` is told what could not be kept.
  explicit StreamKeeper(store::Store&, std::function<void(const std::string& sentence)> log = {});
  // Makes the public channel if it is not there.
  Result<void> open();

  Result<std::optional<stream::ControlLog>> load(const std::string& channel) override;
  Result<std::int64_t> frame_of(const std::string& channel) override;
  void keep_entry(const std::string& channel, const stream::LogEntry&) override;
  void keep_frame(const std::string& channel, std::int64_t frame) override;
  std::string name_of(const std::string& channel) override;

 private:
  store::Store& store_;
  std::function<void(const std::string&)> log_;
};

}  // namespace tutti::api
