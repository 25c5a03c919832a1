#include "server/net/fan.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <limits>

namespace tutti::net {
namespace {

// Listeners that are served before others on this thread have their turn: well under a millisecond.
constexpr int kTurn = 64;

}  // namespace

Fan::Fan(asio::io_context& io, asio::thread_pool& pool, FeedLimits sockets, FeedLimits answers,
         Metrics& metrics)
    : io_(io),
      pool_(pool),
      limits_{sockets, answers},
      metrics_(metrics),
      inbox_(std::make_shared<Inbox>()),
      register_(std::make_shared<FeedRegister>()),
      timer_(io) {
  inbox_->fan = this;
}

Fan::~Fan() {
  std::lock_guard lock(inbox_->mutex);
  inbox_->fan = nullptr;
  inbox_->pieces.clear();
}

Fan::Seat::~Seat() {
  if (!tap_) return;
  asio::post(*pool_, [tap = std::move(tap_), all = std::move(register_)] {
    const auto& feed = tap->feed();
    {
      std::lock_guard lock(all->mutex);
      const auto at = all->taps.find({feed.get(), tap->framing()});
      if (at != all->taps.end() && --at->second.members == 0) {
        feed->unsubscribe(at->second.token);
        all->taps.erase(at);
      }
    }
    feed->listeners(-1);
  });
}

std::shared_ptr<Fan::Seat> Fan::join(std::shared_ptr<streams::Feed> feed, Framing framing) {
  auto seat = std::make_shared<Seat>();
  {
    std::lock_guard lock(register_->mutex);
    FeedRegister::Entry& entry = register_->taps[{feed.get(), framing}];
    if (!entry.tap) {
      entry.tap = std::make_shared<Tap>(feed, framing, limits_[framing == Framing::plain], counts_);
      entry.token = feed->subscribe(
          [inbox = inbox_, weak = std::weak_ptr<Tap>(entry.tap)](const streams::Piece& piece) {
            auto tap = weak.lock();
            std::lock_guard guard(inbox->mutex);
            if (!tap || !inbox->fan) return;
            inbox->pieces.emplace_back(std::move(tap), piece);
            if (inbox->pieces.size() > 1) return;  // the serving thread has been called
            asio::post(inbox->fan->io_, [inbox] {
              // The fan ends only where this thread does.
              if (inbox->fan) inbox->fan->drain();
            });
          });
    }
    ++entry.members;
    seat->tap_ = entry.tap;
    seat->register_ = register_;
    seat->pool_ = &pool_;
  }
  feed->listeners(1);
  seat->opening_ = feed->opening();
  return seat;
}

void Fan::follow(Seat& seat, Outlet& outlet) {
  // What the opening counts as past is in the ring after this.
  drain();
  Tap& tap = *seat.tap_;
  const auto opening = std::exchange(seat.opening_, {});
  // An opening without a piece does not say where it stands: what comes next is heard.
  std::uint64_t number = opening.empty() ? std::numeric_limits<std::uint64_t>::max() : 0;
  for (const streams::Piece& piece : opening) number = std::max(number, piece.number);
  if (std::none_of(known_.begin(), known_.end(),
                   [&](const std::weak_ptr<Tap>& known) { return known.lock() == seat.tap_; }))
    known_.push_back(seat.tap_);
  outlet.follow(tap, tap.place_after(number), opening);
  if (!sweeping_) {
    sweeping_ = true;
    sweep();
  }
}

void Fan::drain() {
  std::vector<std::pair<std::shared_ptr<Tap>, streams::Piece>> pieces;
  {
    std::lock_guard lock(inbox_->mutex);
    pieces.swap(inbox_->pieces);
  }
  for (auto& [tap, piece] : pieces) {
    tap->push(piece);
    if (std::exchange(tap->queued, true)) continue;
    due_.push_back(std::move(tap));
  }
  if (!due_.empty() && !std::exchange(turning_, true)) turn();
}

void Fan::turn() {
  const auto tap = due_.front();
  if (!tap->serve(kTurn)) {
    tap->queued = false;
    due_.pop_front();
  }
  turning_ = !due_.empty();
  if (!turning_) return;
  asio::post(io_, [inbox = inbox_] {
    if (inbox->fan) inbox->fan->turn();
  });
}

void Fan::sweep() {
  std::size_t listeners = 0;
  const auto known = known_;
  for (const auto& weak : known)
    if (const auto tap = weak.lock()) {
      tap->sweep();
      listeners += tap->listeners();
    }
  std::erase_if(known_, [](const std::weak_ptr<Tap>& weak) { return weak.expired(); });
  metrics_.feeds(static_cast<double>(listeners) - static_cast<double>(reported_listeners_),
                 static_cast<double>(counts_.sent - reported_.sent),
                 static_cast<double>(counts_.skipped - reported_.skipped),
                 static_cast<double>(counts_.dropped - reported_.dropped));
  metrics_.sent(static_cast<double>(counts_.bytes - reported_.bytes));
  reported_ = counts_;
  reported_listeners_ = listeners;
  sweeping_ = !known_.empty();
  if (!sweeping_) return;
  timer_.expires_after(std::chrono::seconds(1));
  timer_.async_wait([this](boost::system::error_code code) {
    if (!code) sweep();
  });
}

}  // namespace tutti::net
