#include "server/net/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sstream>
#include <vector>

namespace tutti::net {

struct Metrics::State {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("tutti_http_requests_total")
                                                          .Help("Requests answered.")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram()
          .Name("tutti_http_request_seconds")
          .Help("Time from a request's header to its last byte.")
          .Register(registry);
  prometheus::Counter& received = prometheus::BuildCounter()
                                      .Name("tutti_http_received_bytes_total")
                                      .Help("Bytes of bodies received.")
                                      .Register(registry)
                                      .Add({});
  prometheus::Counter& sent = prometheus::BuildCounter()
                                  .Name("tutti_http_sent_bytes_total")
                                  .Help("Bytes of bodies sent.")
                                  .Register(registry)
                                  .Add({});
  prometheus::Gauge& connections = prometheus::BuildGauge()
                                       .Name("tutti_connections")
                                       .Help("Open connections.")
                                       .Register(registry)
                                       .Add({});
  prometheus::Gauge& sockets = prometheus::BuildGauge()
                                   .Name("tutti_websockets")
                                   .Help("Open WebSockets.")
                                   .Register(registry)
                                   .Add({});
  prometheus::Counter& dropped = prometheus::BuildCounter()
                                     .Name("tutti_websockets_dropped_total")
                                     .Help("WebSockets closed because they read too slowly.")
                                     .Register(registry)
                                     .Add({});
  prometheus::Gauge& listeners = prometheus::BuildGauge()
                                     .Name("tutti_stream_listeners")
                                     .Help("Connections that hear a stream.")
                                     .Register(registry)
                                     .Add({});
  prometheus::Counter& pieces = prometheus::BuildCounter()
                                    .Name("tutti_stream_messages_total")
                                    .Help("Messages of streams sent to listeners.")
                                    .Register(registry)
                                    .Add({});
  prometheus::Counter& skipped = prometheus::BuildCounter()
                                     .Name("tutti_stream_skipped_total")
                                     .Help("Messages that slow listeners missed.")
                                     .Register(registry)
                                     .Add({});
  prometheus::Counter& let_go = prometheus::BuildCounter()
                                    .Name("tutti_stream_dropped_total")
                                    .Help("Listeners let go because nothing moved.")
                                    .Register(registry)
                                    .Add({});
  struct Watched {
    std::function<double()> value;
    prometheus::Gauge* gauge = nullptr;
    prometheus::Counter* counter = nullptr;
  };
  std::vector<Watched> watched;
  std::mutex mutex;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::request(const std::string& route, const std::string& method, int status,
                      double seconds) {
  state_->requests.Add({{"route", route}, {"method", method}, {"status", std::to_string(status)}})
      .Increment();
  state_->seconds
      .Add({{"route", route}},
           prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                   0.25, 0.5, 1, 2.5, 10})
      .Observe(seconds);
}
void Metrics::received(double bytes) {
  state_->received.Increment(bytes);
}
void Metrics::sent(double bytes) {
  state_->sent.Increment(bytes);
}
void Metrics::connections(double change) {
  state_->connections.Increment(change);
}
void Metrics::sockets(double change) {
  state_->sockets.Increment(change);
}
void Metrics::socket_dropped() {
  state_->dropped.Increment();
}
void Metrics::feeds(double listeners_change, double sent, double skipped, double dropped) {
  state_->listeners.Increment(listeners_change);
  state_->pieces.Increment(sent);
  state_->skipped.Increment(skipped);
  state_->let_go.Increment(dropped);
}

void Metrics::watch(const std::string& name, const std::string& help, bool counter,
                    std::function<double()> value) {
  State::Watched watched{std::move(value)};
  if (counter) {
    watched.counter =
        &prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry).Add({});
  } else {
    watched.gauge =
        &prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry).Add({});
  }
  state_->watched.push_back(std::move(watched));
}

std::string Metrics::text() {
  std::lock_guard lock(state_->mutex);
  for (const auto& watched : state_->watched) {
    const double now = watched.value();
    if (watched.gauge) {
      watched.gauge->Set(now);
    } else if (const double before = watched.counter->Value(); now > before) {
      watched.counter->Increment(now - before);
    }
  }
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace tutti::net
