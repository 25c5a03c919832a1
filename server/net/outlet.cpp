#include "server/net/outlet.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>

#include "server/net/tap.h"

namespace tutti::net {
namespace {

constexpr int kParts = 16;  // of one call

}  // namespace

FrameHead frame_head(std::size_t payload, bool text) {
  FrameHead head;
  head.bytes[0] = static_cast<char>(text ? 0x81 : 0x82);
  if (payload < 126) {
    head.bytes[1] = static_cast<char>(payload);
    head.size = 2;
    return head;
  }
  const int width = payload < 65536 ? 2 : 8;
  head.bytes[1] = static_cast<char>(width == 2 ? 126 : 127);
  for (int i = 0; i < width; ++i)
    head.bytes[static_cast<std::size_t>(2 + i)] =
        static_cast<char>(payload >> (8 * (width - 1 - i)) & 0xff);
  head.size = static_cast<std::uint8_t>(2 + width);
  return head;
}

Outlet::~Outlet() {
  leave();
}

void Outlet::say(std::shared_ptr<const std::string> payload, bool text) {
  if (closed_ || farewell_ || !payload) return;
  queue(std::move(payload), text);
  pump();
}

void Outlet::queue(std::shared_ptr<const std::string> payload, bool text) {
  if (framing_ == Framing::plain && payload->empty()) return;
  Own own;
  if (framing_ == Framing::websocket) own.head = frame_head(payload->size(), text);
  waiting_ += payload->size();
  own.payload = std::move(payload);
  own_.push_back(std::move(own));
}

void Outlet::write(std::string bytes, std::unique_ptr<Done> done) {
  if (closed_) {
    tell(std::move(done), asio::error::operation_aborted, 0);
    return;
  }
  if (!bytes.empty() && static_cast<unsigned char>(bytes[0]) == 0x88) {
    // After a close frame there must be no other (RFC 6455 §5.5.1).
    leave();
    farewell_ = true;
    if (ending) ending(Why::farewell);
  }
  Own own;
  own.payload = std::make_shared<const std::string>(std::move(bytes));
  own.done = std::move(done);
  waiting_ += own.payload->size();
  own_.push_back(std::move(own));
  pump();
}

// Later, as completion handlers are to be called.
void Outlet::tell(std::unique_ptr<Done> done, boost::system::error_code code, std::size_t count) {
  asio::post(socket_.get_executor(), [done = std::move(done), code, count]() mutable {
    Done* const one = done.get();
    one->call(std::move(done), code, count);
  });
}

void Outlet::forget() {
  bool begun = !held_ && sent_ > 0;
  for (auto at = own_.begin(); at != own_.end();) {
    if (begun || at->done) {
      begun = false;
      ++at;
      continue;
    }
    waiting_ -= at->payload->size();
    at = own_.erase(at);
  }
}

void Outlet::follow(Tap& tap, std::uint64_t cursor, const std::vector<streams::Piece>& opening) {
  if (closed_ || farewell_) return;
  leave();
  for (const streams::Piece& piece : opening) {
    if (piece.bytes) queue(piece.bytes, piece.text);
    over_ = over_ || piece.last;
  }
  cursor_ = cursor;
  catch_up_ = 0;
  if (!over_) tap.add(*this);
  pump();
}

void Outlet::leave() {
  if (tap_) tap_->remove(*this);
}

void Outlet::close() {
  if (closed_) return;
  leave();
  closed_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
  held_.reset();
  std::list<Own> own;
  own.swap(own_);
  waiting_ = 0;
  for (Own& one : own)
    if (one.done) tell(std::move(one.done), asio::error::operation_aborted, 0);
}

void Outlet::abandon() {
  const auto self = shared_from_this();
  leave();
  closed_ = told_ = true;
  std::list<Own> own;
  own.swap(own_);
  ending = nullptr;
}

void Outlet::end(Why why) {
  if (told_) return;
  told_ = true;
  if (ending) ending(why);
}

void Outlet::block() {
  blocked_ = true;
  if (stalled_since_ == 0) stalled_since_ = steady_ns();
  socket_.async_wait(asio::ip::tcp::socket::wait_write,
                     [weak = weak_from_this()](boost::system::error_code) {
                       const auto self = weak.lock();
                       if (!self) return;
                       self->blocked_ = false;
                       self->pump();
                     });
}

void Outlet::pump() {
  while (!blocked_ && !closed_ && send_some()) {
  }
}

// One call of the system with as much as waits; false: nothing more can be done now.
bool Outlet::send_some() {
  if (over_ && !held_ && own_.empty()) {
    leave();
    end(Why::over);
    return false;
  }
  if (tap_ && !tap_->keep_up(*this, steady_ns())) {
    end(Why::slow);
    return false;
  }
  iovec parts[kParts];
  std::size_t count = 0, total = 0;
  const auto add = [&](const char* data, std::size_t size) {
    if (size == 0) return;
    parts[count++] = {const_cast<char*>(data), size};
    total += size;
  };
  if (held_) add(held_->data() + sent_, held_->size() - sent_);
  std::size_t skip = held_ ? 0 : sent_;
  bool all = true;
  for (const Own& own : own_) {
    if (count + 2 > kParts) {
      all = false;
      break;
    }
    const std::size_t head = own.head.size, of_head = std::min(skip, head);
    add(own.head.bytes.data() + of_head, head - of_head);
    add(own.payload->data() + (skip - of_head), own.payload->size() - (skip - of_head));
    skip = 0;
  }
  NextPiece pieces[kParts];
  std::size_t picked = 0;
  for (std::uint64_t cursor = cursor_; tap_ && all && count < kParts && picked < kParts;) {
    const NextPiece next = tap_->next(cursor, catch_up_);
    if (!next.wire) break;
    if (*next.wire) add((*next.wire)->data(), (*next.wire)->size());
    pieces[picked++] = next;
    cursor = next.place + 1;
  }
  if (total == 0 && picked == 0) return false;
  ssize_t sent = 0;
  if (total > 0) {
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = count;
    sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) return true;
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
      close();
      end(Why::failed);
      return false;
    }
  }
  take(static_cast<std::size_t>(std::max<ssize_t>(0, sent)), pieces, picked);
  if (sent < 0 || static_cast<std::size_t>(sent) < total) {
    block();
    return false;
  }
  return true;
}

// `count` bytes of what send_some() gathered have gone.
void Outlet::take(std::size_t count, const NextPiece* pieces, std::size_t picked) {
  if (held_) {
    const std::size_t rest = held_->size() - sent_;
    if (count < rest) {
      sent_ += count;
      return;
    }
    count -= rest;
    finished(held_->size());
    held_.reset();
    sent_ = 0;
  }
  while (count > 0 && !own_.empty()) {
    Own& own = own_.front();
    const std::size_t rest = own.size() - sent_;
    if (count < rest) {
      sent_ += count;
      return;
    }
    count -= rest;
    sent_ = 0;
    waiting_ -= own.payload->size();
    stalled_since_ = 0;
    if (own.done) tell(std::move(own.done), {}, own.payload->size());
    own_.pop_front();
  }
  if (!own_.empty()) return;
  for (std::size_t i = 0; i < picked; ++i) {
    const auto& wire = *pieces[i].wire;
    const std::size_t size = wire ? wire->size() : 0;
    if (count < size) {
      if (count == 0) return;
      hold(wire, count, pieces[i].last);
      cursor_ = pieces[i].place + 1;
      return;
    }
    count -= size;
    cursor_ = pieces[i].place + 1;
    finished(size);
    if (pieces[i].last) over_ = true;
  }
}

void Outlet::hold(const std::shared_ptr<const std::string>& wire, std::size_t sent, bool last) {
  held_ = wire;
  sent_ = sent;
  over_ = last;
}

void Outlet::finished(std::size_t size) {
  stalled_since_ = 0;
  if (tap_ && size > 0) tap_->count(size);
}

}  // namespace tutti::net
