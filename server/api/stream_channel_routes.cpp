// Channels: made, listed, deleted; their logs; what listeners think of them.
#include <map>

#include "engine/base/json.h"
#include "server/api/iso_time.h"
#include "server/api/refusal.h"
#include "server/api/routes.h"
#include "server/api/stream_access.h"
#include "server/api/stream_control.h"
#include "server/api/stream_keeper.h"

namespace tutti::api {
namespace {

// Of one channel, as one asker sees it.
struct Seen {
  std::string secret;
  std::string listener;
};

Seen seen_by(const Call& call) {
  return {call.asked("secret").value_or(""), call.asked("listener").value_or("")};
}

class Describer {
 public:
  static Result<Describer> make(const Services& services, const Seen& seen) {
    Describer describer(services, seen);
    if (!seen.listener.empty()) {
      auto opinions = services.store->opinions(seen.listener);
      if (!opinions) return opinions.error();
      for (const auto& opinion : *opinions) describer.opinions_[opinion.channel] = opinion;
    }
    for (auto& state : services.streams->states()) describer.playing_[state.id] = std::move(state);
    return describer;
  }

  Result<ChannelInfo> describe(const store::ChannelRow& row) const {
    ChannelInfo info;
    info.id = row.id;
    info.name = row.name;
    info.visibility = row.visibility;
    info.open = row.open;
    info.controllable = may_control(row, seen_.secret);
    info.frame = row.frame;
    info.changes = row.entries;
    info.created = iso_time(row.created);
    if (const auto found = playing_.find(row.id); found != playing_.end()) {
      info.playing = found->second.running;
      info.listeners = found->second.listeners;
      info.frame = found->second.frame;
      info.seed = std::to_string(found->second.seed);
    } else {
      auto head = stream::read_log(row.head);
      if (!head) return head.error();
      info.seed = std::to_string(head->seed);
    }
    if (const auto found = opinions_.find(row.id); found != opinions_.end()) {
      info.favourite = found->second.favourite;
      info.rating = found->second.rating;
    }
    auto counts = services_.store->opinion_counts(row.id);
    if (!counts) return counts.error();
    info.favourites = counts->favourites;
    info.likes = counts->likes;
    info.dislikes = counts->dislikes;
    return info;
  }

 private:
  Describer(const Services& services, Seen seen) : services_(services), seen_(std::move(seen)) {}
  const Services& services_;
  Seen seen_;
  std::map<std::string, store::OpinionRow> opinions_;
  std::map<std::string, streams::ChannelState> playing_;
};

Result<ChannelInfo> info_of(const Services& services, const store::ChannelRow& row,
                            const Seen& seen) {
  auto describer = Describer::make(services, seen);
  if (!describer) return describer.error();
  return describer->describe(row);
}

Result<ChannelInfo> create(const Services& services, const NewChannel& wanted) {
  if (wanted.name.find_first_not_of(' ') == std::string::npos)
    return with_field({Code::bad_input, "A channel needs a name.", "Give it one."}, "name");
  AskedSettings start;
  start.seed = 0;
  bool seeded = false;
  if (wanted.from) {
    auto row = channel_to_hear(*services.store, *wanted.from, wanted.from_secret.value_or(""));
    if (!row) return with_field(row.error(), "from");
    auto log = services.streams->log(*wanted.from);
    if (!log) return log.error();
    start = asked_settings(*log);
    seeded = true;
  }
  if (wanted.settings) {
    auto control = control_of(*wanted.settings);
    if (!control) return control.error();
    for (const stream::Change& change : control->changes)
      start.settings.set(change.setting, change.value);
    if (control->seed) start.seed = *control->seed, seeded = true;
  }
  if (wanted.seed) {
    auto seed = seed_of(*wanted.seed);
    if (!seed) return seed.error();
    start.seed = *seed;
    seeded = true;
  }
  // Short enough to be remembered and typed.
  if (!seeded) start.seed = random_seed() % 1'000'000'000;
  store::ChannelRow row;
  row.id = new_channel_id();
  row.name = wanted.name;
  row.visibility = wanted.visibility;
  row.open = wanted.open.value_or(false);
  const std::string secret = new_secret();
  row.secret = secret_hash(secret);
  row.head = log_head(start.seed, start.settings);
  auto added = services.store->add_channel(row);
  if (!added) return added.error();
  auto info = info_of(services, *added, {secret, {}});
  if (!info) return info;
  info->secret = secret;
  return info;
}

Answer nothing() {
  Answer answer;
  answer.status = 204;
  return answer;
}

Route plain(Method method, const char* path, const char* id, const char* summary, Handler handler) {
  Route route;
  route.method = method;
  route.path = path;
  route.id = id;
  route.group = "Stream";
  route.summary = summary;
  route.handler = std::move(handler);
  return route;
}

void add_opinion_routes(Table& table, const Services& services) {
  auto* store = services.store;
  Route rate = json_route<NewRating, Nothing>(
      Method::put, "/api/channels/{id}/rating", "rateChannel", "Stream",
      "Says whether a listener likes a channel",
      [store](const Call& call, const NewRating& wanted) -> Result<Nothing> {
        auto done = store->set_rating(call.part("id"), wanted.listener, wanted.rating);
        if (!done) return done.error();
        return Nothing{};
      });
  rate.limit = kSmallBody;
  table.routes.push_back(rate);

  Route favourite = json_route<NewFavourite, Nothing>(
      Method::put, "/api/channels/{id}/favourite", "favourChannel", "Stream",
      "Puts a channel among a listener's favourites",
      [store](const Call& call, const NewFavourite& wanted) -> Result<Nothing> {
        auto done = store->set_favourite(call.part("id"), wanted.listener, true);
        if (!done) return done.error();
        return Nothing{};
      });
  favourite.limit = kSmallBody;
  table.routes.push_back(favourite);

  Route unfavourite =
      plain(Method::remove, "/api/channels/{id}/favourite", "unfavourChannel",
            "Takes a channel from a listener's favourites", [store](const Call& call) {
              const auto listener = call.asked("listener").value_or("");
              auto done = store->set_favourite(call.part("id"), listener, false);
              return done ? Result<Answer>(nothing()) : Result<Answer>(done.error());
            });
  unfavourite.query = {{"listener", "string", "Whose; an id that the browser made up."}};
  unfavourite.status = 204;
  table.routes.push_back(unfavourite);
}

}  // namespace

void add_channel_routes(Table& table, const Services& services) {
  const Query listener{"listener", "string", "Whose favourites and ratings are shown."};
  const Query secret{"secret", "string", "The channel's, where it is private."};

  Route list = reply_route<ChannelList>(
      Method::get, "/api/channels", "listChannels", "Stream",
      "The public channels, and those that a listener has among their favourites",
      [services](const Call& call) -> Result<ChannelList> {
        auto rows = services.store->channels();
        if (!rows) return rows.error();
        auto describer = Describer::make(services, seen_by(call));
        if (!describer) return describer.error();
        ChannelList list;
        for (const store::ChannelRow& row : *rows) {
          if (row.visibility == "private") continue;
          auto info = describer->describe(row);
          if (!info) return info.error();
          if (row.visibility == "public" || info->favourite)
            list.channels.push_back(std::move(*info));
        }
        return list;
      });
  list.query = {listener};
  table.routes.push_back(list);

  Route make = json_route<NewChannel, ChannelInfo>(
      Method::post, "/api/channels", "createChannel", "Stream", "Makes a channel",
      [services](const Call&, const NewChannel& wanted) { return create(services, wanted); });
  make.text =
      "Answers its secret, once: keep it. Whoever holds it may change the channel, delete it, and "
      "listen where it is private. A server keeps at most 1,000 channels (413).";
  make.limit = kSmallBody;
  make.status = 201;
  make.errors = {403, 404};
  table.routes.push_back(make);

  Route read = reply_route<ChannelInfo>(
      Method::get, "/api/channels/{id}", "readChannel", "Stream", "One channel",
      [services](const Call& call) -> Result<ChannelInfo> {
        const Seen seen = seen_by(call);
        auto row = channel_to_hear(*services.store, call.part("id"), seen.secret);
        if (!row) return row.error();
        return info_of(services, *row, seen);
      });
  read.query = {listener, secret};
  read.errors = {403};
  table.routes.push_back(read);

  Route remove =
      plain(Method::remove, "/api/channels/{id}", "deleteChannel", "Deletes a channel",
            [services](const Call& call) -> Result<Answer> {
              const std::string id = call.part("id");
              auto row = channel_to_delete(*services.store, id, call.asked("secret").value_or(""));
              if (!row) return row.error();
              if (auto done = services.store->remove_channel(id); !done) return done.error();
              services.streams->forget(id);
              return nothing();
            });
  remove.text = "Its listeners are told and dismissed.";
  remove.query = {{"secret", "string", "The channel's."}};
  remove.status = 204;
  table.routes.push_back(remove);

  Route log = plain(Method::get, "/api/channels/{id}/log", "channelLog",
                    "Everything that was ever asked of a channel, and when",
                    [services](const Call& call) -> Result<Answer> {
                      const std::string id = call.part("id");
                      auto row =
                          channel_to_hear(*services.store, id, call.asked("secret").value_or(""));
                      if (!row) return row.error();
                      auto log = services.streams->log(id);
                      if (!log) return log.error();
                      Answer answer;
                      answer.body = stream::log_text(*log);
                      return answer;
                    });
  log.text =
      "{\"version\", \"seed\", \"rate\", \"start\": settings, \"entries\": [[frame, {setting: "
      "value}], …]}. The same log gives the same samples; POST /api/compose takes it.";
  log.query = {secret};
  log.errors = {403};
  log.answer_schema = [](json::object&) -> json::value { return {{"type", "object"}}; };
  table.routes.push_back(log);

  add_opinion_routes(table, services);
}

}  // namespace tutti::api
