// One feed and all who hear it: a ring of its latest pieces, ready for the wire, made once.
//
// A listener is a place in the ring. Whoever falls behind by more than `lag` goes on at the newest
// piece and is told how many it missed; essential pieces are kept longer and sent all the same.
// Whoever finishes no piece for `stall` is let go. On the serving thread; only server/net includes
// this.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "server/net/outlet.h"
#include "server/streams/feed.h"

namespace tutti::net {

struct FeedLimits {
  std::int64_t lag_ns = 2'000'000'000;
  std::int64_t stall_ns = 30'000'000'000;
};
// Since the server began.
struct FeedCounts {
  std::uint64_t sent = 0, bytes = 0, skipped = 0, dropped = 0;
};

class Tap {
 public:
  Tap(std::shared_ptr<streams::Feed> feed, Framing framing, FeedLimits limits, FeedCounts& counts)
      : feed_(std::move(feed)), framing_(framing), limits_(limits), counts_(counts) {}

  const std::shared_ptr<streams::Feed>& feed() const { return feed_; }
  Framing framing() const { return framing_; }

  void push(const streams::Piece& piece);
  // The place of the first piece with a greater number; of the next one where there is none.
  std::uint64_t place_after(std::uint64_t number) const;
  // Sends what is new to about `most` listeners; true: some have not been served yet.
  bool serve(int most);
  // Once a second: lets go who stands still.
  void sweep();
  std::size_t listeners() const { return listeners_.size() - holes_; }
  bool queued = false;  // by the fan, to be served

 private:
  friend class Outlet;
  struct Slot {
    std::shared_ptr<const std::string> wire;  // null: nothing to send
    std::uint64_t number = 0;
    std::int64_t came = 0;
    bool last = false;
  };
  struct Kept {
    std::uint64_t place;
    std::shared_ptr<const std::string> wire;
    bool last;
  };
  std::uint64_t end() const { return base_ + ring_.size(); }
  void add(Outlet& outlet);
  void remove(Outlet& outlet);
  // Moves who is too far behind to the newest piece and says so; false: what it needs is gone.
  bool keep_up(Outlet& outlet, std::int64_t now);
  // The next piece from `cursor` on for somebody who catches up until `catch_up`; null: none yet.
  NextPiece next(std::uint64_t cursor, std::uint64_t catch_up) const;
  void tune(Outlet& outlet) const;
  void count(std::size_t size) {
    ++counts_.sent;
    counts_.bytes += size;
  }

  std::shared_ptr<streams::Feed> feed_;
  const Framing framing_;
  const FeedLimits limits_;
  FeedCounts& counts_;
  std::deque<Slot> ring_;
  std::uint64_t base_ = 0;  // place of the ring's first
  std::deque<Kept> essential_;
  std::uint64_t essential_from_ = 0;  // those before this place are gone
  std::vector<Outlet*> listeners_;
  std::size_t holes_ = 0;
  std::size_t position_ = 0;  // of the pass
  bool passing_ = false;
  std::uint64_t pass_end_ = 0;
  std::int64_t window_began_ = 0;  // of counting the feed's rate
  std::int64_t window_bytes_ = 0;
  std::int64_t bytes_per_second_ = 0;  // 0: not known yet
};

std::int64_t steady_ns();

}  // namespace tutti::net
