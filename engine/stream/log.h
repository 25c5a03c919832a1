// The control log: everything that was ever asked of a channel, at which frame. With the seed it is
// the channel: the same seed and log give the same samples.
//
// Entries are sorted by frame; those of one frame hold in their order. Text form: JSON, one object
// {"version":1,"seed":"7","rate":48000,"start":{"key":9,…},"entries":[[frame,{"bpm":80}],…]}, with
// every setting by its id; an entry may have "seed":"9" among them. Settings that "start" leaves
// out have their defaults. Values; no threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/compose/settings.h"

namespace tutti::stream {

struct Change {
  compose::Setting setting;
  double value;
  friend bool operator==(const Change&, const Change&) = default;
};

struct LogEntry {
  std::int64_t frame = 0;
  std::vector<Change> changes;
  std::optional<std::uint64_t> seed;  // from the next bar on: begins a new chapter
  friend bool operator==(const LogEntry&, const LogEntry&) = default;
};

struct ControlLog {
  std::uint64_t seed = 1;
  int rate = 48000;
  compose::Settings start;
  std::vector<LogEntry> entries;
  friend bool operator==(const ControlLog&, const ControlLog&) = default;
};

std::string log_text(const ControlLog&);
Result<ControlLog> read_log(std::string_view text);  // bad_input, naming the place
// One entry alone, for appending to a store: the element of "entries".
std::string entry_text(const LogEntry&);
Result<LogEntry> read_entry(std::string_view text);

// The settings as they stand at `frame`: glides worked out, changes that wait for a bar counted
// from their entry on. It is what a bar that began there would get.
compose::Settings settings_at(const ControlLog&, std::int64_t frame);

}  // namespace tutti::stream
