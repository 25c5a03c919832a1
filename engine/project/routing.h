// Which track's sound runs into which, and whether it ever runs in a circle. Inside engine/project.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/project/song.h"

namespace tutti::project {

// Where the sound of one track goes: its output, its sends, the devices elsewhere that listen to
// it.
struct Routes {
  std::vector<Track> tracks;
  std::unordered_map<EntityId, std::size_t> index;  // of tracks, by id
  std::vector<std::vector<Send>> sends;             // per track; those to a bus that is there
  std::vector<std::vector<Device>> devices;
  std::vector<std::int32_t> output;             // index of a bus; -1 the master
  std::vector<std::vector<std::size_t>> feeds;  // per track: tracks that need it first

  std::optional<std::size_t> find(EntityId id) const;
  std::optional<std::size_t> bus(EntityId id) const;  // only of kind bus
};

Routes routes(const Document&);

// The tracks of a circle, each feeding the next and the last the first; empty if there is none.
std::vector<std::size_t> circle(const Routes&);
// How sound gets from one track to another: both and those between; empty if it does not. From a
// track to itself: the track.
std::vector<std::size_t> way(const Routes&, std::size_t from, std::size_t to);
Error circle_error(const Routes&, const std::vector<std::size_t>& circle, Code);

}  // namespace tutti::project
