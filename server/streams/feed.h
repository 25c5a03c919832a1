// A stream of ready messages that many listeners share: made once, sent to all, never copied.
//
// server/streams publishes; server/net subscribes once a feed and hands each piece to its
// listeners. Thread-safe: sinks are called on the publisher's thread, in order, and must return at
// once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tutti::streams {

struct Piece {
  std::shared_ptr<const std::string> bytes;  // a whole message, Ogg page or run of MP3 frames
  bool text = false;                         // a WebSocket text message; else binary
  bool essential = false;                    // not dropped for a slow listener (headers, words)
  bool last = false;                         // the feed ends with it; listeners are let go
  std::int64_t made_ns = 0;                  // steady clock, when it was published
  // Counted by the feed from 1 as it publishes. In an opening: that of the last piece published
  // before it was made (0: none yet), so that a newcomer hears nothing twice and misses nothing; a
  // piece of an opening may be without bytes and say just that. 0 in all: not counted.
  std::uint64_t number = 0;
};

class Feed {
 public:
  using Sink = std::function<void(const Piece&)>;
  virtual ~Feed() = default;
  virtual std::uint64_t subscribe(Sink) = 0;
  virtual void unsubscribe(std::uint64_t) = 0;
  // What a newcomer is sent before the pieces that follow: headers, and enough of the recent past
  // to begin at once.
  virtual std::vector<Piece> opening() = 0;
  // A listener came (+1) or went (-1); a channel without listeners rests.
  virtual void listeners(int change) = 0;
  // What a listener is told that was skipped to the live edge; null: nothing (HTTP).
  virtual std::shared_ptr<const std::string> skipped(std::int64_t pieces) = 0;
};

}  // namespace tutti::streams
