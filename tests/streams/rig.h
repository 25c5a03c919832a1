// A server of streams on a bench: a clock that is turned by hand, music that says which frame it
// is, and listeners that write down what they get.
#pragma once

#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/base/json.h"
#include "server/streams/inside.h"
#include "server/streams/schedule.h"

namespace tutti::streams {

class HandClock final : public Clock {
 public:
  std::int64_t now_ns() const noexcept override { return now_; }
  double wall_ms() const noexcept override { return 1.7e12 + static_cast<double>(now_) / 1e6; }
  void turn(std::int64_t ns) { now_ += ns; }

 private:
  std::atomic<std::int64_t> now_{1'000'000'000};
};

// Left: a sawtooth that tells the frame modulo 32768, exact in 16 bits. Right: the key as a level.
class Metronome final : public Source {
 public:
  Metronome(stream::ControlLog log, std::int64_t frame) : log_(std::move(log)), frame_(frame) {
    for (const auto& entry : log_.entries) apply(entry);
    begin(frame / kBar * kBar);
  }
  static constexpr std::int64_t kBar = 48000;
  static float left_at(std::int64_t frame) { return static_cast<float>(frame % 32768) / 32768.0f; }
  std::int64_t frame() const override { return frame_; }
  std::int64_t next_bar() const override { return bar_.frame + kBar; }
  const stream::PlayedBar& bar() const override { return bar_; }
  const stream::ControlLog& log() const override { return log_; }
  stream::LogEntry control(std::span<const stream::Change> changes,
                           std::optional<std::uint64_t> seed) override {
    log_.entries.push_back({frame_, {changes.begin(), changes.end()}, seed});
    apply(log_.entries.back());
    return log_.entries.back();
  }
  void render(float* left, float* right, int frames) override {
    for (int i = 0; i < frames; ++i, ++frame_) {
      if (frame_ == next_bar()) begin(frame_);
      left[i] = left_at(frame_);
      right[i] = static_cast<float>(settings_.tonic()) / 32.0f;
    }
    rendered += frames;
  }
  std::vector<stream::PlayedBar> take_bars() override { return std::exchange(bars_, {}); }

  static inline std::atomic<std::int64_t> rendered{0};

 private:
  void apply(const stream::LogEntry& entry) {
    for (const auto& change : entry.changes) settings_.set(change.setting, change.value);
  }
  void begin(std::int64_t frame) {
    bar_.frame = frame;
    bar_.frames = kBar;
    bar_.bpm = 240;
    bar_.bar.index = static_cast<int>(frame / kBar % 64);
    bar_.bar.settings = settings_;
    bar_.bar.chords = {{Ticks{0}, compose::kBarTicks, {9, compose::Quality::minor7, 9}}};
    bar_.bar.notes = {{compose::Voice::pad, compose::Play::plain, 57, 80, Ticks{0}, Ticks{15360}}};
    bars_.push_back(bar_);
  }
  stream::ControlLog log_;
  compose::Settings settings_ = log_.start;
  std::int64_t frame_;
  stream::PlayedBar bar_;
  std::vector<stream::PlayedBar> bars_;
};

// Channels in memory.
class Shelf final : public Keeper {
 public:
  Shelf() { logs["ambient"].seed = 7; }
  Result<std::optional<stream::ControlLog>> load(const std::string& channel) override {
    const std::lock_guard lock(mutex);
    const auto found = logs.find(channel);
    if (found == logs.end()) return std::optional<stream::ControlLog>{};
    return std::optional(found->second);
  }
  Result<std::int64_t> frame_of(const std::string& channel) override {
    const std::lock_guard lock(mutex);
    return frames[channel];
  }
  void keep_entry(const std::string& channel, const stream::LogEntry& entry) override {
    const std::lock_guard lock(mutex);
    logs[channel].entries.push_back(entry);
  }
  void keep_frame(const std::string& channel, std::int64_t frame) override {
    const std::lock_guard lock(mutex);
    frames[channel] = frame;
  }
  std::string name_of(const std::string& channel) override { return "The " + channel; }
  std::int64_t kept(const std::string& channel) {
    const std::lock_guard lock(mutex);
    return frames[channel];
  }
  stream::ControlLog log(const std::string& channel) {
    const std::lock_guard lock(mutex);
    return logs[channel];
  }

  std::mutex mutex;
  std::map<std::string, stream::ControlLog> logs;
  std::map<std::string, std::int64_t> frames;
};

inline Inside bench(std::shared_ptr<const Clock> clock, int threads) {
  Inside inside;
  inside.clock = std::move(clock);
  inside.make_source = [](stream::ControlLog log, std::int64_t frame) {
    return std::make_unique<Metronome>(std::move(log), frame);
  };
  inside.render_threads = inside.send_threads = threads;
  return inside;
}

struct Rig {
  explicit Rig(Options options = {}) : streams(std::move(options), shelf, bench(clock, 0)) {}
  // Lets time pass in steps to each deadline.
  void pass(double seconds) {
    std::int64_t left = std::llround(seconds * 1e9);
    run_due(streams);
    while (left > 0) {
      const std::int64_t next = next_due(streams);
      const std::int64_t step = next == kNever ? left : std::min(left, next - clock->now_ns());
      clock->turn(std::max<std::int64_t>(step, 1));
      left -= std::max<std::int64_t>(step, 1);
      run_due(streams);
    }
  }

  std::shared_ptr<HandClock> clock = std::make_shared<HandClock>();
  Shelf shelf;
  Streams streams;
};

// What one listener of a feed got: opening first, then what came live, nothing twice.
class Ear {
 public:
  explicit Ear(std::shared_ptr<Feed> feed) : feed_(std::move(feed)) {
    feed_->listeners(1);
    token_ = feed_->subscribe([this](const Piece& piece) {
      const std::lock_guard lock(mutex_);
      if (!opened_) {
        early_.push_back(piece);
      } else if (piece.number > heard_) {
        take(piece);
      }
    });
    const auto opening = feed_->opening();
    const std::lock_guard lock(mutex_);
    for (const Piece& piece : opening) {
      heard_ = piece.number;
      pieces_.push_back(piece);
    }
    opened_ = true;
    for (const Piece& piece : early_) {
      if (piece.number > heard_) take(piece);
    }
  }
  ~Ear() { leave(); }
  void leave() {
    if (!feed_) return;
    feed_->unsubscribe(token_);
    feed_->listeners(-1);
    feed_.reset();
  }
  std::vector<Piece> pieces() const {
    const std::lock_guard lock(mutex_);
    return pieces_;
  }
  std::vector<json::object> words(std::string_view type) const {
    std::vector<json::object> found;
    for (const Piece& piece : pieces()) {
      if (!piece.text || !piece.bytes) continue;
      const auto value = parse_json(*piece.bytes);
      if (!value) continue;
      if (const auto* kind = json_find(*value, "type"); kind && *kind->if_string() == type) {
        found.push_back(value->as_object());
      }
    }
    return found;
  }
  std::string bytes() const {
    std::string all;
    for (const Piece& piece : pieces()) {
      if (piece.bytes) all += *piece.bytes;
    }
    return all;
  }
  Feed& feed() { return *feed_; }

 private:
  void take(const Piece& piece) {
    // An empty opening (a player's, before there is sound) does not say which number comes next.
    if (heard_ > 0) {
      EXPECT_EQ(piece.number, heard_ + 1);
    }
    heard_ = piece.number;
    pieces_.push_back(piece);
  }
  std::shared_ptr<Feed> feed_;
  mutable std::mutex mutex_;
  bool opened_ = false;
  std::uint64_t heard_ = 0, token_ = 0;
  std::vector<Piece> early_, pieces_;
};

template <class T>
T little(const std::string& bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

// Binary pcm16 message taken apart.
struct Pcm {
  std::int64_t frame = 0, frames = 0;
  double server_time = 0;
  std::vector<std::int16_t> samples;
};
inline std::vector<Pcm> pcm_of(const std::vector<Piece>& pieces) {
  std::vector<Pcm> all;
  for (const Piece& piece : pieces) {
    if (piece.text || !piece.bytes) continue;
    const std::string& bytes = *piece.bytes;
    EXPECT_EQ(bytes[0], 1);
    Pcm pcm;
    pcm.frames = little<std::uint32_t>(bytes, 4);
    pcm.frame = little<std::int64_t>(bytes, 8);
    pcm.server_time = little<double>(bytes, 16);
    pcm.samples.resize((bytes.size() - 24) / 2);
    std::memcpy(pcm.samples.data(), bytes.data() + 24, bytes.size() - 24);
    EXPECT_EQ(pcm.samples.size(), 2 * static_cast<std::size_t>(pcm.frames));
    all.push_back(std::move(pcm));
  }
  return all;
}

}  // namespace tutti::streams
