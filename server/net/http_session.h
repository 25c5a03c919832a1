// One HTTP connection; only server/net includes this. http_session.cpp reads requests and finds
// their answers, http_answers.cpp sends them.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "server/api/types.h"
#include "server/net/reply.h"
#include "server/net/shared.h"

namespace tutti::net {

namespace http = beast::http;
using Parser = http::request_parser<http::buffer_body>;
using Clock = std::chrono::steady_clock;
inline constexpr std::size_t kPiece = 256 << 10;

// What a connection goes on as when its HTTP is done.
struct Onward {
  const api::SocketRoute* route = nullptr;  // a WebSocket
  http::request<http::empty_body> request;
  api::Call call;
  std::shared_ptr<streams::Feed> feed;  // an endless answer
};

class HttpSession : public Stoppable {
 public:
  HttpSession(std::shared_ptr<Shared> shared, beast::tcp_stream stream)
      : shared_(std::move(shared)), stream_(std::move(stream)), timer_(shared_->io) {
    shared_->sessions.insert(this);
    shared_->metrics.connections(1);
  }
  ~HttpSession() override {
    shared_->sessions.erase(this);
    shared_->metrics.connections(-1);
  }
  void stop() override {
    if (idle_) stream_.cancel();
  }

  asio::awaitable<void> run();
  // After run(): whether the connection goes on as something else.
  std::optional<Onward>& next() { return next_; }
  asio::ip::tcp::socket release() { return stream_.release_socket(); }

 private:
  // So long may the next reads take. Unlike the stream's own limit this leaves the connection open,
  // so that the other side can be told.
  void give(std::chrono::milliseconds time) {
    stream_.expires_never();
    timed_out_ = false;
    timer_.expires_after(time);
    timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](boost::system::error_code code) {
      if (code || alive.expired()) return;
      timed_out_ = true;
      stream_.cancel();
    });
  }
  asio::awaitable<bool> read_header(Parser& parser);
  asio::awaitable<void> answer_request(Parser& parser);
  asio::awaitable<Result<void>> read_body(Parser& parser, const api::Route& route, api::Call& call);
  asio::awaitable<void> upgrade(Parser& parser, const api::SocketRoute& route, api::Call call);
  asio::awaitable<void> call_route(Parser& parser, const api::Route& route, api::Call call);
  asio::awaitable<void> wait_for_job(const api::Later& later, Result<api::Answer>& answer);
  asio::awaitable<void> send(const Header& header, const api::Answer& answer);
  asio::awaitable<void> send_static(const Header& header, const StaticFile& file);
  // Set what is refused, then await: GCC 12 destroys twice some temporaries of an expression that
  // holds a co_await, so such expressions are kept free of them.
  void refuse(api::Problem problem, std::string allow = {});
  asio::awaitable<void> send_problem();
  asio::awaitable<void> send_bytes(const Reply& reply, const void* data, std::size_t size);
  asio::awaitable<void> send_file(const Reply& reply, const std::string& path, std::int64_t first,
                                  std::int64_t length);
  asio::awaitable<void> send_feed(const Reply& reply, std::shared_ptr<streams::Feed> feed);
  asio::awaitable<void> linger();

  std::shared_ptr<Shared> shared_;
  beast::tcp_stream stream_;
  asio::steady_timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool timed_out_ = false;
  beast::flat_buffer buffer_;
  boost::system::error_code code_;
  Clock::time_point began_;
  std::string route_ = "none";
  std::string method_;
  std::string target_;
  api::Problem problem_;
  std::string allow_;
  int status_ = 0;
  bool head_ = false;
  bool idle_ = true;
  bool first_ = true;
  bool keep_ = false;    // the connection, after this answer
  bool unread_ = false;  // the other side may still be sending a body
  std::optional<Onward> next_;
};

}  // namespace tutti::net
