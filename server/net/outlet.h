// What leaves through one connection, in order and whole: messages to it alone, Beast's own frames,
// and the pieces of a feed that it shares with thousands.
//
// Everything goes out by a direct send that never waits; what the system does not take is kept
// until it does. There is one queue, so frames of different makers cannot interleave, also where
// the system takes a byte at a time. Pieces of a feed are not queued here at all: the tap (tap.h)
// holds them once, and an outlet is a place in its ring, so that a slow listener costs no more
// memory than a quick one. One frame of RFC 6455 a message, unmasked as a server's are, hence the
// same bytes for everybody. All on the serving thread; only server/net includes this.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "server/streams/feed.h"

namespace tutti::net {

namespace asio = boost::asio;
class Tap;

// A place in a WebSocket's frame header: kind of message and length, at most ten bytes.
struct FrameHead {
  std::array<char, 10> bytes{};
  std::uint8_t size = 0;
};
FrameHead frame_head(std::size_t payload, bool text);

// A piece that is due to a listener: where it stands in the ring of its tap.
struct NextPiece {
  const std::shared_ptr<const std::string>* wire = nullptr;  // null: none; pointing to null: empty
  std::uint64_t place = 0;
  bool last = false;
};

enum class Framing {
  websocket,  // every message in a frame
  plain,      // bytes as they are: the body of an HTTP answer
};

// Who waits for a write: a completion handler of any type.
class Done {
 public:
  virtual ~Done() = default;
  // Takes itself apart before it calls, so that its memory can be used again.
  virtual void call(std::unique_ptr<Done> self, boost::system::error_code code,
                    std::size_t count) = 0;
};
template <class Handler>
class DoneOf : public Done {
 public:
  explicit DoneOf(Handler handler) : handler_(std::move(handler)) {}
  void call(std::unique_ptr<Done> self, boost::system::error_code code,
            std::size_t count) override {
    Handler handler(std::move(handler_));
    self.reset();
    std::move(handler)(code, count);
  }

 private:
  Handler handler_;
};

class Outlet : public std::enable_shared_from_this<Outlet> {
 public:
  enum class Why { failed, slow, over, farewell };

  Outlet(asio::ip::tcp::socket socket, Framing framing)
      : framing_(framing), socket_(std::move(socket)) {}
  ~Outlet();
  Outlet(const Outlet&) = delete;

  asio::ip::tcp::socket& socket() { return socket_; }
  Framing framing() const { return framing_; }

  // Called once, when the connection broke (it is closed already), when its reader is hopelessly
  // slow, or when the feed is over and all of it is sent; and when a close frame is on its way,
  // after which no feed is heard. May close, not destroy, the outlet.
  std::function<void(Why)> ending;

  // A message to this one alone.
  void say(std::shared_ptr<const std::string> payload, bool text);
  // A frame of Beast's making, sent as it is; after a close frame nothing else is sent. `done` is
  // called later, never from within.
  void write(std::string bytes, std::unique_ptr<Done> done);
  // Bytes of say() that wait.
  std::size_t waiting() const { return waiting_; }
  // Forgets messages of say() that nothing was sent of yet.
  void forget();

  // An opening, then from piece `cursor` of the tap on. The tap outlives the outlet's stay.
  void follow(Tap& tap, std::uint64_t cursor, const std::vector<streams::Piece>& opening);
  void leave();  // the feed; what is half sent is finished

  void close();    // the socket, at once; waiting writes of Beast's are told
  void abandon();  // for the end of the server: nobody is told anything

 private:
  friend class Tap;
  struct Own {
    std::shared_ptr<const std::string> payload;
    FrameHead head;
    std::unique_ptr<Done> done;
    std::size_t size() const { return head.size + payload->size(); }
  };
  void pump();
  bool send_some();
  void take(std::size_t count, const NextPiece* pieces, std::size_t picked);
  void hold(const std::shared_ptr<const std::string>& wire, std::size_t sent, bool last);
  void finished(std::size_t size);
  void queue(std::shared_ptr<const std::string> payload, bool text);
  void block();
  void end(Why why);
  void tell(std::unique_ptr<Done> done, boost::system::error_code code, std::size_t count);
  bool idle() const { return !blocked_ && !closed_ && !held_ && own_.empty(); }

  // What the loop over all listeners looks at.
  Tap* tap_ = nullptr;
  std::uint64_t cursor_ = 0;                 // the next piece
  std::uint64_t catch_up_ = 0;               // before it only essential pieces are sent
  std::shared_ptr<const std::string> held_;  // a piece that is half sent
  std::size_t sent_ = 0;                     // of it, or of the first of own_
  std::int64_t stalled_since_ = 0;           // steady clock, nanoseconds; 0: it flows
  std::size_t place_ = 0;                    // among the tap's listeners
  bool blocked_ = false;                     // until the system takes more
  bool closed_ = false;
  bool farewell_ = false;  // a close frame is queued
  bool over_ = false;      // nothing follows what is held or queued
  bool told_ = false;
  bool tuned_ = false;
  const Framing framing_;
  std::size_t waiting_ = 0;
  std::list<Own> own_;
  asio::ip::tcp::socket socket_;
};

}  // namespace tutti::net
