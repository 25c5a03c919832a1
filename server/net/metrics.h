// Measurements in Prometheus' form, by prometheus-cpp. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace tutti::net {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  // `route` is a line of the route table, never a stranger's text: the number of series is bounded.
  void request(const std::string& route, const std::string& method, int status, double seconds);
  void received(double bytes);
  void sent(double bytes);
  void connections(double change);
  void sockets(double change);
  void socket_dropped();  // for reading too slowly
  // Listeners of feeds, and pieces since the last call: sent, skipped for slow listeners; listeners
  // that were let go.
  void feeds(double listeners_change, double sent, double skipped, double dropped);

  // A number that is asked for at each reading. Before the server starts.
  void watch(const std::string& name, const std::string& help, bool counter,
             std::function<double()> value);
  std::string text();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tutti::net
