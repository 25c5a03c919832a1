// One live project; only server/rooms includes this.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/project/document.h"
#include "server/rooms/rooms.h"

namespace tutti::rooms {

using Message = std::shared_ptr<const std::string>;

struct Rooms::Room {
  explicit Room(std::string id) : project(std::move(id)) {}
  const std::string project;

  // The document and what belongs to it. Held while operations are checked and handed to the
  // store, so that revisions follow that order.
  std::mutex document_mutex;
  std::optional<project::Document> document;  // with operations that are still being committed
  std::atomic<bool> ahead_of_disk{false};     // a commit failed: read it from the disk again
  std::uint64_t actor = 0;                    // of edits made by the server itself
  std::string title;
  std::int64_t operations_since_snapshot = 0;

  // Who is there. Held while messages are handed to members, which keeps their order.
  std::mutex seats_mutex;
  struct Seat {
    std::shared_ptr<Member> member;
    bool welcomed = false;
    std::vector<Message> held;  // what came up before the welcome
    std::string name, colour, where = "null";
    bool presented = false;
  };
  std::map<SeatId, Seat> seats;

  void tell_others(SeatId except, Message message);
  void tell_presence();

  // With document_mutex held.
  Result<void> load(store::Store& store);
  Result<void> snapshot(store::Store& store);
};

}  // namespace tutti::rooms
