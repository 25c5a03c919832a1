// What the sessions of one server share; only server/net includes this.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <functional>
#include <set>

#include "server/net/fan.h"
#include "server/net/server.h"
#include "server/net/static_files.h"

namespace tutti::net {

namespace asio = boost::asio;
namespace beast = boost::beast;

// A session that can be asked to end; all on the serving thread.
class Stoppable {
 public:
  virtual ~Stoppable() = default;
  virtual void stop() = 0;
  virtual void abandon() {}  // the serving thread has ended; nobody is to be told anything
};

struct Shared {
  Shared(api::Table t, api::Services s, ServerOptions o, Log& l, Metrics& m)
      : table(std::move(t)),
        services(std::move(s)),
        options(std::move(o)),
        files(options.page),
        log(l),
        metrics(m),
        pool(static_cast<std::size_t>(options.threads)) {}
  const api::Table table;
  const api::Services services;
  const ServerOptions options;
  StaticFiles files;
  Log& log;
  Metrics& metrics;
  // A pointer, so that what is left of sessions (which hold this) can be ended before the rest.
  std::unique_ptr<asio::io_context> io_holder = std::make_unique<asio::io_context>(1);
  asio::io_context& io = *io_holder;
  asio::thread_pool pool;
  std::unique_ptr<Fan> fan = std::make_unique<Fan>(io, pool, limits(options.timeouts.stream_lag),
                                                   limits(options.timeouts.answer_lag), metrics);
  std::set<Stoppable*> sessions;
  bool stopping = false;

 private:
  FeedLimits limits(std::chrono::nanoseconds lag) const {
    return {lag.count(), std::chrono::nanoseconds(options.timeouts.stream_stall).count()};
  }
};

using Header = beast::http::request_header<>;

// Runs `work` on the pool; the coroutine goes on where it was. Exceptions of `work` are thrown
// here.
asio::awaitable<void> run_on(asio::thread_pool& pool, std::function<void()> work);

asio::awaitable<void> serve_connection(std::shared_ptr<Shared> shared, beast::tcp_stream stream);
// Takes over a connection whose upgrade request has been checked.
asio::awaitable<void> serve_socket(std::shared_ptr<Shared> shared, asio::ip::tcp::socket socket,
                                   beast::http::request<beast::http::empty_body> request,
                                   const api::SocketRoute& route, api::Call call);
// Goes on with an HTTP answer that is a feed, its header being sent.
asio::awaitable<void> serve_feed(std::shared_ptr<Shared> shared, asio::ip::tcp::socket socket,
                                 std::shared_ptr<streams::Feed> feed);
// The answer to an upgrade that is refused, made by the HTTP session; checks without shaking hands.
Result<void> check_upgrade(const Header& header);

}  // namespace tutti::net
