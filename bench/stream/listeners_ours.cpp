// The server as it is, with feeds that publish Opus-sized messages.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include "bench/stream/listeners_common.h"
#include "server/net/server.h"

namespace tutti::bench {
namespace {

class Packets : public streams::Feed {
 public:
  std::uint64_t subscribe(Sink sink) override {
    std::lock_guard lock(mutex_);
    sink_ = std::move(sink);
    return 1;
  }
  void unsubscribe(std::uint64_t) override {
    std::lock_guard lock(mutex_);
    sink_ = nullptr;
  }
  std::vector<streams::Piece> opening() override { return {}; }
  void listeners(int change) override { listeners_ += change; }
  std::shared_ptr<const std::string> skipped(std::int64_t) override { return nullptr; }
  void publish(int message_ms) {
    streams::Piece piece;
    piece.made_ns = now_ns();
    piece.bytes = std::make_shared<const std::string>(message(message_ms, piece.made_ns));
    std::lock_guard lock(mutex_);
    piece.number = ++number_;
    if (sink_) sink_(piece);
  }

 private:
  std::mutex mutex_;
  Sink sink_;
  std::uint64_t number_ = 0;
  std::atomic<int> listeners_{0};
};

class Listener : public api::Socket {
 public:
  Listener(std::shared_ptr<api::Peer> peer, std::shared_ptr<streams::Feed> feed)
      : peer_(std::move(peer)), feed_(std::move(feed)) {}
  void start() override { peer_->follow(feed_); }
  void hear(std::string_view) override {}
  void closed() override {}

 private:
  std::shared_ptr<api::Peer> peer_;
  std::shared_ptr<streams::Feed> feed_;
};

double resident_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::atof(line.c_str() + 6);
  return 0;
}

double metric(const std::string& text, const std::string& name) {
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? 0 : std::atof(text.c_str() + at + name.size() + 2);
}

}  // namespace

int serve_ours(int message_ms, int phases) {
  std::vector<std::shared_ptr<Packets>> feeds;
  for (int i = 0; i < phases; ++i) feeds.push_back(std::make_shared<Packets>());
  std::atomic<std::size_t> turn{0};
  api::Table table;
  api::SocketRoute route;
  route.path = "/ws/stream";
  route.limit = 4096;
  route.open = [&](const api::Call&,
                   std::shared_ptr<api::Peer> peer) -> Result<std::unique_ptr<api::Socket>> {
    // Asked once without a peer, before the handshake.
    const std::size_t at = peer ? turn++ : 0;
    return std::unique_ptr<api::Socket>(
        std::make_unique<Listener>(std::move(peer), feeds[at % feeds.size()]));
  };
  table.sockets.push_back(route);
  net::Log log(net::Log::Form::quiet);
  net::Metrics metrics;
  net::ServerOptions options;
  options.port = 0;
  options.threads = 2;
  net::Server server(table, {}, options, log, metrics);
  if (!server.listen()) return 1;
  std::thread serving([&] { server.run(); });
  std::atomic<bool> over{false};
  std::thread clock([&] {
    const std::int64_t step = std::int64_t{message_ms} * 1'000'000 / phases;
    std::int64_t next = now_ns();
    for (std::size_t slot = 0; !over; ++slot) {
      feeds[slot % feeds.size()]->publish(message_ms);
      next += step;
      sleep_until_ns(next);
    }
  });
  const double empty = resident_kilobytes();
  std::cout << server.port() << std::endl;
  std::string line;
  std::getline(std::cin, line);
  const double full = resident_kilobytes();
  const double skipped = metric(metrics.text(), "tutti_stream_skipped_total");
  const double cpu = cpu_seconds();
  const std::int64_t began = now_ns();
  std::getline(std::cin, line);
  const double spent = cpu_seconds() - cpu;
  const double seconds = static_cast<double>(now_ns() - began) * 1e-9;
  const std::string text = metrics.text();
  const double listeners = metric(text, "tutti_stream_listeners");
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::cout << "{\"cpu\":" << spent << ",\"seconds\":" << seconds
            << ",\"rss_kb\":" << usage.ru_maxrss
            << ",\"kb_per_listener\":" << (full - empty) / std::max(1.0, listeners)
            << ",\"skipped\":" << metric(text, "tutti_stream_skipped_total") - skipped << "}"
            << std::endl;
  over = true;
  clock.join();
  server.stop();
  serving.join();
  return 0;
}

}  // namespace tutti::bench
