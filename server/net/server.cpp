#include "server/net/server.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <sys/resource.h>
#include <unistd.h>

#include "server/net/shared.h"

namespace tutti::net {

using asio::ip::tcp;

namespace {

// Connections that this process may have open, after raising its limit as far as is needed and
// allowed; some files are for the library, its workers and the page.
std::size_t descriptors(const ServerOptions& options) {
  constexpr rlim_t kOthers = 256;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return options.most_connections;
  const rlim_t wanted = options.most_connections + kOthers;
  if (limit.rlim_cur < wanted) {
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  }
  return static_cast<std::size_t>(limit.rlim_cur > 2 * kOthers ? limit.rlim_cur - kOthers
                                                               : limit.rlim_cur / 2);
}

}  // namespace

asio::awaitable<void> run_on(asio::thread_pool& pool, std::function<void()> work) {
  std::exception_ptr thrown;
  auto initiate = [&pool, &work, &thrown](auto handler) {
    // The serving thread must not run dry while it waits for the pool.
    auto back = asio::prefer(asio::get_associated_executor(handler),
                             asio::execution::outstanding_work.tracked);
    asio::post(pool, [&work, &thrown, back, handler = std::move(handler)]() mutable {
      try {
        work();
      } catch (...) {
        thrown = std::current_exception();
      }
      asio::post(back, std::move(handler));
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate,
                                                                       asio::use_awaitable);
  if (thrown) std::rethrow_exception(thrown);
}

struct Server::State {
  State(api::Table t, api::Services s, ServerOptions o, Log& l, Metrics& m)
      : shared(std::make_shared<Shared>(std::move(t), std::move(s), std::move(o), l, m)),
        acceptor(shared->io),
        deadline(shared->io) {}
  std::shared_ptr<Shared> shared;
  tcp::acceptor acceptor;
  asio::steady_timer deadline;
  std::optional<asio::signal_set> signals;
  std::size_t connections = 0;
  std::size_t most_connections = 0;
  int port = 0;

  asio::awaitable<void> accept();
  void connection_over();
  void begin_stop();
  void wait_for_signal();
};

Server::Server(api::Table table, api::Services services, ServerOptions options, Log& log,
               Metrics& metrics) {
  boost::system::error_code code;
  const auto address =
      asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, code);
  options.gate.loopback = !code && address.is_loopback();
  state_ = std::make_shared<State>(std::move(table), std::move(services), std::move(options), log,
                                   metrics);
}

Server::~Server() {
  const std::shared_ptr<Shared> shared = state_->shared;
  // Connections that outlived the shutdown: queues that hold them up are broken first.
  const auto sessions = shared->sessions;
  for (Stoppable* session : sessions)
    if (shared->sessions.contains(session)) session->abandon();
  shared->pool.join();
  state_.reset();
  // Connections that outlived the shutdown are coroutines that hold `shared`; they go with this.
  shared->fan.reset();
  shared->io_holder.reset();
}

Result<void> Server::listen() {
  const ServerOptions& options = state_->shared->options;
  state_->most_connections = std::min(options.most_connections, descriptors(options));
  boost::system::error_code code;
  const auto address =
      asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, code);
  if (code)
    return Error{Code::wrong_usage, "\"" + options.host + "\" is no address of this computer.",
                 "Use 127.0.0.1 (this computer alone) or 0.0.0.0 (everybody who reaches it)."};
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    const int port = options.port == 0 ? 0 : options.port + i;
    if (port > 65535) break;
    const tcp::endpoint endpoint(address, static_cast<unsigned short>(port));
    state_->acceptor = tcp::acceptor(state_->shared->io);
    state_->acceptor.open(endpoint.protocol(), code);
    if (!code) state_->acceptor.set_option(tcp::acceptor::reuse_address(true), code);
    if (!code) state_->acceptor.bind(endpoint, code);
    if (!code) state_->acceptor.listen(4096, code);
    if (!code) {
      state_->port = state_->acceptor.local_endpoint().port();
      asio::co_spawn(state_->shared->io, state_->accept(), asio::detached);
      return {};
    }
    if (code != asio::error::address_in_use || !options.next_port) break;
  }
  if (code == asio::error::address_in_use)
    return Error{Code::conflict,
                 "The port " + std::to_string(options.port) + " is taken by another program.",
                 "End it, or choose another with --port."};
  return Error{Code::io,
               "The server cannot listen at " + options.host + ":" + std::to_string(options.port) +
                   ": " + code.message() + ".",
               "Choose another address or port with --host and --port."};
}

int Server::port() const {
  return state_->port;
}

std::string Server::address() const {
  const std::string& host = state_->shared->options.host;
  return "http://" + (host.find(':') != std::string::npos ? "[" + host + "]" : host) + ":" +
         std::to_string(state_->port);
}

asio::awaitable<void> Server::State::accept() {
  while (acceptor.is_open()) {
    boost::system::error_code code;
    tcp::socket socket =
        co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, code));
    if (code == asio::error::no_descriptors || code == asio::error::no_memory) {
      // Nothing to be had for a moment; the connections that are open go on.
      asio::steady_timer pause(shared->io, std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, code));
      continue;
    }
    if (code) continue;
    if (connections >= most_connections) continue;  // closed by going out of scope
    socket.set_option(tcp::no_delay(true), code);
    ++connections;
    asio::co_spawn(shared->io, serve_connection(shared, beast::tcp_stream(std::move(socket))),
                   [this](std::exception_ptr thrown) {
                     if (thrown) {
                       try {
                         std::rethrow_exception(thrown);
                       } catch (const std::exception& exception) {
                         shared->log.write(LogLevel::error, "connection_failed", exception.what());
                       }
                     }
                     connection_over();
                   });
  }
}

void Server::State::connection_over() {
  --connections;
  if (shared->stopping && connections == 0) shared->io.stop();
}

void Server::State::begin_stop() {
  if (shared->stopping) return shared->io.stop();  // asked twice: at once
  shared->stopping = true;
  boost::system::error_code ignored;
  acceptor.close(ignored);
  if (connections == 0) return shared->io.stop();
  const auto sessions = shared->sessions;
  for (Stoppable* session : sessions) session->stop();
  deadline.expires_after(shared->options.timeouts.shutdown);
  deadline.async_wait([this](boost::system::error_code code) {
    if (!code) shared->io.stop();
  });
}

void Server::State::wait_for_signal() {
  signals->async_wait([this](boost::system::error_code code, int) {
    if (code) return;
    begin_stop();
    wait_for_signal();
  });
}

void Server::stop_on_signals() {
  state_->signals.emplace(state_->shared->io, SIGINT, SIGTERM);
  state_->wait_for_signal();
}

void Server::run() {
  state_->shared->io.run();
}

void Server::stop() {
  asio::post(state_->shared->io, [state = state_] { state->begin_stop(); });
}

}  // namespace tutti::net
