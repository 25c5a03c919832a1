// The sender's half of a station: sound out of the ring at its time, encoded once, to all hubs.
#include <algorithm>
#include <utility>

#include "server/streams/station.h"

namespace tutti::streams {
namespace {

constexpr int kSlicesAtOnce = 25;                      // then other stations have their turn
constexpr std::int64_t kLookAgainNs = 5'000'000;       // when the ring was empty
constexpr std::int64_t kStandstillNs = 1'000'000'000;  // longer than any listener bridges
constexpr std::int64_t kLongStartNs = 15'000'000'000;  // longer than any burst
constexpr std::int64_t kStateSlices = 50;              // a second
constexpr std::int64_t kKeepSlices = 250;              // five
constexpr double kLowAhead = 0.04;                     // seconds
constexpr std::int64_t kHlsBurst = 3 * Hls::kSegmentMp3Frames * live::kMp3Frames + 2 * 4800;

}  // namespace

// How much a channel that begins to play sends at once, so that its listeners can begin at once.
std::int64_t Station::burst_frames(const Hubs& hubs) const {
  std::int64_t most = 0;
  for (const auto& hub : hubs) {
    if (hub->count() > 0) most = std::max(most, opening_frames(hub->form, hub->latency));
  }
  // Only polled: segments for the first playlist.
  if (most == 0) return kHlsBurst;
  return std::max<std::int64_t>(0, most - desk_->history_frames());
}

bool Station::start(const Hubs& hubs, std::int64_t now) {
  std::int64_t source_frame = 0;
  {
    const std::lock_guard facts(facts_mutex_);
    source_frame = rendered_;
  }
  if (anew_.exchange(false)) {
    // The source was made anew, perhaps at another frame: nothing here goes with it.
    while (ring_.read(left_.data(), right_.data(),
                      std::min<std::size_t>(ring_.available(), kSliceFrames)) > 0) {
    }
    slices_read_ = slices_written_;
    position_ = source_frame;
    desk_->clear();
  }
  const std::lock_guard time(time_mutex_);
  if (!ready_) return false;
  started_ns_ = now;
  started_frame_ = position_ + burst_frames(hubs);
  starting_ = true;
  missed_ = false;
  running_ = true;
  said_ns_ = now;
  slices_until_state_ = kStateSlices;
  slices_until_keep_ = kKeepSlices;
  return true;
}

void Station::rest(std::int64_t now) {
  {
    const std::lock_guard time(time_mutex_);
    if (!running_) return;
    running_ = false;
  }
  rested_ns_ = now;
  desk_->rest();
  queue_frame(position_);
}

// Words that wait go before the sound that follows.
void Station::say(const Hubs& hubs) {
  std::deque<ControlWord> words;
  std::deque<Item> bars;
  {
    const std::lock_guard facts(facts_mutex_);
    words.swap(control_words_);
    bars.swap(fresh_bars_);
  }
  for (auto& bar : bars) desk_->bar(bar.frame, bar.frames, std::move(bar.bytes));
  for (const auto& word : words) {
    const Item item{Kind::control, word.frame, 0,
                    std::make_shared<const std::string>(control_text(word))};
    for (const auto& hub : hubs) {
      if (is_socket(hub->form) && hub->count() > 0) hub->publish(item);
    }
  }
}

void Station::say_state(const Hubs& hubs, std::int64_t now) {
  StateWord word;
  word.frame = position_;
  word.listeners = listeners();
  word.buffer_ms = static_cast<double>(ring_.written() - ring_.taken()) * 1e3 / kRate;
  word.underruns = underruns_;
  word.skipped = skipped_;
  word.server_time = core_->clock->wall_ms();
  const double elapsed = static_cast<double>(std::max<std::int64_t>(1, now - said_ns_));
  {
    const std::lock_guard facts(facts_mutex_);
    render_load_ = word.render_load = static_cast<double>(render_ns_.exchange(0)) / elapsed;
    encode_load_ = word.encode_load = static_cast<double>(encode_ns_.exchange(0)) / elapsed;
  }
  said_ns_ = now;
  const Item item{Kind::state, word.frame, 0,
                  std::make_shared<const std::string>(state_text(word))};
  for (const auto& hub : hubs) {
    if (is_socket(hub->form) && hub->count() > 0) hub->publish(item);
  }
}

// The next slice from the ring to the desk; false: it is not there.
bool Station::take_slice() {
  if (ring_.available() < kSliceFrames) {
    hungry_ = true;
    if (ring_.available() < kSliceFrames) return false;
    hungry_ = false;
  }
  ring_.read(left_.data(), right_.data(), kSliceFrames);
  const double stamp = stamps_[static_cast<std::size_t>(slices_read_++) % kStamps];
  if (full_.exchange(false)) core_->render.wake(render_task_);
  desk_->sound(left_.data(), right_.data(), position_, stamp);
  position_ += kSliceFrames;
  return true;
}

void Station::publish(const Hubs& hubs, std::int64_t now) {
  const bool hls = hls_.wanted(now);
  if (hls && !hls_on_) hls_.interrupt();
  hls_on_ = hls;
  Desk::Mp3Sink sink;
  if (hls) {
    sink = [this](const live::Mp3Run& run, std::int64_t, double server_time) {
      hls_.add(run, server_time);
    };
  }
  desk_->publish(hubs, sink);
}

std::int64_t Station::send_step() {
  std::int64_t now = core_->clock->now_ns();
  const Hubs hubs = this->hubs();
  if (gone_) {
    rest(now);
    if (!said_gone_.exchange(true)) {
      const auto text = std::make_shared<const std::string>(gone_text(id_));
      for (const auto& hub : hubs) {
        hub->publish({Kind::gone, position_, 0, is_socket(hub->form) ? text : nullptr});
      }
    }
    if (playing_.exchange(false)) --core_->playing;
    return kNever;
  }
  const bool wanted = this->wanted(now);
  if (wanted != playing_.exchange(wanted)) core_->playing += wanted ? 1 : -1;
  if (!wanted) {
    rest(now);
    if (!ready_) desk_->clear();  // what it kept for newcomers goes with the source
    if (core_->cluster && role_ == Role::relay) core_->cluster->changed(id_);
    return kNever;
  }
  if (core_->cluster) {
    const Role role = role_;
    if (role == Role::unknown) {
      if (wanted) core_->cluster->attend(shared_from_this());
      return kNever;
    }
    if (role == Role::relay) {
      core_->cluster->changed(id_);
      return kNever;
    }
  }
  bool running = false;
  {
    const std::lock_guard time(time_mutex_);
    running = running_;
  }
  if (!running) {
    if (!ready_ || !start(hubs, now)) {
      core_->render.wake(render_task_);  // it wakes us when the source stands
      return kNever;
    }
  }
  const bool low = std::any_of(hubs.begin(), hubs.end(), [](const auto& hub) {
    return hub->latency == Latency::low && hub->count() > 0;
  });
  const double seconds =
      low ? std::min(kLowAhead, core_->options.ahead_seconds) : core_->options.ahead_seconds;
  bool wider = false;
  {
    const std::lock_guard time(time_mutex_);
    const auto ahead =
        std::max<std::int64_t>(kSliceFrames, static_cast<std::int64_t>(seconds * kRate));
    wider = ahead > ahead_frames_;
    ahead_frames_ = std::min<std::int64_t>(ahead, kRingFrames - 2 * kSliceFrames);
  }
  if (!running || wider) core_->render.wake(render_task_);
  const std::int64_t cpu = thread_cpu_ns();
  std::int64_t next = now;
  for (int i = 0; i < kSlicesAtOnce; ++i) {
    {
      const std::lock_guard time(time_mutex_);
      next = due(position_);
      if (next > now) {
        starting_ = false;
        break;
      }
      if (now - next > (starting_ ? kLongStartNs : kStandstillNs)) {
        started_ns_ += now - next;
        ++underruns_;
        missed_ = true;
      }
    }
    if (!take_slice()) {
      if (!starting_ && !std::exchange(missed_, true)) ++underruns_;
      core_->render.wake(render_task_);
      next = core_->clock->now_ns() + kLookAgainNs;
      break;
    }
    missed_ = false;
    say(hubs);
    publish(hubs, now);
    if (--slices_until_keep_ <= 0) {
      // Whoever takes over from this node goes on from there.
      slices_until_keep_ = core_->cluster ? kStateSlices : kKeepSlices;
      queue_frame(position_);
    }
    if (--slices_until_state_ <= 0) {
      slices_until_state_ = kStateSlices;
      say_state(hubs, now);
    }
    next = now;
  }
  say(hubs);
  publish(hubs, now);
  encode_ns_ += thread_cpu_ns() - cpu;
  return next;
}

}  // namespace tutti::streams
