// One HTTP connection from its first byte to its last, top to bottom.
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <chrono>
#include <fcntl.h>
#include <future>
#include <unistd.h>

#include "engine/base/json.h"
#include "server/api/body_sink.h"
#include "server/api/later.h"
#include "server/api/problem.h"
#include "server/net/range.h"
#include "server/net/reply.h"
#include "server/net/shared.h"

namespace tutti::net {
namespace {

namespace http = beast::http;
using Parser = http::request_parser<http::buffer_body>;
using Clock = std::chrono::steady_clock;
constexpr std::size_t kPiece = 256 << 10;

double seconds_since(Clock::time_point from) {
  return std::chrono::duration<double>(Clock::now() - from).count();
}

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
  bool taken_ = false;   // by a WebSocket
};

asio::awaitable<void> HttpSession::run() {
  for (;;) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(shared_->options.header_bytes));
    parser.body_limit(boost::none);
    if (!co_await read_header(parser)) break;
    co_await answer_request(parser);
    if (taken_) co_return;
    const double seconds = seconds_since(began_);
    shared_->metrics.request(route_, method_, status_, seconds);
    if (shared_->log.wants(LogLevel::debug))
      shared_->log.write(LogLevel::debug, "request", method_ + " " + target_,
                         {{"method", method_},
                          {"target", json::string_view(target_.data(),
                                                       std::min<std::size_t>(500, target_.size()))},
                          {"route", route_},
                          {"status", status_},
                          {"seconds", seconds}});
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
  taken_ = true;
  shared_->metrics.request(route_, method_, 101, seconds_since(began_));
  http::request<http::empty_body> request(header);
  co_await serve_socket(shared_, std::move(stream_), std::move(request), route, std::move(call));
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
  boost::system::error_code ignored;
  if (!*over) co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  work = [&] {
    give_up();
    answer = later.finish(*row);
  };
  co_await run_on(shared_->pool, work);
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
  const std::int64_t slack = route.body == api::BodyKind::form ? 1'000'000 : 0;
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

// --- Answers
// -----------------------------------------------------------------------------------------

asio::awaitable<void> HttpSession::send(const Header& header, const api::Answer& answer) {
  Reply reply;
  reply.status = answer.status;
  reply.type = answer.type;
  reply.etag = answer.etag;
  reply.caching = answer.immutable      ? Caching::forever
                  : answer.etag.empty() ? Caching::never
                                        : Caching::ask_again;
  reply.location = answer.location;
  reply.file_name = answer.file_name;
  reply.ranges = answer.ranges;
  if (!answer.etag.empty() && matches_etag(header[http::field::if_none_match], answer.etag)) {
    reply.status = 304;
    co_return co_await send_bytes(reply, nullptr, 0);
  }
  const auto* file = std::get_if<api::FileBody>(&answer.body);
  const auto* bytes = std::get_if<api::SharedBytes>(&answer.body);
  const auto* text = std::get_if<std::string>(&answer.body);
  const std::int64_t size = file ? file->size
                                 : static_cast<std::int64_t>(bytes  ? (*bytes)->size()
                                                             : text ? text->size()
                                                                    : 0);
  std::int64_t first = 0, length = size;
  if (answer.ranges && answer.status == 200) {
    const auto condition = header[http::field::if_range];
    if (condition.empty() || condition == answer.etag) {
      const Range range = read_range(header[http::field::range], size);
      if (range.kind == Range::Kind::impossible) {
        reply.status = 416;
        reply.content_range = "bytes */" + std::to_string(size);
        reply.type = "application/problem+json";
        reply.file_name.clear();
        const std::string problem = api::problem_text(
            api::problem_of(416, "bad_input", "There is no such part.",
                            "The whole is " + std::to_string(size) + " bytes long."));
        co_return co_await send_bytes(reply, problem.data(), problem.size());
      }
      if (range.kind == Range::Kind::part) {
        reply.status = 206;
        first = range.first;
        length = range.length;
        reply.content_range = "bytes " + std::to_string(first) + "-" +
                              std::to_string(first + length - 1) + "/" + std::to_string(size);
      }
    }
  }
  if (file) co_return co_await send_file(reply, file->path, first, length);
  const void* data = bytes  ? static_cast<const void*>((*bytes)->data())
                     : text ? text->data()
                            : nullptr;
  co_await send_bytes(reply, static_cast<const char*>(data) + first,
                      static_cast<std::size_t>(length));
}

asio::awaitable<void> HttpSession::send_static(const Header& header, const StaticFile& file) {
  Reply reply;
  reply.type = file.type;
  reply.etag = file.etag;
  reply.encoding = file.encoding;
  reply.vary_encoding = file.varies;
  reply.caching = file.immutable ? Caching::forever : Caching::ask_again;
  if (matches_etag(header[http::field::if_none_match], file.etag)) {
    reply.status = 304;
    co_return co_await send_bytes(reply, nullptr, 0);
  }
  co_await send_bytes(reply, file.bytes->data(), file.bytes->size());
}

void HttpSession::refuse(api::Problem problem, std::string allow) {
  problem_ = std::move(problem);
  allow_ = std::move(allow);
}

asio::awaitable<void> HttpSession::send_problem() {
  Reply reply;
  reply.status = problem_.status;
  reply.type = "application/problem+json";
  reply.allow = allow_;
  if (unread_) keep_ = false;
  const std::string text = api::problem_text(problem_);
  co_await send_bytes(reply, text.data(), text.size());
}

asio::awaitable<void> HttpSession::send_bytes(const Reply& reply, const void* data,
                                              std::size_t size) {
  status_ = reply.status;
  if (unread_) keep_ = false;
  const std::string head =
      header_text(reply, static_cast<std::int64_t>(size), keep_ && !shared_->stopping);
  const bool bare = head_ || reply.status == 304 || reply.status == 204;
  stream_.expires_after(shared_->options.timeouts.write);
  const std::size_t first = bare ? 0 : std::min(size, kPiece);
  const std::array<asio::const_buffer, 2> both{asio::buffer(head), asio::const_buffer(data, first)};
  co_await asio::async_write(stream_, both, asio::redirect_error(asio::use_awaitable, code_));
  for (std::size_t at = first; !bare && !code_ && at < size;) {
    const std::size_t count = std::min(size - at, kPiece);
    stream_.expires_after(shared_->options.timeouts.write);
    co_await asio::async_write(stream_,
                               asio::const_buffer(static_cast<const char*>(data) + at, count),
                               asio::redirect_error(asio::use_awaitable, code_));
    at += count;
  }
  if (!bare) shared_->metrics.sent(static_cast<double>(size));
}

asio::awaitable<void> HttpSession::send_file(const Reply& reply, const std::string& path,
                                             std::int64_t first, std::int64_t length) {
  struct Descriptor {
    int fd = -1;
    ~Descriptor() {
      if (fd >= 0) ::close(fd);
    }
  } file;
  std::vector<char> piece(static_cast<std::size_t>(std::min<std::int64_t>(length, kPiece)));
  std::int64_t at = 0;
  std::size_t filled = 0;
  std::function<void()> work = [&] {
    if (file.fd < 0) file.fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    filled = 0;
    const auto wanted = static_cast<std::size_t>(std::min<std::int64_t>(length - at, kPiece));
    while (file.fd >= 0 && filled < wanted) {
      const ssize_t count = ::pread(file.fd, piece.data() + filled, wanted - filled,
                                    first + at + static_cast<std::int64_t>(filled));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      filled += static_cast<std::size_t>(count);
    }
  };
  co_await run_on(shared_->pool, work);
  if (file.fd < 0 || (filled == 0 && length > 0)) {
    refuse(api::problem_of(Error{Code::io, "The disk refused to read this.", "Try again."}));
    co_return co_await send_problem();
  }
  status_ = reply.status;
  const std::string head = header_text(reply, length, keep_ && !unread_ && !shared_->stopping);
  if (unread_) keep_ = false;
  std::array<asio::const_buffer, 2> both{asio::buffer(head),
                                         asio::const_buffer(piece.data(), head_ ? 0 : filled)};
  for (;;) {
    stream_.expires_after(shared_->options.timeouts.write);
    co_await asio::async_write(stream_, both, asio::redirect_error(asio::use_awaitable, code_));
    if (code_ || head_) co_return;
    at += static_cast<std::int64_t>(filled);
    if (at >= length) break;
    co_await run_on(shared_->pool, work);
    if (filled == 0) {  // promised more than there is: only closing tells
      keep_ = false;
      code_ = asio::error::fault;
      co_return;
    }
    both = {asio::const_buffer(piece.data(), filled), asio::const_buffer()};
  }
  shared_->metrics.sent(static_cast<double>(length));
}

// Closing while the other side still sends would make its system throw our answer away: say that
// no more comes from here, and let it finish for a moment.
asio::awaitable<void> HttpSession::linger() {
  boost::system::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  if (!unread_) co_return;
  char nothing[4096];
  const auto until = Clock::now() + std::chrono::seconds(2);
  std::int64_t left = 64 << 20;
  while (left > 0 && Clock::now() < until) {
    stream_.expires_after(std::chrono::milliseconds(500));
    const std::size_t count = co_await stream_.async_read_some(
        asio::buffer(nothing), asio::redirect_error(asio::use_awaitable, ignored));
    if (ignored) break;
    left -= static_cast<std::int64_t>(count);
  }
}

}  // namespace

asio::awaitable<void> serve_connection(std::shared_ptr<Shared> shared, beast::tcp_stream stream) {
  HttpSession session(std::move(shared), std::move(stream));
  co_await session.run();
}

}  // namespace tutti::net
