// Many machines: who renders which channel, and how the others come by its sound.
//
// Redis holds a lease for each channel that some node plays (a key with a life of kLeaseMs, renewed
// each second), its control log and its last frame. The node with the lease renders; any other
// relays: it tells the owner which feeds it wants, subscribes to their pieces, and sends controls
// to the owner. Each wish lives kWishMs unless it is repeated. When an owner dies its lease runs
// out and a node that has listeners takes over from the log and frame in Redis. A node that loses
// its lease stops at once and relays.
//
// Redis away: nodes go on alone, each from what it has, so that nobody's music stops; controls then
// reach the own node's listeners only, and when Redis is back the lease decides whose channel goes
// on (what was asked of the others meanwhile is dropped).
//
// Threads: one looks after leases and wishes, one publishes, one hears. What a station calls
// returns at once, but for control(), load(), place_now() and keep(), which wait for Redis (each
// command at most half a second; control() two).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/json.h"
#include "server/streams/hub.h"
#include "server/streams/place.h"
#include "server/streams/redis.h"

namespace tutti::streams {

class Station;

enum class Role { unknown, alone, owner, relay };

class Cluster {
 public:
  static constexpr std::int64_t kLeaseMs = 3000;
  static constexpr std::int64_t kWishMs = 3000;
  static constexpr std::size_t kMostQueued = 16u << 20;  // bytes for a slow Redis

  Cluster(RedisAddress, std::string node, const Clock&);
  ~Cluster();
  void stop();  // gives its leases back

  const std::string& node() const { return node_; }
  // Looks after a channel from now on; it is told its role soon.
  void attend(const std::shared_ptr<Station>&);
  Role place_now(const std::shared_ptr<Station>&);
  void changed(const std::string& channel);  // a relay's listeners
  void release(const std::string& channel);  // it is not played here any more
  void forget(const std::string& channel);   // it is deleted everywhere
  // Empty while Redis answers.
  std::string trouble();

  // The log and frame that Redis holds; nothing: none, or away.
  std::optional<std::pair<stream::ControlLog, std::int64_t>> load(const std::string& channel);
  void keep(const std::string& channel, const stream::ControlLog&, std::int64_t frame);  // all
  void keep(const std::string& channel, const std::deque<stream::LogEntry>&,
            std::optional<std::int64_t> frame);
  // Asks the owner.
  Result<Asked> control(const std::string& channel, const std::vector<stream::Change>&,
                        std::optional<std::uint64_t> seed);

 private:
  struct Remote {  // a feed that other nodes want of us
    std::shared_ptr<Hub> hub;
    std::map<std::string, std::pair<int, std::int64_t>> nodes;  // listeners, until (ns)
    int counted = 0;
  };
  struct Wish {  // a feed that we want of its owner
    bool subscribed = false;
    bool opened = false;
    std::uint64_t heard = 0;
    std::int64_t said_ns = 0;
    int said = 0;
    std::vector<std::pair<std::uint64_t, Item>> early;
  };
  struct Seat {
    std::weak_ptr<Station> station;
    Role role = Role::unknown;
    std::string owner;
    std::int64_t looked_ns = 0;
    std::map<Place, Remote> remotes;
    std::map<Place, Wish> wishes;
  };
  struct Answer {
    bool done = false;
    json::value value;
  };

  // cluster.cpp: leases.
  void look_loop();
  Role seek(const std::string& channel, std::string& owner);  // asks Redis
  void settle(const std::string& channel, Role, const std::string& owner);
  std::optional<RedisReply> command(const Redis::Words&);
  // cluster_talk.cpp: pieces and words between nodes.
  void publish_loop();
  void hear_loop();
  void publish(std::string channel, std::string bytes, bool may_drop);
  void say_to(const std::string& node, const json::object&, std::string tail = {});
  void wish(const std::string& channel);
  void heard(const std::string& channel, const std::string& bytes);
  void heard_piece(const std::string& channel, const Place&, std::string_view bytes);
  void heard_words(const json::object&, std::string_view tail);
  void on_want(const json::object&);
  void on_opening(const json::object&, std::string_view tail);
  void on_control(const json::object&);
  void count_remotes(Seat&, std::int64_t now);
  void open(const std::string& channel, const Place&, Wish&, std::uint64_t number,
            std::vector<std::pair<std::uint64_t, Item>>);

  const RedisAddress address_;
  const std::string node_;
  const Clock& clock_;
  std::atomic<bool> stopping_{false};

  std::mutex redis_mutex_;
  Redis redis_;
  std::atomic<bool> away_{false};

  std::mutex mutex_;  // seats and answers; never held while a station is called
  std::condition_variable wake_, answered_;
  bool fresh_ = false;
  std::map<std::string, Seat> seats_;
  std::map<std::string, Answer> answers_;
  std::uint64_t next_request_ = 1;

  std::mutex queue_mutex_;
  std::condition_variable queued_;
  std::deque<std::pair<std::string, std::string>> queue_;
  std::size_t queue_bytes_ = 0;

  std::mutex topics_mutex_;
  std::vector<Redis::Words> topics_;  // SUBSCRIBE and UNSUBSCRIBE to be sent by the hearing thread
  int wake_fd_ = -1;

  std::thread looker_, publisher_, hearer_;
};

}  // namespace tutti::streams
