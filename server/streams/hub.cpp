#include "server/streams/hub.h"

#include <algorithm>
#include <utility>

#include "server/streams/words.h"

namespace tutti::streams {
namespace {

std::atomic<std::uint64_t> wanted_count{0};  // no two beginnings are alike, in whichever hub

}  // namespace

std::int64_t opening_frames(Form form, Latency latency) noexcept {
  // Players of files want a second or more before they begin; the page begins with what it needs to
  // bridge the time to the next message, so that what is heard stays close to what is rendered.
  if (!is_socket(form)) return 72000;
  return latency == Latency::low ? 3 * 960 : 2 * 4800;
}

Hub::Hub(std::shared_ptr<Host> host, const Clock& clock, Form form, Latency latency, int phase)
    : form(form), latency(latency), phase(phase), host_(std::move(host)), clock_(clock) {}

Hub::~Hub() {
  // Listeners that were never counted out do not keep the channel awake.
  if (count_.exchange(0) > 0) host_->listeners_changed();
}

std::uint64_t Hub::subscribe(Sink sink) {
  const std::lock_guard lock(mutex_);
  auto sinks = std::make_shared<Sinks>(*sinks_);
  sinks->emplace(next_sink_, std::move(sink));
  sinks_ = std::move(sinks);
  return next_sink_++;
}

void Hub::unsubscribe(std::uint64_t token) {
  const std::lock_guard publishing(publishing_);
  const std::lock_guard lock(mutex_);
  auto sinks = std::make_shared<Sinks>(*sinks_);
  sinks->erase(token);
  sinks_ = std::move(sinks);
}

void Hub::listeners(int change) {
  {
    const std::lock_guard lock(mutex_);
    const int before = count_.load();
    const int after = std::max(0, before + change);
    if (before == 0 && after > 0) {
      // What was kept for newcomers is old by now.
      recent_.clear();
      recent_frames_ = 0;
      headers_ = bar_ = nullptr;
      wanted_.store(wanted_count.fetch_add(1) + 1, std::memory_order_release);
    }
    count_.store(after, std::memory_order_release);
  }
  host_->listeners_changed();
}

std::shared_ptr<const std::string> Hub::skipped(std::int64_t pieces) {
  host_->add_skipped(pieces);
  if (!is_socket(form)) return nullptr;
  return std::make_shared<const std::string>(skipped_text(pieces));
}

std::vector<Piece> Hub::opening() {
  std::vector<Piece> pieces;
  std::int64_t frame = -1;
  {
    const std::lock_guard lock(mutex_);
    const auto add = [&](std::shared_ptr<const std::string> bytes, bool text, bool essential) {
      pieces.push_back({std::move(bytes), text, essential, false, clock_.now_ns(), number_});
    };
    if (is_socket(form)) {
      add(nullptr, true, true);  // the hello, below
      if (bar_) add(bar_, true, true);
    } else if (headers_) {
      add(headers_, false, true);
    }
    for (const Item& item : recent_) {
      if (item.kind == Kind::sound && frame < 0) frame = item.frame;
      const bool word = item.kind == Kind::bar;
      add(item.bytes, word || form == Form::json, word);
    }
  }
  if (is_socket(form)) {
    pieces.front().bytes = std::make_shared<const std::string>(host_->hello(form, latency, frame));
  }
  return pieces;
}

void Hub::tap(std::function<void(const Item&, std::uint64_t number)> tap) {
  auto held = tap ? std::make_shared<const decltype(tap)>(std::move(tap)) : nullptr;
  const std::lock_guard lock(mutex_);
  tap_ = std::move(held);
}

std::vector<Item> Hub::snapshot(std::uint64_t& number) {
  const std::lock_guard lock(mutex_);
  std::vector<Item> items;
  if (headers_) items.push_back({Kind::header, 0, 0, headers_});
  if (bar_) items.push_back({Kind::bar, 0, 0, bar_});
  items.insert(items.end(), recent_.begin(), recent_.end());
  number = number_;
  return items;
}

void Hub::keep(const Item& item) {
  if (item.kind == Kind::header) headers_ = item.bytes;
  if (item.kind != Kind::sound && item.kind != Kind::bar) return;
  recent_.push_back(item);
  if (item.kind == Kind::sound) recent_frames_ += item.frames;
  const std::int64_t most = opening_frames(form, latency);
  while (!recent_.empty()) {
    const Item& oldest = recent_.front();
    if (oldest.kind == Kind::bar) {
      // A bar stays in place only behind sound that a newcomer is given before it.
      bar_ = oldest.bytes;
    } else if (recent_frames_ - oldest.frames < most) {
      break;
    } else {
      recent_frames_ -= oldest.frames;
    }
    recent_.pop_front();
  }
}

void Hub::publish(const Item& item, std::optional<std::uint64_t> beginning) {
  const std::lock_guard publishing(publishing_);
  Piece piece;
  piece.bytes = item.bytes;
  piece.text = is_socket(form) && (item.kind != Kind::sound || form == Form::json);
  piece.essential = item.kind != Kind::sound && item.kind != Kind::state;
  piece.last = item.kind == Kind::gone;
  piece.made_ns = clock_.now_ns();
  std::shared_ptr<const Sinks> sinks;
  std::shared_ptr<const std::function<void(const Item&, std::uint64_t)>> tap;
  {
    const std::lock_guard lock(mutex_);
    if (beginning && *beginning != wanted_since()) return;
    piece.number = ++number_;
    keep(item);
    sinks = sinks_;
    tap = tap_;
  }
  if (tap) (*tap)(item, piece.number);
  for (const auto& [token, sink] : *sinks) sink(piece);
}

}  // namespace tutti::streams
