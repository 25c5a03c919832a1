// What can be asked of the endless music: the settings, where a channel stands, controls.
#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>

#include "engine/base/json.h"
#include "engine/compose/setting_text.h"
#include "server/api/iso_time.h"
#include "server/api/refusal.h"
#include "server/api/routes.h"
#include "server/api/stream_access.h"
#include "server/api/stream_control.h"
#include "server/api/stream_keeper.h"

namespace tutti::api {
namespace {

// So many controls of one channel a second come in by HTTP; a moment's burst may be as large.
constexpr double kControlsPerSecond = 50;

// A token bucket a channel. Full ones are forgotten, so that it holds those of the last second.
class ControlGate {
 public:
  bool admit(const std::string& channel) {
    using Clock = std::chrono::steady_clock;
    const auto now = Clock::now();
    std::lock_guard lock(mutex_);
    if (buckets_.size() > 64)
      std::erase_if(buckets_,
                    [&](const auto& one) { return now - one.second.at > std::chrono::seconds(1); });
    auto [found, fresh] = buckets_.try_emplace(channel, Bucket{kControlsPerSecond, now});
    Bucket& bucket = found->second;
    const double seconds = std::chrono::duration<double>(now - bucket.at).count();
    bucket.tokens = std::min(kControlsPerSecond, bucket.tokens + seconds * kControlsPerSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

 private:
  struct Bucket {
    double tokens;
    std::chrono::steady_clock::time_point at;
  };
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  const json::string* text = found ? found->if_string() : nullptr;
  return text ? std::string(text->data(), text->size()) : std::string();
}

Result<StreamApplied> apply(const Services& services, ControlGate& gate, const std::string& channel,
                            const json::object& body) {
  auto row = channel_to_control(*services.store, channel, text_of(body, "secret"));
  if (!row) return row.error();
  auto control = control_of(body, {"channel", "secret"});
  if (!control) return control.error();
  if (!gate.admit(channel))
    return too_many("Too many changes of this channel, slow down.",
                    "Send at most 50 a second; of each setting only the last one counts.");
  auto asked = services.streams->control(channel, control->changes, control->seed);
  if (!asked) return asked.error();
  auto state = services.streams->state(channel);
  if (!state) return state.error();
  return StreamApplied{channel,
                       settings_json(asked->settings),
                       std::to_string(state->seed),
                       asked->frame,
                       asked->bar_frame,
                       asked->beats};
}

Result<StreamStatus> status_of(const Services& services, const Call& call) {
  const std::string channel = call.asked("channel").value_or(kPublicChannel);
  auto row = channel_to_hear(*services.store, channel, call.asked("secret").value_or(""));
  if (!row) return row.error();
  auto state = services.streams->state(channel);
  if (!state) return state.error();
  const compose::Settings& settings = state->settings;
  StreamStatus status;
  status.channel = channel;
  status.name = row->name;
  status.playing = state->running;
  // A channel that rests need not have been loaded since the server started.
  status.frame = std::max(state->frame, row->frame);
  status.bar_frame = state->next_bar;
  status.beats = state->beats_to_change;
  status.key = compose::key_text(settings);
  status.bpm = settings[compose::Setting::bpm];
  status.intensity = settings[compose::Setting::intensity];
  status.style = compose::value_to_text(compose::Setting::style, settings[compose::Setting::style]);
  status.settings = settings_json(settings);
  status.seed = std::to_string(state->seed);
  status.listeners = state->listeners;
  status.buffer_ms = state->buffer_seconds * 1000;
  status.render_load = state->render_load;
  status.encode_load = state->encode_load;
  status.underruns = state->underruns;
  status.overruns = state->overruns;
  status.skipped = state->skipped;
  status.node = state->node;
  return status;
}

json::object text_schema(const char* words) {
  return {{"type", "string"}, {"description", words}};
}

void add_preset_routes(Table& table, const Services& services) {
  auto* store = services.store;
  const auto info = [](const store::PresetRow& row) -> Result<StreamPresetInfo> {
    auto settings = parse_json(row.settings);
    if (!settings) return settings.error();
    json::object* object = settings->if_object();
    return StreamPresetInfo{row.id, row.name, object ? std::move(*object) : json::object(),
                            iso_time(row.updated)};
  };
  const auto listener_of = [](const Call& call) -> Result<std::string> {
    std::string listener = call.asked("listener").value_or("");
    if (listener.size() < 8 || listener.size() > 64)
      return with_field({Code::bad_input, "listener must be 8 to 64 characters long.",
                         "Add ?listener= with the id that the browser made up."},
                        "listener");
    return listener;
  };

  Route list = reply_route<StreamPresetList>(
      Method::get, "/api/stream/presets", "listStreamPresets", "Stream", "Saved settings",
      [store, info, listener_of](const Call& call) -> Result<StreamPresetList> {
        auto listener = listener_of(call);
        if (!listener) return listener.error();
        auto rows = store->stream_presets(*listener);
        if (!rows) return rows.error();
        StreamPresetList list;
        for (const auto& row : *rows) {
          auto one = info(row);
          if (!one) return one.error();
          list.presets.push_back(std::move(*one));
        }
        return list;
      });
  list.query = {{"listener", "string", "Whose; an id that the browser made up."}};
  table.routes.push_back(list);

  Route save = json_route<NewStreamPreset, StreamPresetInfo>(
      Method::put, "/api/stream/presets", "saveStreamPreset", "Stream",
      "Saves settings under a name",
      [store, info](const Call&, const NewStreamPreset& wanted) -> Result<StreamPresetInfo> {
        auto control = control_of(wanted.settings);
        if (!control) return control.error();
        json::object settings;
        for (const stream::Change& change : control->changes)
          settings[compose::setting_table()[static_cast<std::size_t>(change.setting)].id] =
              change.value;
        if (control->seed) settings["seed"] = std::to_string(*control->seed);
        auto row =
            store->save_stream_preset(wanted.listener, {{}, wanted.name, write_json(settings), 0});
        if (!row) return row.error();
        return info(*row);
      });
  save.text = "The same name is written over. A listener may have 100 of them.";
  save.limit = kSmallBody;
  table.routes.push_back(save);

  Route remove;
  remove.method = Method::remove;
  remove.path = "/api/stream/presets/{id}";
  remove.id = "deleteStreamPreset";
  remove.group = "Stream";
  remove.summary = "Forgets saved settings";
  remove.query = {{"listener", "string", "Whose; an id that the browser made up."}};
  remove.status = 204;
  remove.handler = [store, listener_of](const Call& call) -> Result<Answer> {
    auto listener = listener_of(call);
    if (!listener) return listener.error();
    if (auto done = store->remove_stream_preset(*listener, call.part("id")); !done)
      return done.error();
    Answer answer;
    answer.status = 204;
    return answer;
  };
  table.routes.push_back(remove);
}

}  // namespace

void add_stream_routes(Table& table, const Services& services) {
  Route settings = reply_route<StreamSettingTable>(
      Method::get, "/api/stream/settings", "streamSettings", "Stream",
      "All settings of the music: ranges, choices, and when a change is heard",
      [](const Call&) -> Result<StreamSettingTable> { return setting_list(); });
  table.routes.push_back(settings);

  Route status = reply_route<StreamStatus>(
      Method::get, "/api/status", "streamStatus", "Stream", "Where a channel stands",
      [services](const Call& call) { return status_of(services, call); });
  status.query = {{"channel", "string", "Its id; ambient when left out."},
                  {"secret", "string", "Of a private channel."}};
  status.errors = {403, 404};
  table.routes.push_back(status);

  const auto gate = std::make_shared<ControlGate>();
  Route control = json_route<json::object, StreamApplied>(
      Method::post, "/api/control", "controlStream", "Stream", "Changes the music",
      [services, gate](const Call&, const json::object& body) -> Result<StreamApplied> {
        const std::string channel = text_of(body, "channel");
        return apply(services, *gate, channel.empty() ? kPublicChannel : channel, body);
      });
  control.text =
      "Any of the settings, such as {\"key\": \"A\", \"bpm\": 80, \"intensity\": 0.7}; numbers, or "
      "names where there are choices. Without channel it is the public one. What waits for a bar "
      "is "
      "heard from bar_frame on. Fifty changes a second are taken; more are refused with 429.";
  control.limit = kSmallBody;
  control.errors = {403, 404, 429};
  control.request_schema = [](json::object& schemas) {
    return control_schema(schemas, "ChannelControl",
                          {{"channel", text_schema("Its id; ambient when left out.")},
                           {"secret", text_schema("The channel's, unless it is open.")}});
  };
  table.routes.push_back(control);

  Route one = json_route<json::object, StreamApplied>(
      Method::post, "/api/channels/{id}/control", "controlChannel", "Stream",
      "Changes the music of a channel",
      [services, gate](const Call& call, const json::object& body) -> Result<StreamApplied> {
        return apply(services, *gate, call.part("id"), body);
      });
  one.text = "As POST /api/control.";
  one.limit = control.limit;
  one.errors = {403, 429};
  one.request_schema = control.request_schema;
  table.routes.push_back(one);

  add_preset_routes(table, services);
}

}  // namespace tutti::api
