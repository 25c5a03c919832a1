// A whole server inside the test, on a port of its own and a library of its own; no workers.
#pragma once

#include <atomic>
#include <thread>

#include "server/api/stream_keeper.h"
#include "server/net/server.h"
#include "server/rooms/rooms.h"
#include "tests/server/client.h"
#include "tests/server/scratch.h"

namespace tutti::test {

class House {
 public:
  explicit House(
      net::ServerOptions options = {},
      std::function<stream::Materials()> materials = [] { return stream::Materials{}; }) {
    store = std::move(*store::Store::open(scratch / "library"));
    rooms = std::make_unique<rooms::Rooms>(*store);
    queue = std::make_unique<jobs::Queue>(*store, [] {});
    transports = std::make_unique<rooms::Transports>(*rooms, api::transport_text,
                                                     [this] { return clock.load(); });
    api::Services services;
    services.store = store.get();
    services.rooms = rooms.get();
    services.transports = transports.get();
    services.queue = queue.get();
    keeper = std::make_unique<api::StreamKeeper>(*store);
    if (!keeper->open()) std::abort();
    streams::Options streaming;
    streaming.materials = std::move(materials);
    streams = std::make_unique<streams::Streams>(streaming, *keeper);
    services.streams = streams.get();
    stems = std::make_unique<jobs::Stems>(*store, [] {});
    services.stems = stems.get();
    bands = std::make_unique<rooms::Bands>(api::band_writer(), api::band_clock);
    services.bands = bands.get();
    services.metrics = [this] { return metrics.text(); };
    options.port = 0;
    table = api::make_table(services);
    server = std::make_unique<net::Server>(table, services, options, log, metrics);
    listening = server->listen().ok();
    thread = std::thread([this] { server->run(); });
  }
  ~House() {
    server->stop();
    thread.join();
    server.reset();
  }
  int port() const { return server->port(); }

  // A new project's id.
  std::string project(const std::string& title = "Song") {
    const auto made = post_json(port(), "/api/projects", "{\"title\":\"" + title + "\"}").json();
    return std::string(made.at("id").as_string().c_str());
  }

  Scratch scratch;
  std::atomic<std::int64_t> clock{0};  // of the transports, nanoseconds; stands still by itself
  net::Log log{net::Log::Form::quiet};
  net::Metrics metrics;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<rooms::Rooms> rooms;
  std::unique_ptr<rooms::Transports> transports;
  std::unique_ptr<jobs::Queue> queue;
  std::unique_ptr<api::StreamKeeper> keeper;
  std::unique_ptr<streams::Streams> streams;
  std::unique_ptr<jobs::Stems> stems;
  std::unique_ptr<rooms::Bands> bands;
  api::Table table;
  std::unique_ptr<net::Server> server;
  bool listening = false;
  std::thread thread;
};

// {"at":"<n>.<actor>","op":"add",…}: a track.
inline std::string track(int n, const std::string& actor = "a") {
  return "{\"at\":\"" + std::to_string(n) + "." + actor +
         "\",\"op\":\"add\",\"kind\":\"track\",\"set\":{\"parent\":\"0.0\",\"name\":\"T" +
         std::to_string(n) + "\"}}";
}

}  // namespace tutti::test
