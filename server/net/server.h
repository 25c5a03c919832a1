// The listening server: HTTP/1.1 and WebSocket over TCP, by Boost.Beast.
//
// One thread serves all connections; handlers of the route table run on a small pool of others, so
// that none waits for the disk. Slow, silent, oversized and ill-formed requests end with an answer
// and a closed connection, whatever the other side does. run() returns after stop() when what was
// being answered has been answered, at most `Timeouts::shutdown` later.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "server/api/routes.h"
#include "server/net/gate.h"
#include "server/net/log.h"
#include "server/net/metrics.h"

namespace tutti::net {

struct Timeouts {
  std::chrono::milliseconds first_byte{15'000};   // of a new connection
  std::chrono::milliseconds idle{60'000};         // between requests
  std::chrono::milliseconds header{10'000};       // from a header's first byte to its end
  std::chrono::milliseconds body_pause{15'000};   // without a byte of a body
  std::int64_t body_bytes_per_second = 1000;      // at least, on average, after the first pause
  std::chrono::milliseconds write{30'000};        // for each 256 KB that is sent
  std::chrono::milliseconds socket_idle{60'000};  // a WebSocket that answers no ping
  std::chrono::milliseconds stream_lag{2'000};    // a listener's, before it is moved to the edge
  std::chrono::milliseconds answer_lag{10'000};  // likewise of players, which buffer for themselves
  std::chrono::milliseconds stream_stall{30'000};  // a listener that finishes no piece
  std::chrono::milliseconds shutdown{5'000};
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 8420;             // 0: any that is free
  bool next_port = true;       // the next free one if taken
  std::filesystem::path page;  // folder of the built page; empty: none
  Gate gate;                   // `loopback` is found out from `host`
  Timeouts timeouts;
  std::size_t header_bytes = 16 << 10;
  // Above it newcomers are closed at once. Less where the system allows fewer open files; listen()
  // raises the soft limit of the process as far as this needs.
  std::size_t most_connections = 16'384;
  std::size_t socket_bytes = 8 << 20;  // that may wait for a slow WebSocket
  int threads = 4;                     // for handlers
};

class Server {
 public:
  Server(api::Table table, api::Services services, ServerOptions options, Log& log,
         Metrics& metrics);
  ~Server();

  // Binds and listens. wrong_usage (no such address), conflict (port taken), io.
  Result<void> listen();
  int port() const;
  std::string address() const;  // "http://127.0.0.1:8420"

  void stop_on_signals();  // SIGINT and SIGTERM; a second one ends at once
  void run();              // until stopped
  void stop();             // from any thread

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tutti::net
