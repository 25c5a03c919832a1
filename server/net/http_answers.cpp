// How an HTTP connection answers: bytes, files and parts of them, refusals; and how it ends.
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

#include "server/api/problem.h"
#include "server/net/http_session.h"
#include "server/net/range.h"

namespace tutti::net {

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
  if (const auto* feed = std::get_if<std::shared_ptr<streams::Feed>>(&answer.body))
    co_return co_await send_feed(reply, *feed);
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
  // What passes by itself is worth asking for again.
  if (reply.status == 429 || reply.status == 503 || problem_.code == "not_yet")
    reply.retry_after = 1;
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

// The header alone; the rest is serve_feed's, when this session and all it holds is gone.
asio::awaitable<void> HttpSession::send_feed(const Reply& reply,
                                             std::shared_ptr<streams::Feed> feed) {
  keep_ = false;
  status_ = reply.status;
  const std::string head = header_text(reply, -1, false);
  stream_.expires_after(shared_->options.timeouts.write);
  co_await asio::async_write(stream_, asio::buffer(head),
                             asio::redirect_error(asio::use_awaitable, code_));
  if (code_ || head_) co_return;
  stream_.expires_never();
  shared_->metrics.request(route_, method_, status_,
                           std::chrono::duration<double>(Clock::now() - began_).count());
  next_.emplace();
  next_->feed = std::move(feed);
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

}  // namespace tutti::net
