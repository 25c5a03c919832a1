// A station among several nodes: where it is rendered, and what reaches it when that is elsewhere.
#include <algorithm>
#include <utility>

#include "server/streams/cluster.h"
#include "server/streams/station.h"

namespace tutti::streams {
namespace {

constexpr std::int64_t kFarAhead = 30 * kRate;

std::int64_t whole(const json::object& object, std::string_view name) {
  double value = 0;
  json_get(object.if_contains(name), value);
  return static_cast<std::int64_t>(value);
}

double real(const json::object& object, std::string_view name) {
  double value = 0;
  json_get(object.if_contains(name), value);
  return value;
}

}  // namespace

void Station::placed(Role role, const std::string& owner, Role before) {
  if (role == Role::relay) {
    const std::lock_guard lock(source_mutex_);
    {
      const std::lock_guard time(time_mutex_);
      running_ = false;
      ready_ = false;
    }
    pending_.clear();
    pending_seed_.reset();
    if (source_) {
      source_.reset();
      --core_->loaded;
      source_held_ = false;
    }
  }
  {
    const std::lock_guard facts(facts_mutex_);
    owner_ = owner;
  }
  role_ = role;
  if (role == Role::owner && before == Role::alone) {
    const std::lock_guard lock(source_mutex_);
    if (source_) core_->cluster->keep(id_, source_->log(), position_);
  }
  if (!core_->stopped) core_->send.wake(send_task_);
}

std::shared_ptr<Hub> Station::hub_at(const Place& place) {
  const std::lock_guard lock(hubs_mutex_);
  auto& held = hubs_[place];
  auto hub = held.lock();
  if (!hub) {
    hub = std::make_shared<Hub>(shared_from_this(), *core_->clock, place.form, place.latency,
                                place.phase);
    held = hub;
  }
  return hub;
}

std::map<Place, int> Station::wants() {
  std::map<Place, int> wants;
  for (const auto& hub : hubs()) {
    if (hub->count() > 0) wants[{hub->form, hub->latency, hub->phase}] = hub->count();
  }
  return wants;
}

// The log of its channel: Redis has the newest, and where it has none the Keeper.
Result<std::optional<std::pair<stream::ControlLog, std::int64_t>>> Station::kept() {
  using Kept = std::optional<std::pair<stream::ControlLog, std::int64_t>>;
  if (core_->cluster && role_ != Role::alone) {
    if (auto shared = core_->cluster->load(id_)) return Kept(std::move(shared));
  }
  auto log = core_->keeper.load(id_);
  if (!log) return log.error();
  if (!*log) return Kept();
  auto frame = core_->keeper.frame_of(id_);
  if (!frame) return frame.error();
  return Kept(std::pair(std::move(**log), *frame));
}

// Whoever listened here while another node played hears no break: the sound is the same anywhere.
std::int64_t Station::frame_to_go_on(std::int64_t kept) const {
  const std::int64_t heard = relayed_until_;
  return heard > kept && heard < kept + kFarAhead ? heard : kept;
}

void Station::relayed(const Place& place, const Item& item) {
  if (role_ != Role::relay) return;
  if (item.kind == Kind::sound && is_socket(place.form)) {
    const std::int64_t until = item.frame + item.frames;
    relayed_until_ = until;
    position_ = until;
  }
  if (item.kind == Kind::control && item.bytes) {
    if (const auto word = parse_json(*item.bytes); word && word->is_object()) {
      const json::object& object = word->as_object();
      const auto* settings = object.if_contains("settings");
      const auto* seed = object.if_contains("seed");
      const std::lock_guard facts(facts_mutex_);
      if (settings && settings->is_object()) {
        for (int i = 0; i < compose::kSettings; ++i) {
          const auto setting = static_cast<compose::Setting>(i);
          const auto id = compose::setting_table()[static_cast<std::size_t>(i)].id;
          double value = 0;
          if (json_get(settings->as_object().if_contains(id), value)) asked_.set(setting, value);
        }
      }
      if (seed && seed->is_string()) seed_ = std::strtoull(seed->as_string().c_str(), nullptr, 10);
    }
  }
  if (item.kind == Kind::gone) gone_ = said_gone_ = true;
  std::shared_ptr<Hub> hub;
  {
    const std::lock_guard lock(hubs_mutex_);
    const auto found = hubs_.find(place);
    if (found != hubs_.end()) hub = found->second.lock();
  }
  if (!hub) return;
  if (item.kind == Kind::gone && !is_socket(place.form)) {
    hub->publish({Kind::gone, item.frame, 0, nullptr});
  } else {
    hub->publish(item);
  }
}

json::object Station::facts() {
  const ChannelState state = this->state();
  json::array values;
  for (const double value : state.settings.values) values.emplace_back(value);
  std::int64_t bar_frames = 0;
  {
    const std::lock_guard facts(facts_mutex_);
    bar_frames = bar_frames_;
  }
  return {{"frame", state.frame},
          {"next_bar", state.next_bar},
          {"bar_frames", bar_frames},
          {"values", std::move(values)},
          {"seed", std::to_string(state.seed)},
          {"listeners", state.listeners},
          {"buffer", state.buffer_seconds},
          {"render_load", state.render_load},
          {"encode_load", state.encode_load},
          {"underruns", state.underruns},
          {"overruns", state.overruns}};
}

void Station::take_facts(const json::object& facts) {
  const std::lock_guard lock(facts_mutex_);
  rendered_ = whole(facts, "frame");
  next_bar_ = whole(facts, "next_bar");
  bar_frames_ = whole(facts, "bar_frames");
  asked_ = settings_from(facts.if_contains("values"));
  if (const auto* seed = facts.if_contains("seed"); seed && seed->is_string()) {
    seed_ = std::strtoull(seed->as_string().c_str(), nullptr, 10);
  }
  far_.listeners = static_cast<int>(whole(facts, "listeners"));
  far_.buffer_seconds = real(facts, "buffer");
  far_.render_load = real(facts, "render_load");
  far_.encode_load = real(facts, "encode_load");
  far_.underruns = whole(facts, "underruns");
  far_.overruns = whole(facts, "overruns");
}

}  // namespace tutti::streams
