// What all channels of a server share: options, clock, threads, and the count of those that play.
#pragma once

#include <atomic>
#include <memory>

#include "server/streams/cluster.h"
#include "server/streams/inside.h"
#include "server/streams/schedule.h"

namespace tutti::streams {

struct Core {
  Core(Options options, Keeper& keeper, Inside inside)
      : options(std::move(options)),
        keeper(keeper),
        clock(std::move(inside.clock)),
        make_source(std::move(inside.make_source)),
        render(*clock, inside.render_threads),
        send(*clock, inside.send_threads),
        keep(*clock, inside.send_threads > 0 ? 1 : 0) {
    if (this->options.redis.empty()) return;
    if (auto address = redis_address(this->options.redis)) {
      cluster = std::make_unique<Cluster>(*address, this->options.node, *clock);
    } else {
      wrong_address =
          address.error().message + " This node plays by itself. " + address.error().next;
    }
  }

  void stop() {
    stopped = true;
    render.stop();
    send.stop();
    keep.stop();
  }

  const Options options;
  Keeper& keeper;  // not after stop()
  const std::shared_ptr<const Clock> clock;
  const MakeSource make_source;
  std::unique_ptr<Cluster> cluster;  // null: this machine alone
  std::string wrong_address;
  std::atomic<bool> stopped{false};
  std::atomic<int> playing{0};  // channels with listeners
  std::atomic<int> loaded{0};   // channels that hold a source
  Schedule render, send, keep;
};

}  // namespace tutti::streams
