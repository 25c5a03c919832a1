#include "server/net/tap.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace tutti::net {
namespace {

constexpr std::size_t kRing = 1024;       // pieces, at most
constexpr std::size_t kEssential = 1024;  // likewise
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kAhead = 4;  // listeners that are fetched into the cache before their turn

// The system's send() empties the caches between one listener and the next.
void fetch(const Outlet* outlet) {
  const char* const bytes = reinterpret_cast<const char*>(outlet);
  for (std::size_t at = 0; at < sizeof(Outlet); at += 64) __builtin_prefetch(bytes + at);
}

}  // namespace

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void Tap::push(const streams::Piece& piece) {
  const std::int64_t now = steady_ns();
  Slot slot;
  slot.number = piece.number;
  slot.came = now;
  slot.last = piece.last;
  if (piece.bytes && framing_ == Framing::plain) {
    slot.wire = piece.bytes;
  } else if (piece.bytes) {
    const FrameHead head = frame_head(piece.bytes->size(), piece.text);
    auto wire = std::make_shared<std::string>();
    wire->reserve(head.size + piece.bytes->size());
    wire->append(head.bytes.data(), head.size);
    wire->append(*piece.bytes);
    slot.wire = std::move(wire);
  }
  if (piece.essential || piece.last) essential_.push_back({end(), slot.wire, piece.last});
  if (essential_.size() > kEssential) {
    essential_from_ = essential_.front().place + 1;
    essential_.pop_front();
  }
  window_bytes_ += slot.wire ? static_cast<std::int64_t>(slot.wire->size()) : 0;
  ring_.push_back(std::move(slot));
  while (ring_.size() > kRing || (ring_.size() > 1 && now - ring_.front().came > limits_.lag_ns)) {
    ring_.pop_front();
    ++base_;
  }
  if (window_began_ == 0) window_began_ = now;
  if (const std::int64_t past = now - window_began_; past >= kSecond) {
    bytes_per_second_ =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(window_bytes_) *
                                                            kSecond / static_cast<double>(past)));
    window_began_ = now;
    window_bytes_ = 0;
  }
}

std::uint64_t Tap::place_after(std::uint64_t number) const {
  const auto at =
      std::find_if(ring_.begin(), ring_.end(), [&](const Slot& s) { return s.number > number; });
  return base_ + static_cast<std::uint64_t>(at - ring_.begin());
}

void Tap::add(Outlet& outlet) {
  outlet.tap_ = this;
  outlet.place_ = listeners_.size();
  listeners_.push_back(&outlet);
  tune(outlet);
}

void Tap::remove(Outlet& outlet) {
  listeners_[outlet.place_] = nullptr;  // a pass may be under way
  ++holes_;
  outlet.tap_ = nullptr;
}

// What the system has taken but not sent is out of reach: no skipping shortens it. So it takes
// about a second's worth, and the rest of a lag is ours to cut.
void Tap::tune(Outlet& outlet) const {
  outlet.tuned_ = bytes_per_second_ > 0;
  const int most = static_cast<int>(
      outlet.tuned_ ? std::clamp<std::int64_t>(bytes_per_second_, 8 << 10, 256 << 10) : 32 << 10);
  ::setsockopt(outlet.socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof most);
}

bool Tap::keep_up(Outlet& outlet, std::int64_t now) {
  if (outlet.cursor_ + 1 >= end()) return true;
  const bool catching_up = outlet.cursor_ < outlet.catch_up_;
  const std::uint64_t from = std::max(outlet.cursor_, outlet.catch_up_);  // sent in full from here
  const bool behind =
      from < base_ || (from + 1 < end() && now - ring_[from - base_].came > limits_.lag_ns);
  if (behind) {
    const std::uint64_t newest = end() - 1;
    const auto essential = [&](std::uint64_t place) {
      return std::lower_bound(essential_.begin(), essential_.end(), place,
                              [](const Kept& kept, std::uint64_t at) { return kept.place < at; });
    };
    const auto kept = essential(newest) - essential(from);
    const std::int64_t missed = static_cast<std::int64_t>(newest - from) - kept;
    outlet.catch_up_ = newest;
    if (missed > 0) {
      counts_.skipped += static_cast<std::uint64_t>(missed);
      if (framing_ == Framing::plain) return outlet.cursor_ >= essential_from_;
      if (auto words = feed_->skipped(missed)) outlet.queue(std::move(words), true);
    }
  }
  return !(behind || catching_up) || outlet.cursor_ >= essential_from_;
}

NextPiece Tap::next(std::uint64_t cursor, std::uint64_t catch_up) const {
  if (cursor < catch_up) {
    const auto at =
        std::lower_bound(essential_.begin(), essential_.end(), cursor,
                         [](const Kept& kept, std::uint64_t place) { return kept.place < place; });
    if (at != essential_.end() && at->place < catch_up) return {&at->wire, at->place, at->last};
    cursor = catch_up;
  }
  if (cursor >= end()) return {};
  const Slot& slot = ring_[cursor - base_];
  return {&slot.wire, cursor, slot.last};
}

bool Tap::serve(int most) {
  if (ring_.empty()) return false;
  if (!passing_) {
    if (holes_ > 0) {
      std::erase(listeners_, nullptr);
      for (std::size_t i = 0; i < listeners_.size(); ++i) listeners_[i]->place_ = i;
      holes_ = 0;
    }
    passing_ = true;
    position_ = 0;
    pass_end_ = end();
  }
  const std::uint64_t newest = end() - 1;
  const auto wire = ring_.back().last ? nullptr : ring_.back().wire;
  for (; position_ < listeners_.size() && most > 0; ++position_) {
    Outlet* const outlet = listeners_[position_];
    if (position_ + kAhead < listeners_.size()) fetch(listeners_[position_ + kAhead]);
    if (!outlet || outlet->cursor_ > newest || outlet->blocked_) continue;
    --most;
    if (!wire || outlet->cursor_ != newest || !outlet->idle() || outlet->catch_up_ > newest) {
      outlet->pump();
      continue;
    }
    const ssize_t sent = ::send(outlet->socket_.native_handle(), wire->data(), wire->size(),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent == static_cast<ssize_t>(wire->size())) {
      outlet->cursor_ = newest + 1;
      outlet->stalled_since_ = 0;
      count(wire->size());
    } else if (sent >= 0) {
      outlet->cursor_ = newest + 1;
      outlet->hold(wire, static_cast<std::size_t>(sent), false);
      outlet->block();
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      outlet->block();
    } else if (errno != EINTR) {
      outlet->close();
      outlet->end(Outlet::Why::failed);
    } else {
      outlet->pump();
    }
  }
  if (position_ < listeners_.size()) return true;
  passing_ = false;
  return pass_end_ != end();
}

void Tap::sweep() {
  const std::int64_t now = steady_ns();
  // By index: whoever is let go leaves a hole.
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    Outlet* const outlet = listeners_[i];
    if (!outlet) continue;
    if (!outlet->tuned_ && bytes_per_second_ > 0) tune(*outlet);
    if (outlet->stalled_since_ == 0 || now - outlet->stalled_since_ <= limits_.stall_ns) continue;
    ++counts_.dropped;
    outlet->end(Outlet::Why::slow);
  }
}

}  // namespace tutti::net
