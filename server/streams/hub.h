// The feed of one form of one channel: who listens, and what a newcomer is given first.
//
// The channel's sender publishes; sinks are called on its thread. A hub outlives neither a server's
// pace nor its channel: it only asks its Host for words and tells it when listeners come and go.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/streams/clock.h"
#include "server/streams/feed.h"
#include "server/streams/streams.h"

namespace tutti::streams {

// What a hub needs of its channel. Thread-safe.
class Host {
 public:
  virtual ~Host() = default;
  // The first message of a WebSocket; `frame` of the first sound that follows, -1: the next one.
  virtual std::string hello(Form, Latency, std::int64_t frame) = 0;
  virtual void listeners_changed() = 0;
  virtual void add_skipped(std::int64_t pieces) = 0;
};

enum class Kind : std::uint8_t { header, bar, control, state, sound, gone };

struct Item {
  Kind kind = Kind::sound;
  std::int64_t frame = 0, frames = 0;  // of sound and bars
  std::shared_ptr<const std::string> bytes;
};

// Sound that is kept for newcomers, frames.
std::int64_t opening_frames(Form, Latency) noexcept;
inline bool is_socket(Form form) noexcept {
  return form != Form::ogg && form != Form::mp3;
}

class Hub final : public Feed {
 public:
  // `phase`: which 20-ms packet, modulo the message's number of packets, messages begin at.
  Hub(std::shared_ptr<Host>, const Clock&, Form, Latency, int phase);
  ~Hub() override;

  std::uint64_t subscribe(Sink) override;
  // When it returned the sink is not called any more. Not from a sink.
  void unsubscribe(std::uint64_t) override;
  std::vector<Piece> opening() override;
  void listeners(int change) override;
  std::shared_ptr<const std::string> skipped(std::int64_t pieces) override;

  // The sender's side; one thread at a time. `beginning` is the wanted_since() that the item was
  // made for: where a first listener came since, the item is not for it (it begins anew, a little
  // earlier) and is dropped.
  void publish(const Item&, std::optional<std::uint64_t> beginning = {});
  // Hears all that is published, besides the sinks; null: nobody. One at most.
  void tap(std::function<void(const Item&, std::uint64_t number)>);
  // What an opening is made of, and the number of the last piece before it.
  std::vector<Item> snapshot(std::uint64_t& number);
  int count() const noexcept { return count_.load(std::memory_order_acquire); }
  // Changes whenever a first listener comes to a hub without any.
  std::uint64_t wanted_since() const noexcept { return wanted_.load(std::memory_order_acquire); }

  const Form form;
  const Latency latency;
  const int phase;

 private:
  using Sinks = std::map<std::uint64_t, Sink>;
  void keep(const Item&);

  const std::shared_ptr<Host> host_;
  const Clock& clock_;
  std::atomic<int> count_{0};
  std::atomic<std::uint64_t> wanted_{0};

  std::mutex publishing_;  // held while sinks are called; taken before mutex_
  std::mutex mutex_;       // what follows
  std::shared_ptr<const Sinks> sinks_ = std::make_shared<Sinks>();
  std::uint64_t next_sink_ = 1;
  std::shared_ptr<const std::function<void(const Item&, std::uint64_t)>> tap_;
  std::uint64_t number_ = 0;
  std::shared_ptr<const std::string> headers_, bar_;
  std::deque<Item> recent_;         // sound, and the bars that begin in it
  std::int64_t recent_frames_ = 0;  // of sound
};

}  // namespace tutti::streams
