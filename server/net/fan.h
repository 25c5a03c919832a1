// All taps of a server: feeds are subscribed to once, their pieces cross to the serving thread
// once, and listeners are served in turns short enough that other connections are not kept waiting.
//
// Only server/net includes this.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "server/net/metrics.h"
#include "server/net/tap.h"

namespace tutti::net {

// Who hears which feed, for all threads.
struct FeedRegister {
  struct Entry {
    std::shared_ptr<Tap> tap;
    std::uint64_t token = 0;
    int members = 0;
  };
  std::mutex mutex;
  std::map<std::pair<streams::Feed*, Framing>, Entry> taps;
};

class Fan {
 public:
  Fan(asio::io_context& io, asio::thread_pool& pool, FeedLimits sockets, FeedLimits answers,
      Metrics& metrics);
  ~Fan();  // sinks that are called later do nothing

  // A listener's stay: counted and subscribed for from join() until the seat is destroyed, by any
  // thread.
  class Seat {
   public:
    ~Seat();
    const std::shared_ptr<Tap>& tap() const { return tap_; }

   private:
    friend class Fan;
    std::shared_ptr<Tap> tap_;
    std::vector<streams::Piece> opening_;
    std::shared_ptr<FeedRegister> register_;
    asio::thread_pool* pool_ = nullptr;
  };
  // From any thread; may block as Feed::opening does.
  std::shared_ptr<Seat> join(std::shared_ptr<streams::Feed> feed, Framing framing);

  // On the serving thread: the opening and what is new since. The outlet leaves before the seat
  // goes.
  void follow(Seat& seat, Outlet& outlet);

 private:
  // What sinks hold: it may outlive the fan.
  struct Inbox {
    std::mutex mutex;
    Fan* fan = nullptr;
    std::vector<std::pair<std::shared_ptr<Tap>, streams::Piece>> pieces;
  };
  void drain();
  void turn();
  void sweep();

  asio::io_context& io_;
  asio::thread_pool& pool_;
  const FeedLimits limits_[2];
  Metrics& metrics_;
  std::shared_ptr<Inbox> inbox_;
  std::shared_ptr<FeedRegister> register_;
  // On the serving thread alone.
  std::vector<std::weak_ptr<Tap>> known_;
  std::deque<std::shared_ptr<Tap>> due_;
  bool turning_ = false;
  asio::steady_timer timer_;
  bool sweeping_ = false;
  FeedCounts counts_, reported_;
  std::size_t reported_listeners_ = 0;
};

}  // namespace tutti::net
