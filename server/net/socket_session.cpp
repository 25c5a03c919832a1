// One WebSocket: messages in one at a time, messages out in order, one write in flight.
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>

#include "engine/base/json.h"
#include "server/net/shared.h"

namespace tutti::net {
namespace {

namespace websocket = beast::websocket;
using WebSocket = websocket::stream<beast::tcp_stream, false>;

class SocketSession : public Stoppable, public std::enable_shared_from_this<SocketSession> {
 public:
  SocketSession(std::shared_ptr<Shared> shared, beast::tcp_stream stream)
      : shared_(std::move(shared)), socket_(std::move(stream)), wake_(shared_->io) {
    wake_.expires_at(asio::steady_timer::time_point::max());
    shared_->sessions.insert(this);
    shared_->metrics.sockets(1);
  }
  ~SocketSession() override {
    shared_->sessions.erase(this);
    shared_->metrics.sockets(-1);
    if (feed_) {
      feed_->unsubscribe(token_);
      feed_->listeners(-1);
    }
  }

  void stop() override {
    close(websocket::close_reason(websocket::close_code::going_away, "The server stops."));
  }

  // Everything below runs on the serving thread.
  void following(std::shared_ptr<streams::Feed> feed, std::uint64_t token) {
    feed_ = std::move(feed);
    token_ = token;
  }
  void send(std::shared_ptr<const std::string> message, bool text = true) {
    if (closing_ || !message) return;
    waiting_bytes_ += message->size();
    queue_.push_back({std::move(message), text});
    if (waiting_bytes_ > shared_->options.socket_bytes && queue_.size() > 1) {
      // It reads too slowly. Nothing is lost: it comes back and asks for what it missed.
      shared_->metrics.socket_dropped();
      shared_->log.write(LogLevel::info, "socket_dropped",
                         "A page that read too slowly was disconnected.");
      close(websocket::close_reason(websocket::close_code::try_again_later,
                                    "Too slow; come back with since."));
      return;
    }
    wake_.cancel();
  }

  void close(const websocket::close_reason& reason) {
    if (closing_) return;
    closing_ = true;
    reason_ = reason;
    wake_.cancel();
    // Whoever does not take the farewell is cut off.
    auto timer = std::make_shared<asio::steady_timer>(shared_->io, std::chrono::seconds(2));
    timer->async_wait([self = weak_from_this(), timer](boost::system::error_code) {
      if (const auto session = self.lock()) beast::get_lowest_layer(session->socket_).close();
    });
  }

  asio::awaitable<void> run(beast::http::request<beast::http::empty_body> request,
                            const api::SocketRoute& route, api::Call call,
                            std::shared_ptr<api::Peer> peer);
  asio::awaitable<void> write();

 private:
  std::shared_ptr<Shared> shared_;
  WebSocket socket_;
  asio::steady_timer wake_;
  std::deque<std::pair<std::shared_ptr<const std::string>, bool>> queue_;
  std::shared_ptr<streams::Feed> feed_;
  std::uint64_t token_ = 0;
  std::size_t waiting_bytes_ = 0;
  bool closing_ = false;
  bool over_ = false;
  websocket::close_reason reason_;
};

// What the rooms hold: any thread may call it, also when the session is long gone.
class SocketPeer : public api::Peer {
 public:
  SocketPeer(std::weak_ptr<SocketSession> session, asio::io_context& io)
      : session_(std::move(session)), io_(io) {}
  void send(std::shared_ptr<const std::string> message) override {
    if (const auto session = session_.lock())
      asio::post(io_, [session, message = std::move(message)] { session->send(message); });
  }
  void follow(std::shared_ptr<streams::Feed> feed) override {
    const auto session = session_.lock();
    if (!session) return;
    const auto hear = [session = session_, &io = io_](const streams::Piece& piece) {
      if (const auto alive = session.lock())
        asio::post(io, [alive, piece] { alive->send(piece.bytes, piece.text); });
    };
    const std::uint64_t token = feed->subscribe(hear);
    feed->listeners(1);
    for (const auto& piece : feed->opening()) hear(piece);
    asio::post(io_, [session, feed, token] { session->following(feed, token); });
  }
  void dismiss(std::string_view reason) override {
    if (const auto session = session_.lock())
      asio::post(io_, [session, words = std::string(reason.substr(0, 120))] {
        session->close(websocket::close_reason(websocket::close_code::normal, words));
      });
  }

 private:
  std::weak_ptr<SocketSession> session_;
  asio::io_context& io_;
};

asio::awaitable<void> SocketSession::write() {
  const auto self = shared_from_this();
  boost::system::error_code code;
  while (!over_) {
    if (!queue_.empty()) {
      const auto [message, text] = queue_.front();
      socket_.text(text);
      co_await socket_.async_write(asio::buffer(*message),
                                   asio::redirect_error(asio::use_awaitable, code));
      if (code) break;
      shared_->metrics.sent(static_cast<double>(message->size()));
      waiting_bytes_ -= message->size();
      queue_.pop_front();
      // What was said before the farewell is still told, unless the reader is the slow one.
      if (closing_ && reason_.code == websocket::close_code::try_again_later) queue_.clear();
      continue;
    }
    if (closing_) {
      co_await socket_.async_close(reason_, asio::redirect_error(asio::use_awaitable, code));
      break;
    }
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, code));
  }
  if (code) beast::get_lowest_layer(socket_).close();
}

asio::awaitable<void> SocketSession::run(beast::http::request<beast::http::empty_body> request,
                                         const api::SocketRoute& route, api::Call call,
                                         std::shared_ptr<api::Peer> peer) {
  const auto self = shared_from_this();
  boost::system::error_code code;
  beast::get_lowest_layer(socket_).expires_never();
  websocket::stream_base::timeout timeouts{};
  timeouts.handshake_timeout = shared_->options.timeouts.header;
  timeouts.idle_timeout = shared_->options.timeouts.socket_idle;
  timeouts.keep_alive_pings = true;
  socket_.set_option(timeouts);
  socket_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
    response.set(beast::http::field::server, "Tutti");
  }));
  socket_.read_message_max(static_cast<std::size_t>(route.limit));
  socket_.auto_fragment(false);

  Result<std::unique_ptr<api::Socket>> opened = std::unique_ptr<api::Socket>();
  std::function<void()> work = [&] { opened = route.open(call, peer); };
  co_await run_on(shared_->pool, work);
  if (!opened) {
    // Found out between the check and now, such as a project deleted meanwhile.
    beast::get_lowest_layer(socket_).close();
    co_return;
  }
  const std::unique_ptr<api::Socket> handler = std::move(*opened);
  co_await socket_.async_accept(request, asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return;
  socket_.text(true);
  asio::co_spawn(shared_->io, write(), asio::detached);
  if (shared_->stopping) stop();
  work = [&] { handler->start(); };
  co_await run_on(shared_->pool, work);

  beast::flat_buffer buffer;
  for (;;) {
    const std::size_t count =
        co_await socket_.async_read(buffer, asio::redirect_error(asio::use_awaitable, code));
    if (code) break;
    shared_->metrics.received(static_cast<double>(count));
    if (!socket_.got_text()) {
      close(
          websocket::close_reason(websocket::close_code::unknown_data, "Only text is understood."));
      buffer.clear();
      continue;
    }
    const auto data = buffer.cdata();
    const std::string_view text(static_cast<const char*>(data.data()), data.size());
    work = [&] { handler->hear(text); };
    co_await run_on(shared_->pool, work);
    buffer.clear();
  }
  over_ = true;
  wake_.cancel();
  work = [&] { handler->closed(); };
  co_await run_on(shared_->pool, work);
}

}  // namespace

Result<void> check_upgrade(const Header& header) {
  beast::http::request<beast::http::empty_body> probe(header);
  if (websocket::is_upgrade(probe) && header["Sec-WebSocket-Version"] == "13" &&
      !header["Sec-WebSocket-Key"].empty())
    return {};
  return Error{Code::wrong_usage, "This address speaks WebSocket.",
               "Open it with a WebSocket client."};
}

asio::awaitable<void> serve_socket(std::shared_ptr<Shared> shared, beast::tcp_stream stream,
                                   beast::http::request<beast::http::empty_body> request,
                                   const api::SocketRoute& route, api::Call call) {
  auto session = std::make_shared<SocketSession>(shared, std::move(stream));
  auto peer = std::make_shared<SocketPeer>(session, shared->io);
  co_await session->run(std::move(request), route, std::move(call), peer);
}

}  // namespace tutti::net
