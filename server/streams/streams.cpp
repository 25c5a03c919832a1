#include "server/streams/streams.h"

#include <algorithm>
#include <utility>

#include "server/streams/core.h"
#include "server/streams/station.h"

namespace tutti::streams {
namespace {

Error unknown(const std::string& channel) {
  return {Code::not_found, "There is no channel \"" + channel + "\".",
          "Look at the list of channels for its name."};
}

}  // namespace

struct Streams::State {
  explicit State(std::shared_ptr<Core> core) : core(std::move(core)) {}

  // The station of a channel, made when it is asked for first.
  Result<std::shared_ptr<Station>> station(const std::string& channel) {
    {
      const std::lock_guard lock(mutex);
      const auto found = stations.find(channel);
      if (found != stations.end() && found->second->gone()) {
        stations.erase(found);  // deleted by another node
      } else if (found != stations.end()) {
        const std::shared_ptr<Station> station = found->second;
        if (core->loaded >= core->options.most_channels) tidy();
        return station;
      }
    }
    auto log = core->keeper.load(channel);
    if (!log) return log.error();
    if (!*log) return unknown(channel);
    const std::lock_guard lock(mutex);
    tidy();
    auto& place = stations[channel];
    if (!place) place = Station::make(core, channel, **log);
    return place;
  }

  // Channels that rest give their memory back before there are too many of them; those that
  // nothing refers to are dropped. With the lock.
  void tidy() {
    const auto most = static_cast<std::size_t>(core->options.most_channels);
    if (stations.size() < most && core->loaded < core->options.most_channels) return;
    std::vector<std::shared_ptr<Station>> resting;
    for (const auto& [id, station] : stations) {
      if (!station->playing()) resting.push_back(station);
    }
    std::sort(resting.begin(), resting.end(),
              [](const auto& a, const auto& b) { return a->rested_ns() < b->rested_ns(); });
    for (const auto& station : resting) {
      if (core->loaded < core->options.most_channels) break;
      station->unload();
    }
    resting.clear();
    std::erase_if(stations, [](const auto& entry) {
      return entry.second.use_count() == 1 && !entry.second->playing() && entry.second->light();
    });
  }

  Result<void> room_for(const Station& station) const {
    const int most = core->options.most_channels;
    if (station.playing() || core->playing < most) return {};
    return Error{
        Code::too_large,
        "All " + std::to_string(most) + " channels that this server can play at once play.",
        "Listen to one of those, or try again later."};
  }

  const std::shared_ptr<Core> core;
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Station>> stations;
};

Streams::Streams(Options options, Keeper& keeper, Inside inside)
    : state_(std::make_unique<State>(
          std::make_shared<Core>(std::move(options), keeper, std::move(inside)))) {}

Streams::~Streams() {
  state_->core->stop();
  for (const auto& [id, station] : state_->stations) station->keep_now();
  if (state_->core->cluster) state_->core->cluster->stop();
}

Result<std::shared_ptr<Feed>> Streams::feed(const std::string& channel, Form form,
                                            Latency latency) {
  auto station = state_->station(channel);
  if (!station) return station.error();
  if (auto room = state_->room_for(**station); !room) return room.error();
  return std::shared_ptr<Feed>((*station)->hub(form, latency));
}

Result<std::string> Streams::playlist(const std::string& channel) {
  auto station = state_->station(channel);
  if (!station) return station.error();
  if (auto room = state_->room_for(**station); !room) return room.error();
  return (*station)->playlist();
}

Result<std::shared_ptr<const std::vector<std::byte>>> Streams::segment(const std::string& channel,
                                                                       std::int64_t number) {
  auto station = state_->station(channel);
  if (!station) return station.error();
  return (*station)->segment(number);
}

Result<Asked> Streams::control(const std::string& channel,
                               const std::vector<stream::Change>& changes,
                               std::optional<std::uint64_t> seed) {
  auto station = state_->station(channel);
  if (!station) return station.error();
  return (*station)->control(changes, seed);
}

Result<ChannelState> Streams::state(const std::string& channel) {
  auto station = state_->station(channel);
  if (!station) return station.error();
  return (*station)->state();
}

std::vector<ChannelState> Streams::states() {
  std::vector<std::shared_ptr<Station>> playing;
  {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [id, station] : state_->stations) {
      if (station->playing()) playing.push_back(station);
    }
  }
  std::vector<ChannelState> all;
  for (const auto& station : playing) all.push_back(station->state());
  return all;
}

Result<stream::ControlLog> Streams::log(const std::string& channel) {
  auto station = state_->station(channel);
  if (!station) return station.error();
  return (*station)->log();
}

void Streams::forget(const std::string& channel) {
  std::shared_ptr<Station> station;
  {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->stations.find(channel);
    if (found == state_->stations.end()) return;
    station = std::move(found->second);
    state_->stations.erase(found);
  }
  station->forget();
}

int run_due(Streams& streams) {
  Core& core = *streams.state_->core;
  int all = 0;
  for (int ran = 1; ran > 0;) {
    ran = core.render.run_due();
    ran += core.send.run_due();
    ran += core.keep.run_due();
    all += ran;
  }
  return all;
}

std::int64_t next_due(Streams& streams) {
  Core& core = *streams.state_->core;
  return std::min({core.render.next_due(), core.send.next_due(), core.keep.next_due()});
}

}  // namespace tutti::streams
