// The renderer's half of a station: music into the ring, a little ahead of its time.
#include <algorithm>
#include <utility>

#include "server/streams/station.h"

namespace tutti::streams {
namespace {

constexpr int kSlicesAtOnce = 16;  // then others have their turn
constexpr std::int64_t kTryAgainNs = 1'000'000'000;

}  // namespace

void Station::fold(const stream::ControlLog& log, compose::Settings& asked, std::uint64_t& seed) {
  asked = log.start;
  seed = log.seed;
  for (const auto& entry : log.entries) {
    for (const auto& change : entry.changes) asked.set(change.setting, change.value);
    if (entry.seed) seed = *entry.seed;
  }
}

Result<void> Station::load_source() {
  if (source_) return {};
  if (role_ == Role::relay) {
    return Error{Code::conflict, "Another node has begun to play this channel.", "Try again."};
  }
  auto found = kept();
  if (!found) return found.error();
  if (!*found) return Error{Code::not_found, "There is no such channel.", "Look at the list."};
  auto& [log, frame] = **found;
  if (log.rate != kRate) {
    return Error{Code::unsupported, "This channel's log is not for 48000 frames a second.",
                 "Make a new channel with the same seed and settings."};
  }
  frame = frame_to_go_on(frame);
  entries_ = log.entries.size();
  if (core_->cluster && role_ == Role::owner) core_->cluster->keep(id_, log, frame);
  compose::Settings asked;
  std::uint64_t seed = 0;
  fold(log, asked, seed);
  source_ = core_->make_source(std::move(log), frame);
  anew_ = true;
  ++core_->loaded;
  source_held_ = true;
  {
    const std::lock_guard facts(facts_mutex_);
    asked_ = asked;
    seed_ = seed;
    next_bar_ = source_->next_bar();
    bar_frames_ = source_->bar().frames;
    rendered_ = source_->frame();
    fresh_bars_.clear();
    last_bar_ = -1;
    if (const auto& bar = source_->bar(); bar.frames > 0) {
      last_bar_ = bar.frame;
      fresh_bars_.push_back(
          {Kind::bar, bar.frame, bar.frames, std::make_shared<const std::string>(bar_text(bar))});
    }
  }
  return {};
}

void Station::apply_pending() {
  if (pending_.empty() && !pending_seed_) return;
  std::vector<stream::Change> changes;
  for (const auto& [setting, value] : pending_) changes.push_back({setting, value});
  pending_.clear();
  const auto seed = std::exchange(pending_seed_, std::nullopt);
  stream::LogEntry entry = source_->control(changes, seed);
  ++entries_;
  ControlWord word;
  for (const auto& change : changes) word.changed.push_back(change.setting);
  word.frame = entry.frame;
  word.bar_frame = std::max(entry.frame, source_->next_bar());
  word.beats = beats_until(word.bar_frame);
  {
    const std::lock_guard facts(facts_mutex_);
    word.settings = asked_;
    word.seed = seed_;
    control_words_.push_back(std::move(word));
    // Nobody needs words of long ago when the sender is asleep.
    if (control_words_.size() > 64) control_words_.pop_front();
  }
  {
    const std::lock_guard keep(keep_mutex_);
    keep_entries_.push_back(std::move(entry));
  }
  if (core_->stopped) return;
  core_->keep.wake(keep_task_);
  core_->send.wake(send_task_);
}

void Station::render_slice() {
  source_->render(render_left_.data(), render_right_.data(), kSliceFrames);
  std::vector<Item> bars;
  for (const auto& bar : source_->take_bars()) {
    if (bar.frame <= last_bar_) continue;
    last_bar_ = bar.frame;
    bars.push_back(
        {Kind::bar, bar.frame, bar.frames, std::make_shared<const std::string>(bar_text(bar))});
  }
  {
    const std::lock_guard facts(facts_mutex_);
    next_bar_ = source_->next_bar();
    bar_frames_ = source_->bar().frames;
    rendered_ = source_->frame();
    for (auto& bar : bars) fresh_bars_.push_back(std::move(bar));
  }
  // The sender reads the stamp after the sound, so the ring puts the two in order.
  const std::int64_t number = slices_written_.load(std::memory_order_relaxed);
  stamps_[static_cast<std::size_t>(number) % kStamps] = core_->clock->wall_ms();
  slices_written_.store(number + 1, std::memory_order_relaxed);
  ring_.write(render_left_.data(), render_right_.data(), kSliceFrames);
}

std::int64_t Station::render_step() {
  const std::int64_t cpu = thread_cpu_ns();
  const auto done = [&](std::int64_t next) {
    render_ns_ += thread_cpu_ns() - cpu;
    return next;
  };
  for (int i = 0; i < kSlicesAtOnce; ++i) {
    const std::lock_guard lock(source_mutex_);
    if (gone_) return kNever;
    if (auto loaded = load_source(); !loaded) {
      if (loaded.error().code == Code::not_found) {
        gone_ = true;
        core_->send.wake(send_task_);
        return kNever;
      }
      return core_->clock->now_ns() + kTryAgainNs;
    }
    apply_pending();
    if (!ready_.exchange(true)) core_->send.wake(send_task_);
    std::int64_t slack = 0;
    {
      const std::lock_guard time(time_mutex_);
      if (!running_) return done(kNever);
      slack = due(source_->frame() - ahead_frames_) - core_->clock->now_ns();
      if (slack > 0) return done(core_->clock->now_ns() + slack);
    }
    if (ring_.room() < kSliceFrames) {
      full_ = true;
      if (ring_.room() < kSliceFrames) return done(kNever);  // the sender wakes us
    }
    full_ = false;
    render_slice();
    if (hungry_.exchange(false)) core_->send.wake(send_task_);
  }
  return done(core_->clock->now_ns());
}

}  // namespace tutti::streams
