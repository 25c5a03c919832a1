// Channels of endless music as the library keeps them: plain rows.
#pragma once

#include <cstdint>
#include <string>

namespace tutti::store {

// What the library takes at most; above, too_large.
inline constexpr std::int64_t kMostChannels = 1000;
inline constexpr std::int64_t kMostEntries = 200'000;  // of one channel's log
inline constexpr std::int64_t kMostOpinions = 1'000'000;
inline constexpr std::int64_t kMostPresets = 100;  // of one listener
inline constexpr std::int64_t kMostPresetsInAll = 100'000;

struct ChannelRow {
  std::string id;
  std::string name;
  std::string visibility;  // public, link, private
  std::string secret;      // hash of what its owner holds; empty: it has no owner
  bool open = false;       // everybody who may listen may also change it
  std::string head;        // its log without entries: JSON, opaque here
  std::int64_t frame = 0;  // rendered up to here, at least
  std::int64_t entries = 0;
  std::int64_t created = 0;  // milliseconds since 1970, UTC
  std::int64_t updated = 0;
};

// One entry of a channel's control log; its text is opaque here.
struct EntryRow {
  std::int64_t frame = 0;
  std::string text;
};

struct OpinionRow {
  std::string channel;
  bool favourite = false;
  int rating = 0;  // -1, 0, 1
};

// Of all listeners.
struct OpinionCounts {
  std::int64_t favourites = 0;
  std::int64_t likes = 0;
  std::int64_t dislikes = 0;
};

struct PresetRow {
  std::string id;
  std::string name;
  std::string settings;  // JSON, opaque here
  std::int64_t updated = 0;
};

}  // namespace tutti::store
