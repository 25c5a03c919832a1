// A server with one feed and nothing else, and clients that look at every byte.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/net/server.h"

namespace tutti::test {

// A feed that says what the test wants it to.
class TestFeed : public streams::Feed {
 public:
  std::uint64_t subscribe(Sink sink) override;
  void unsubscribe(std::uint64_t) override;
  std::vector<streams::Piece> opening() override;
  void listeners(int change) override { change > 0 ? ++came : --present; }
  std::shared_ptr<const std::string> skipped(std::int64_t pieces) override;

  // Numbers it and hands it to the sinks; the number.
  std::uint64_t publish(std::string bytes, bool text = false, bool essential = false,
                        bool last = false);
  std::size_t subscriptions();

  std::vector<std::pair<std::string, bool>> greeting;  // bytes, text; sent to newcomers first
  bool numbered_greeting = false;  // "opening N" for N, the last number published
  std::atomic<int> came{0};        // listeners that were announced
  std::atomic<int> present{0};     // those whose opening is made and who have not gone

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, Sink>> sinks_;
  std::uint64_t token_ = 0, number_ = 0;
};

// /ws/feed (echoes text to who sent it; 50 messages a second), /feed.ogg (the feed as a body) and
// /hello (a word).
class FanHouse {
 public:
  explicit FanHouse(net::ServerOptions options = {});
  ~FanHouse();
  int port() const { return server->port(); }
  double metric(const std::string& name);

  std::shared_ptr<TestFeed> feed = std::make_shared<TestFeed>();
  std::atomic<int> heard{0};   // messages
  std::atomic<int> closed{0};  // sockets
  net::Log log{net::Log::Form::quiet};
  net::Metrics metrics;
  std::unique_ptr<net::Server> server;
  std::thread thread;
};

// A TCP connection; `receive_buffer` in bytes, 0: the system's own idea.
class Wire {
 public:
  explicit Wire(int port, int receive_buffer = 0);
  ~Wire() { close(); }
  Wire(const Wire&) = delete;
  bool good() const { return fd_ >= 0; }
  bool send(const std::string& bytes);
  // Up to `most` bytes; empty at the end.
  std::string read(std::size_t most);
  bool read_exactly(std::size_t count, std::string& bytes);
  bool waiting() const;  // whether there is something to read, or the end
  void close();          // at once, without a farewell

 private:
  int fd_ = -1;
};

// A WebSocket listener that takes `step` bytes at a time and checks every frame against RFC 6455:
// no reserved bits, no fragments, no mask, the shortest length, known kinds, small control frames,
// nothing after a close frame.
class StrictListener {
 public:
  struct Frame {
    int kind = 0;  // 1 text, 2 binary, 8 close, 9 ping, 10 pong; 0: the end
    std::string payload;
  };
  StrictListener(int port, int receive_buffer = 0, std::size_t step = 4096);
  bool good() const { return good_; }
  Frame next();
  bool say(const std::string& text) { return write(1, text); }
  bool ping(const std::string& words) { return write(9, words); }
  bool close_politely() { return write(8, std::string("\x03\xe8", 2)); }
  Wire& wire() { return wire_; }
  const std::string& fault() const { return fault_; }  // what was against the standard

  std::size_t step;

 private:
  bool write(int kind, const std::string& payload);
  bool fill(std::size_t count);
  Wire wire_;
  bool good_ = false;
  bool closed_ = false;
  std::string pending_, fault_;
};

// Waits, however long it takes.
void until(const std::function<bool()>& so);

}  // namespace tutti::test
