// One connection to a Redis server, by hiredis (this file's twin is its only includer).
//
// Never waits longer than the time-out. A connection that broke is opened again by the next
// connect(). One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace tutti::streams {

struct RedisAddress {
  std::string host = "127.0.0.1";
  int port = 6379;
  int database = 0;
  std::string password;
};
// "redis://[:password@]host[:port][/database]"; bad_input.
Result<RedisAddress> redis_address(std::string_view url);

struct RedisReply {
  enum class Kind { nothing, text, number, list, error };
  Kind kind = Kind::nothing;
  std::string text;
  std::int64_t number = 0;
  std::vector<RedisReply> list;
};

class Redis {
 public:
  using Words = std::vector<std::string>;
  explicit Redis(RedisAddress, int timeout_ms = 500);
  ~Redis();
  Redis(const Redis&) = delete;
  Redis& operator=(const Redis&) = delete;

  // True: connected, perhaps already. After a failure the next try comes 0.3 s later at the
  // soonest, so that a host that does not even refuse costs its time-out now and then only.
  bool connect();
  bool connected() const;
  void close();
  // Nothing: the server is away (the connection is closed then).
  std::optional<RedisReply> command(const Words&);
  // Several at once in one round trip; their replies are not looked at. False: away.
  bool commands(const std::vector<Words>&);

  // For subscribers: sends without waiting for a reply, and takes the next message that came
  // within `wait_ms` or before `wake_fd` became readable. `connected()` tells silence from loss.
  bool send(const Words&);
  std::optional<RedisReply> next(int wait_ms, int wake_fd);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tutti::streams
