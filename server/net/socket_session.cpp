// One WebSocket: messages in one at a time, messages out in order, all through one queue
// (outlet.h).
#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>

#include "engine/base/json.h"
#include "server/net/shared.h"
#include "server/net/wire_stream.h"

namespace tutti::net {
namespace {

std::shared_ptr<const std::string> too_many_words(int most) {
  return std::make_shared<const std::string>(write_json(json::object{
      {"type", "error"},
      {"code", "too_many"},
      {"message", "Too many messages: more than " + std::to_string(most) + " a second."},
      {"next", "Slow down; what came too fast was not heard."}}));
}

namespace websocket = beast::websocket;
using WebSocket = websocket::stream<WireStream, false>;
using Clock = std::chrono::steady_clock;

class SocketSession : public Stoppable, public std::enable_shared_from_this<SocketSession> {
 public:
  SocketSession(std::shared_ptr<Shared> shared, asio::ip::tcp::socket socket)
      : shared_(std::move(shared)),
        outlet_(std::make_shared<Outlet>(std::move(socket), Framing::websocket)),
        socket_(outlet_) {
    shared_->sessions.insert(this);
    shared_->metrics.sockets(1);
  }
  ~SocketSession() override {
    outlet_->leave();
    shared_->sessions.erase(this);
    shared_->metrics.sockets(-1);
  }

  void stop() override {
    close(websocket::close_reason(websocket::close_code::going_away, "The server stops."));
  }
  void abandon() override {
    const auto outlet = outlet_;
    outlet->leave();
    seat_.reset();
    outlet->abandon();  // the session may be gone after this
  }

  // Everything below runs on the serving thread.
  void send(std::shared_ptr<const std::string> message) {
    if (closing_) return;
    const std::size_t size = message->size();
    outlet_->say(std::move(message), true);
    shared_->metrics.sent(static_cast<double>(size));
    if (outlet_->waiting() > shared_->options.socket_bytes && outlet_->waiting() > size) too_slow();
  }

  void follow(std::shared_ptr<Fan::Seat> seat) {
    if (closing_ || over_ || seat_) return;
    seat_ = std::move(seat);
    shared_->fan->follow(*seat_, *outlet_);
  }

  void close(const websocket::close_reason& reason) {
    if (closing_) return;
    closing_ = true;
    reason_ = reason;
    outlet_->leave();
    if (open_) farewell();
    // Whoever does not take the farewell is cut off.
    auto timer = std::make_shared<asio::steady_timer>(shared_->io, std::chrono::seconds(2));
    timer->async_wait([self = weak_from_this(), timer](boost::system::error_code) {
      if (const auto session = self.lock()) session->outlet_->close();
    });
  }

  asio::awaitable<void> run(beast::http::request<beast::http::empty_body> request,
                            const api::SocketRoute& route, api::Call call,
                            std::shared_ptr<api::Peer> peer);

 private:
  void too_slow() {
    // Nothing is lost: it comes back and asks for what it missed.
    shared_->metrics.socket_dropped();
    shared_->log.write(LogLevel::info, "socket_dropped",
                       "A page that read too slowly was disconnected.");
    close(websocket::close_reason(websocket::close_code::try_again_later,
                                  "Too slow; come back with since."));
  }
  void farewell() {
    // What was said before is still told, unless the reader is the slow one.
    if (reason_.code == websocket::close_code::try_again_later) outlet_->forget();
    socket_.async_close(reason_, [self = shared_from_this()](boost::system::error_code code) {
      if (code) self->outlet_->close();
    });
  }
  void ending(Outlet::Why why) {
    if (why == Outlet::Why::farewell) seat_.reset();
    if (why == Outlet::Why::slow) too_slow();
    if (why == Outlet::Why::over)
      close(websocket::close_reason(websocket::close_code::normal, "The stream is over."));
  }
  bool too_many(int most, Clock::time_point now);

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<Fan::Seat> seat_;
  std::shared_ptr<Outlet> outlet_;
  WebSocket socket_;
  bool open_ = false;
  bool closing_ = false;
  bool over_ = false;
  websocket::close_reason reason_;
  // Of the last second or so.
  double heard_ = 0;
  int refused_ = 0;
  Clock::time_point heard_at_{}, refused_at_{};
};

// What the rooms hold: any thread may call it, also when the session is long gone.
class SocketPeer : public api::Peer {
 public:
  SocketPeer(std::weak_ptr<SocketSession> session, Shared& shared)
      : session_(std::move(session)), shared_(shared) {}
  void send(std::shared_ptr<const std::string> message) override {
    if (const auto session = session_.lock())
      asio::post(shared_.io, [session, message = std::move(message)] { session->send(message); });
  }
  void dismiss(std::string_view reason) override {
    if (const auto session = session_.lock())
      asio::post(shared_.io, [session, words = std::string(reason.substr(0, 120))] {
        session->close(websocket::close_reason(websocket::close_code::normal, words));
      });
  }
  void follow(std::shared_ptr<streams::Feed> feed) override {
    const auto session = session_.lock();
    if (!session || !feed) return;
    asio::post(shared_.io,
               [session, seat = shared_.fan->join(std::move(feed), Framing::websocket)] {
                 session->follow(seat);
               });
  }

 private:
  std::weak_ptr<SocketSession> session_;
  Shared& shared_;  // alive as long as a session is
};

// Whether one more message within about a second would be more than `most`. Every message uses up
// one of `most`, which come back over a second.
bool SocketSession::too_many(int most, Clock::time_point now) {
  if (most <= 0) return false;
  heard_ -= std::chrono::duration<double>(now - heard_at_).count() * most;
  heard_ = std::max(0.0, heard_);
  heard_at_ = now;
  if (heard_ + 1 > most) return true;
  heard_ += 1;
  if (heard_ < 0.5 * most) refused_ = 0;
  return false;
}

asio::awaitable<void> SocketSession::run(beast::http::request<beast::http::empty_body> request,
                                         const api::SocketRoute& route, api::Call call,
                                         std::shared_ptr<api::Peer> peer) {
  const auto self = shared_from_this();
  boost::system::error_code code;
  outlet_->ending = [session = weak_from_this()](Outlet::Why why) {
    if (const auto alive = session.lock()) alive->ending(why);
  };
  websocket::stream_base::timeout timeouts{};
  timeouts.handshake_timeout = shared_->options.timeouts.header;
  timeouts.idle_timeout = shared_->options.timeouts.socket_idle;
  timeouts.keep_alive_pings = true;
  socket_.set_option(timeouts);
  socket_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
    response.set(beast::http::field::server, "Tutti");
  }));
  socket_.read_message_max(static_cast<std::size_t>(route.limit));

  Result<std::unique_ptr<api::Socket>> opened = std::unique_ptr<api::Socket>();
  std::function<void()> work = [&] { opened = route.open(call, peer); };
  co_await run_on(shared_->pool, work);
  if (!opened) {
    // Found out between the check and now, such as a project deleted meanwhile.
    outlet_->close();
    co_return;
  }
  const std::unique_ptr<api::Socket> handler = std::move(*opened);
  co_await socket_.async_accept(request, asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return;
  request = {};
  open_ = true;
  if (closing_) farewell();
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
    const auto now = Clock::now();
    if (too_many(route.messages_per_second, now)) {
      // Told once a second; whoever does not listen to that either is let go.
      if (now - refused_at_ > std::chrono::seconds(1)) {
        refused_at_ = now;
        send(too_many_words(route.messages_per_second));
      }
      if (++refused_ > 5 * route.messages_per_second)
        close(websocket::close_reason(websocket::close_code::policy_error, "Too many messages."));
      buffer.clear();
      continue;
    }
    const auto data = buffer.cdata();
    const std::string_view text(static_cast<const char*>(data.data()), data.size());
    work = [&] { handler->hear(text); };
    co_await run_on(shared_->pool, work);
    buffer.clear();
    // A listener says little and stays long.
    if (buffer.capacity() > 16384) buffer.shrink_to_fit();
  }
  over_ = true;
  outlet_->leave();
  seat_.reset();
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

asio::awaitable<void> serve_socket(std::shared_ptr<Shared> shared, asio::ip::tcp::socket socket,
                                   beast::http::request<beast::http::empty_body> request,
                                   const api::SocketRoute& route, api::Call call) {
  auto session = std::make_shared<SocketSession>(shared, std::move(socket));
  auto peer = std::make_shared<SocketPeer>(session, *shared);
  co_await session->run(std::move(request), route, std::move(call), peer);
}

}  // namespace tutti::net
