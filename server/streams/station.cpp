#include "server/streams/station.h"

#include <algorithm>
#include <utility>

#include "engine/compose/setting_text.h"

namespace tutti::streams {

std::shared_ptr<Station> Station::make(std::shared_ptr<Core> core, std::string id,
                                       const stream::ControlLog& log) {
  std::shared_ptr<Station> station(new Station(std::move(core), std::move(id), log));
  const std::weak_ptr<Station> weak = station;
  const auto task = [&](Schedule& schedule, std::int64_t (Station::*step)()) {
    return schedule.add([weak, step] {
      const auto self = weak.lock();
      return self ? ((*self).*step)() : kNever;
    });
  };
  station->render_task_ = task(station->core_->render, &Station::render_step);
  station->send_task_ = task(station->core_->send, &Station::send_step);
  station->keep_task_ = task(station->core_->keep, &Station::keep_step);
  return station;
}

Station::Station(std::shared_ptr<Core> core, std::string id, const stream::ControlLog& log)
    : core_(std::move(core)), id_(std::move(id)), name_(core_->keeper.name_of(id_)) {
  desk_ = std::make_unique<Desk>(
      Desk::Settings{core_->options.opus_bits, core_->options.mp3_bits, name_});
  fold(log, asked_, seed_);
}

Station::~Station() {
  core_->render.remove(render_task_);
  core_->send.remove(send_task_);
  core_->keep.remove(keep_task_);
  if (source_) --core_->loaded;
  if (playing_) --core_->playing;
}

std::shared_ptr<Hub> Station::hub(Form form, Latency latency) {
  const std::lock_guard lock(hubs_mutex_);
  Place place{form, latency, 0};
  if (!is_socket(form)) place.latency = Latency::normal;
  // Messages of 100 ms begin at five different moments, so that many listeners are not all served
  // at the same one.
  if (is_socket(form) && latency == Latency::normal) {
    place.phase = static_cast<int>(next_phase_++ % kMessageSlices);
  }
  auto& held = hubs_[place];
  auto hub = held.lock();
  if (!hub) {
    hub = std::make_shared<Hub>(shared_from_this(), *core_->clock, place.form, place.latency,
                                place.phase);
    held = hub;
  }
  return hub;
}

std::vector<std::shared_ptr<Hub>> Station::hubs() {
  const std::lock_guard lock(hubs_mutex_);
  std::vector<std::shared_ptr<Hub>> all;
  for (const auto& [place, held] : hubs_) {
    if (auto hub = held.lock()) all.push_back(std::move(hub));
  }
  return all;
}

int Station::listeners() {
  int count = 0;
  for (const auto& hub : hubs()) count += hub->count();
  return count;
}

bool Station::wanted(std::int64_t now) {
  return !gone_ && (listeners() > 0 || hls_.wanted(now));
}

void Station::listeners_changed() {
  if (!core_->stopped) core_->send.wake(send_task_);
}

std::int64_t Station::due(std::int64_t frame) {
  return started_ns_ + ns_of(frame - started_frame_);
}

double Station::beats_until(std::int64_t frame) {
  const std::lock_guard lock(facts_mutex_);
  if (bar_frames_ <= 0) return 0;
  return std::max<double>(0, static_cast<double>(frame - position_)) * 4 /
         static_cast<double>(bar_frames_);
}

Result<Asked> Station::control(const std::vector<stream::Change>& changes,
                               std::optional<std::uint64_t> seed) {
  for (const auto& change : changes) {
    if (auto value = compose::checked(change.setting, change.value); !value) return value.error();
  }
  if (core_->cluster && core_->cluster->place_now(shared_from_this()) == Role::relay) {
    return core_->cluster->control(id_, changes, seed);
  }
  Asked answer;
  bool fresh = false;
  {
    const std::lock_guard lock(source_mutex_);
    if (auto loaded = load_source(); !loaded) return loaded.error();
    if (entries_ >= kMostEntries) {
      return Error{Code::too_large, "This channel was changed 100000 times; its log is full.",
                   "Make a new channel, or wait until this one rests: it then begins a new log."};
    }
    const std::lock_guard facts(facts_mutex_);
    for (const auto& change : changes) {
      if (asked_[change.setting] == change.value) continue;
      asked_.set(change.setting, change.value);
      pending_[change.setting] = asked_[change.setting];
      fresh = true;
    }
    if (seed) {
      pending_seed_ = seed_ = *seed;
      fresh = true;
    }
    answer.frame = source_->frame();
    answer.bar_frame = std::max(answer.frame, source_->next_bar());
    answer.settings = asked_;
  }
  answer.beats = beats_until(answer.bar_frame);
  // What plays is changed before the next slice is rendered; what rests, a slice's time from now.
  if (fresh) core_->render.wake(render_task_, core_->clock->now_ns() + ns_of(kSliceFrames));
  return answer;
}

ChannelState Station::state() {
  ChannelState state;
  state.id = id_;
  state.listeners = listeners();
  state.frame = position_;
  state.buffer_seconds = static_cast<double>(ring_.written() - ring_.taken()) / kRate;
  state.underruns = underruns_;
  state.overruns = ring_.overrun();
  state.skipped = skipped_;
  {
    const std::lock_guard lock(time_mutex_);
    state.running = running_;
  }
  {
    const std::lock_guard lock(facts_mutex_);
    state.next_bar = next_bar_;
    state.settings = asked_;
    state.seed = seed_;
    state.render_load = state.running ? render_load_ : 0;
    state.encode_load = state.running ? encode_load_ : 0;
    if (ready_) state.frame = rendered_;
    if (role_ == Role::relay) {
      state.node = owner_;
      state.running = playing_;
      state.frame = std::max(rendered_, state.frame);
      state.listeners = std::max(far_.listeners, state.listeners);
      state.buffer_seconds = far_.buffer_seconds;
      state.render_load = far_.render_load;
      state.encode_load = far_.encode_load;
      state.underruns = far_.underruns;
      state.overruns = far_.overruns;
    }
  }
  state.trouble = core_->cluster ? core_->cluster->trouble() : core_->wrong_address;
  state.beats_to_change = beats_until(state.next_bar);
  return state;
}

Result<stream::ControlLog> Station::log() {
  const std::lock_guard lock(source_mutex_);
  if (source_) {
    apply_pending();
    return source_->log();
  }
  auto found = kept();
  if (!found) return found.error();
  if (!*found) return Error{Code::not_found, "There is no such channel.", "Look at the list."};
  return std::move((*found)->first);
}

std::string Station::hello(Form form, Latency latency, std::int64_t frame) {
  Hello hello;
  hello.channel = id_;
  hello.name = name_;
  hello.form = form;
  hello.latency = latency;
  hello.frame = frame >= 0 ? frame : position_.load();
  hello.server_time = core_->clock->wall_ms();
  hello.message_ms = latency == Latency::low ? 20 : 100;
  hello.pre_skip = desk_->pre_skip();
  const std::lock_guard lock(facts_mutex_);
  hello.settings = asked_;
  hello.seed = seed_;
  return hello_text(hello);
}

void Station::forget() {
  if (core_->cluster && !gone_) core_->cluster->forget(id_);
  gone_ = true;
  core_->send.wake(send_task_);
}

Result<std::string> Station::playlist() {
  if (core_->cluster && core_->cluster->place_now(shared_from_this()) == Role::relay) {
    const std::lock_guard facts(facts_mutex_);
    return Error{Code::unsupported, "This channel plays on the node " + owner_ + ".",
                 "Ask that node for its playlist, or listen to the .mp3 here."};
  }
  const auto ask = [this] {
    hls_.ask(core_->clock->now_ns());
    listeners_changed();
  };
  ask();
  std::string text = hls_.playlist(id_);
  if (!text.empty()) return text;
  return Error{Code::not_found, "The first segment of this channel is being made.",
               "Ask again in a few seconds."};
}

Result<std::shared_ptr<const std::vector<std::byte>>> Station::segment(std::int64_t number) {
  hls_.ask(core_->clock->now_ns());
  if (auto bytes = hls_.segment(number)) return bytes;
  return Error{Code::not_found, "This segment is no longer, or not yet, there.",
               "Ask for the playlist again."};
}

bool Station::unload() {
  const std::lock_guard lock(source_mutex_);
  if (!source_ || playing_) return false;
  apply_pending();
  {
    // The sender decides about starting under this lock too.
    const std::lock_guard time(time_mutex_);
    if (running_) return false;
    ready_ = false;
  }
  {
    const std::lock_guard keep(keep_mutex_);
    keep_frame_ = position_;
  }
  keep_step();
  source_.reset();
  --core_->loaded;
  source_held_ = false;
  if (core_->cluster) {
    role_ = Role::unknown;
    core_->cluster->release(id_);
  }
  core_->send.wake(send_task_);
  return true;
}

std::int64_t Station::keep_step() {
  std::deque<stream::LogEntry> entries;
  std::optional<std::int64_t> frame;
  {
    const std::lock_guard lock(keep_mutex_);
    entries.swap(keep_entries_);
    frame = std::exchange(keep_frame_, std::nullopt);
  }
  if (gone_) return kNever;
  for (const auto& entry : entries) core_->keeper.keep_entry(id_, entry);
  if (frame) core_->keeper.keep_frame(id_, *frame);
  if (core_->cluster && role_ == Role::owner) core_->cluster->keep(id_, entries, frame);
  return kNever;
}

void Station::queue_frame(std::int64_t frame) {
  {
    const std::lock_guard lock(keep_mutex_);
    keep_frame_ = frame;
  }
  core_->keep.wake(keep_task_);
}

void Station::keep_now() {
  {
    const std::lock_guard lock(source_mutex_);
    if (source_) {
      apply_pending();
      const std::lock_guard keep(keep_mutex_);
      keep_frame_ = position_;
    }
  }
  keep_step();
}

}  // namespace tutti::streams
