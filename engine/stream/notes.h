// A chapter's notes as messages for its players, frame by frame.
//
// Notes may reach over bars: their ends are kept in ticks and become frames with the tempo of the
// bar in which they lie. A note on a key that still sounds ends the one before. take() allocates;
// frames count from the chapter's start.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/compose/composer.h"
#include "engine/stream/patch.h"
#include "engine/stream/timeline.h"

namespace tutti::stream {

struct Message {
  std::int64_t at = 0;
  std::uint8_t status = 0, data1 = 0, data2 = 0;
};

Player player_of(const compose::BarNote&) noexcept;

class Notes {
 public:
  // The messages of a bar that begins `at` frames into the chapter.
  void take(const compose::Bar& bar, std::int64_t at, std::int64_t frames);
  // Everything that is held ends at `at`.
  void end(std::int64_t at);

  // The next message of a player, or null.
  const Message* next(Player p) const noexcept {
    const Queue& q = queue(p);
    return q.done < q.messages.size() ? &q.messages[q.done] : nullptr;
  }
  void pop(Player p) noexcept { ++queues_[static_cast<std::size_t>(p)].done; }

 private:
  struct Held {
    int key = 0;
    std::int64_t off = 0;  // ticks from the chapter's start
  };
  struct Queue {
    std::vector<Message> messages;  // sorted
    std::size_t done = 0;
    std::vector<Held> held;
  };
  const Queue& queue(Player p) const noexcept { return queues_[static_cast<std::size_t>(p)]; }
  std::array<Queue, kPlayers> queues_;
  std::int64_t tick_ = 0;  // of the next bar
};

}  // namespace tutti::stream
