// One HTTP connection from its first byte to its last, top to bottom.
#include "server/net/http_session.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <cerrno>
#include <sys/socket.h>

#include "engine/base/json.h"
#include "server/api/body_sink.h"
#include "server/api/later.h"
#include "server/api/problem.h"

namespace tutti::net {
namespace {

double seconds_since(Clock::time_point from) {
  return std::chrono::duration<double>(Clock::now() - from).count();
}

}  // namespace

asio::awaitable<void> HttpSession::run() {
  for (;;) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(shared_->options.header_bytes));
    parser.body_limit(boost::none);
    if (!co_await read_header(parser)) break;
    co_await answer_request(parser);
    if (next_) co_return;
    const double seconds = seconds_since(began_);
    shared_->metrics.request(route_, method_, status_, seconds);
    if (shared_->log.wants(LogLevel::debug)) {
      const std::string target = without_secret(target_).substr(0, 500);
      shared_->log.write(LogLevel::debug, "request", method_ + " " + target,
                         {{"method", method_},
                          {"target", target},
                          {"route", route_},
                          {"status", status_},
                          {"seconds", seconds}});
    }
    if (code_ || !keep_ || shared_->stopping) break;
  }
  if (!code_) co_await linger();
  stream_.close();
}

asio::awaitable<bool> HttpSession::read_header(Parser& parser) {
  idle_ = true;
  if (buffer_.size() == 0) {
    if (shared_->stopping) co_return false;
    const auto& timeouts = shared_->options.timeouts;
    stream_.expires_after(first_ ? timeouts.first_byte : timeouts.idle);
    auto space = buffer_.prepare(4096);
    const std::size_t count =
        co_await stream_.async_read_some(space, asio::redirect_error(asio::use_awaitable, code_));
    if (code_) co_return false;
    buffer_.commit(count);
  }
  idle_ = false;
  first_ = false;
  began_ = Clock::now();
  status_ = 0;
  route_ = "none";
  method_ = "?";
  target_.clear();
  head_ = keep_ = unread_ = false;
  give(shared_->options.timeouts.header);
  co_await http::async_read_header(stream_, buffer_, parser,
                                   asio::redirect_error(asio::use_awaitable, code_));
  timer_.cancel();
  if (!code_) co_return true;
  const auto failed = std::exchange(code_, {});
  unread_ = true;
  if (failed == http::error::header_limit || failed == http::error::buffer_overflow) {
    refuse(api::problem_of(431, "too_large", "The request's headers are too large.",
                           "Send fewer or shorter headers and cookies."));
    co_await send_problem();
  } else if (timed_out_) {
    refuse(api::problem_of(408, "too_slow", "The request's header did not come in time.",
                           "Send it in one go."));
    co_await send_problem();
  } else if (failed == http::error::bad_version) {
    refuse(api::problem_of(505, "unsupported", "Only HTTP/1.0 and HTTP/1.1 are spoken here.",
                           "Use one of these."));
    co_await send_problem();
  } else if (failed.category() == http::make_error_code(http::error::bad_method).category() &&
             failed != http::error::end_of_stream && failed != http::error::partial_message) {
    refuse(api::problem_of(400, "bad_input", "This is not a well-formed HTTP request.",
                           "Check what sends it."));
    co_await send_problem();
  } else {
    code_ = failed;  // gone
    co_return false;
  }
  shared_->metrics.request(route_, method_, status_, seconds_since(began_));
  co_await linger();
  co_return false;
}

asio::awaitable<void> HttpSession::answer_request(Parser& parser) {
  const auto& request = parser.get();
  const Header& header = request.base();
  method_ = std::string(request.method_string());
  target_ = std::string(request.target());
  // A method of the sender's own making must not become a series of measurements.
  if (request.method() == http::verb::unknown) method_ = "?";
  head_ = request.method() == http::verb::head;
  keep_ = request.keep_alive();
  const bool has_body = parser.chunked() || parser.content_length().value_or(0) > 0;
  unread_ = has_body;

  const std::string host(header[http::field::host]);
  const Gate& gate = shared_->options.gate;
  if (!gate.host_allowed(host)) {
    refuse(api::problem_of(421, "refused",
                           "This server does not go by the name \"" + host_name(host) + "\".",
                           "Use its own address, or start it with --allow-host NAME."));
    co_return co_await send_problem();
  }
  api::Call call;
  const api::Match match = api::match(shared_->table, method_, target_, call);
  const bool reading = request.method() == http::verb::get || head_;
  if (match.socket || !reading) {
    if (!gate.origin_allowed(header[http::field::origin], host, header["Sec-Fetch-Site"])) {
      refuse(api::problem_of(
          403, "refused", "A page of another site may not do this here.",
          "Open Tutti's own page, or start the server with --allow-origin ORIGIN."));
      co_return co_await send_problem();
    }
  }
  if (match.found == api::Found::other_method) {
    route_ = match.socket ? match.socket->path : "none";
    refuse(api::problem_of(405, "wrong_usage", "This address cannot be used with " + method_ + ".",
                           "Use " + match.allowed + "."),
           match.allowed);
    co_return co_await send_problem();
  }
  if (match.socket) {
    route_ = match.socket->path;
    co_return co_await upgrade(parser, *match.socket, std::move(call));
  }
  if (match.route) {
    route_ = match.route->path;
    co_return co_await call_route(parser, *match.route, std::move(call));
  }
  if (const auto path = api::decoded_path(target_); path && reading) {
    route_ = "page";
    std::shared_ptr<const StaticFile> file;
    const std::string accepted(header[http::field::accept_encoding]);
    std::function<void()> work = [&] {
      file = shared_->files.find(*path, accepted);
      // An address inside the page's own rooms is the page.
      if (!file && !path->starts_with("/api/") && !path->starts_with("/ws/") &&
          header[http::field::accept].find("text/html") != std::string_view::npos &&
          path->find('.') == std::string::npos)
        file = shared_->files.find("/", accepted);
    };
    co_await run_on(shared_->pool, work);
    if (file) co_return co_await send_static(header, *file);
    if (*path == "/" && !shared_->files.exists()) {
      refuse(api::problem_of(Error{Code::missing_part, "The page is not built.",
                                   "Run ./dev build, or give its folder with --page DIR."}));
      co_return co_await send_problem();
    }
  }
  refuse(api::problem_of(404, "not_found", "There is nothing at this address.",
                         "/docs lists what there is."));
  co_await send_problem();
}

asio::awaitable<void> HttpSession::upgrade(Parser& parser, const api::SocketRoute& route,
                                           api::Call call) {
  const Header& header = parser.get().base();
  if (auto fine = check_upgrade(header); !fine || unread_) {
    refuse(api::problem_of(426, "wrong_usage", "This address speaks WebSocket.",
                           "Open it with a WebSocket client."));
    co_return co_await send_problem();
  }
  // Asked without a peer: whether there is such a thing at all, while plain HTTP can still say so.
  Result<std::unique_ptr<api::Socket>> opened = std::unique_ptr<api::Socket>();
  std::function<void()> work = [&] { opened = route.open(call, nullptr); };
  co_await run_on(shared_->pool, work);
  if (!opened) {
    refuse(api::problem_of(opened.error()));
    co_return co_await send_problem();
  }
  shared_->metrics.request(route_, method_, 101, seconds_since(began_));
  next_.emplace();
  next_->route = &route;
  next_->request = http::request<http::empty_body>(header);
  next_->call = std::move(call);
}

asio::awaitable<void> HttpSession::call_route(Parser& parser, const api::Route& route,
                                              api::Call call) {
  const Header& header = parser.get().base();
  if (route.body != api::BodyKind::none) {
    auto taken = co_await read_body(parser, route, call);
    if (code_) co_return;
    if (!taken) {
      if (!parser.is_done()) keep_ = false;
      const Error& error = taken.error();
      if (error.code == Code::cancelled) {
        refuse(api::problem_of(408, "too_slow", error.message, error.next));
      } else if (error.code == Code::unsupported) {
        refuse(api::problem_of(415, "unsupported", error.message, error.next));
      } else {
        refuse(api::problem_of(error));
      }
      co_return co_await send_problem();
    }
  } else if (unread_) {
    keep_ = false;  // a body that nobody asked for
  }
  Result<api::Answer> answer = api::Answer{};
  std::function<void()> work = [&] { answer = route.handler(call); };
  try {
    co_await run_on(shared_->pool, work);
  } catch (const std::exception& exception) {
    answer = Error{Code::internal, "The server failed at this.", "Try again; its log says more."};
    shared_->log.write(LogLevel::error, "handler_failed", route.id + ": " + exception.what());
  }
  if (answer && std::holds_alternative<api::Later>(answer->body)) {
    const api::Later later = std::get<api::Later>(answer->body);
    co_await wait_for_job(later, answer);
    if (code_) co_return;
  }
  if (!answer) {
    const api::Problem problem = api::problem_of(answer.error());
    if (problem.status >= 500)
      shared_->log.write(LogLevel::warning, "request_failed", route.id + ": " + problem.detail);
    refuse(problem);
    co_return co_await send_problem();
  }
  co_await send(header, *answer);
}

asio::awaitable<void> HttpSession::wait_for_job(const api::Later& later,
                                                Result<api::Answer>& answer) {
  // The timer never runs out by itself: the job's end cancels it.
  auto timer = std::make_shared<asio::steady_timer>(shared_->io, Clock::time_point::max());
  auto row = std::make_shared<store::JobRow>();
  auto over = std::make_shared<bool>(false);
  std::function<void()> give_up;
  std::function<void()> work = [&] {
    give_up =
        api::when_over(shared_->services, later.job,
                       [this_io = &shared_->io, timer, row, over](const store::JobRow& ended) {
                         asio::post(*this_io, [timer, row, over, ended] {
                           *row = ended;
                           *over = true;
                           timer->cancel();
                         });
                       });
  };
  co_await run_on(shared_->pool, work);
  stream_.expires_never();
  // The asker's leaving is news too: the socket becomes readable and holds nothing.
  auto gone = std::make_shared<bool>(false);
  stream_.socket().async_wait(
      asio::ip::tcp::socket::wait_read,
      [timer, gone, fd = stream_.socket().native_handle()](boost::system::error_code code) {
        char byte;
        if (code) return;
        const ssize_t count = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (count > 0 || (count < 0 && errno == EAGAIN)) return;  // its next request
        *gone = true;
        timer->cancel();
      });
  if (later.patience_milliseconds)
    timer->expires_after(std::chrono::milliseconds(*later.patience_milliseconds));
  boost::system::error_code ignored;
  if (!*over && !*gone)
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  if (!*gone) stream_.socket().cancel(ignored);
  work = [&] {
    give_up();
    if (*over) {
      answer = later.finish(*row);
    } else if (*gone) {
      api::give_up_job(shared_->services, later.job);
      answer = Error{Code::cancelled, "Nobody waits for this any more.", "Ask again."};
    } else if (auto now = api::job_now(shared_->services, later.job)) {
      answer = later.finish(*now);
    } else {
      answer = now.error();
    }
  };
  co_await run_on(shared_->pool, work);
  if (*gone && !*over) {
    status_ = 499;  // as other servers count those who left
    code_ = asio::error::connection_reset;
  }
}

asio::awaitable<Result<void>> HttpSession::read_body(Parser& parser, const api::Route& route,
                                                     api::Call& call) {
  const auto length = parser.content_length();
  const auto too_large = [&]() -> Error {
    return {Code::too_large,
            "This is larger than the " + std::to_string(route.limit / 1'000'000) +
                " MB that are allowed.",
            route.body == api::BodyKind::json
                ? "Send it in several parts."
                : "Send a shorter recording or a compressed format such as FLAC or Opus."};
  };
  // A form's wrapping is not counted against its file.
  const std::int64_t slack =
      route.body == api::BodyKind::form || route.body == api::BodyKind::form_or_json ? 1'000'000
                                                                                     : 0;
  if (length && *length > static_cast<std::uint64_t>(route.limit + slack)) co_return too_large();
  std::unique_ptr<api::BodySink> sink;
  Result<void> done;
  const std::string type(parser.get()[http::field::content_type]);
  std::function<void()> work = [&] {
    auto made = api::BodySink::make(shared_->services, route, type);
    if (made) {
      sink = std::move(*made);
    } else {
      done = made.error();
    }
  };
  co_await run_on(shared_->pool, work);
  if (!done) co_return done;
  if (parser.get()[http::field::expect] == "100-continue") {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    stream_.expires_after(shared_->options.timeouts.write);
    co_await asio::async_write(stream_, asio::buffer(go_on),
                               asio::redirect_error(asio::use_awaitable, code_));
    if (code_) co_return done;
  }
  const auto& timeouts = shared_->options.timeouts;
  const auto started = Clock::now();
  std::vector<std::byte> piece(kPiece);
  std::int64_t total = 0;
  while (!parser.is_done()) {
    auto& body = parser.get().body();
    body.data = piece.data();
    body.size = piece.size();
    std::size_t filled = 0;
    // Pieces are gathered, so that the disk and the other thread are not asked for every packet.
    while (!parser.is_done() && body.size > 0) {
      give(timeouts.body_pause);
      co_await http::async_read_some(stream_, buffer_, parser,
                                     asio::redirect_error(asio::use_awaitable, code_));
      if (code_ == http::error::need_buffer) code_ = {};
      timer_.cancel();
      if (timed_out_) {
        code_ = {};
        co_return Error{Code::cancelled, "The rest of the request did not come in time.",
                        "Send it again."};
      }
      if (code_) co_return done;
      filled = piece.size() - body.size;
      const auto spent = Clock::now() - started;
      if (spent > timeouts.body_pause &&
          static_cast<double>(total + static_cast<std::int64_t>(filled)) <
              static_cast<double>(timeouts.body_bytes_per_second) *
                  std::chrono::duration<double>(spent).count())
        co_return Error{Code::cancelled, "The request came too slowly.",
                        "Send it again over a better line."};
    }
    total += static_cast<std::int64_t>(filled);
    shared_->metrics.received(static_cast<double>(filled));
    if (total > route.limit + slack) co_return too_large();
    if (filled == 0) continue;
    work = [&] { done = sink->write({piece.data(), filled}); };
    co_await run_on(shared_->pool, work);
    if (!done) co_return done;
  }
  unread_ = false;
  work = [&] { done = sink->finish(call); };
  co_await run_on(shared_->pool, work);
  co_return done;
}

asio::awaitable<void> serve_connection(std::shared_ptr<Shared> shared, beast::tcp_stream stream) {
  std::optional<Onward> next;
  std::optional<asio::ip::tcp::socket> socket;
  {
    // What HTTP needed is not kept for the hours that a listener may stay.
    HttpSession session(shared, std::move(stream));
    co_await session.run();
    next = std::move(session.next());
    if (next) socket.emplace(session.release());
  }
  if (!next) co_return;
  struct Counted {
    Metrics& metrics;
    explicit Counted(Metrics& m) : metrics(m) { metrics.connections(1); }
    ~Counted() { metrics.connections(-1); }
  } const counted(shared->metrics);
  if (next->feed) {
    co_await serve_feed(shared, std::move(*socket), std::move(next->feed));
  } else {
    co_await serve_socket(shared, std::move(*socket), std::move(next->request), *next->route,
                          std::move(next->call));
  }
}

}  // namespace tutti::net
