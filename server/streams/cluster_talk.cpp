// What nodes say to each other: wishes, openings, pieces, controls.
#include <bit>
#include <cstring>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "server/streams/cluster.h"
#include "server/streams/station.h"

namespace tutti::streams {
namespace {

constexpr std::size_t kMostEarly = 256;
constexpr auto kPatience = std::chrono::seconds(2);
constexpr std::string_view kPieces = "tutti:pieces:";
constexpr std::string_view kNode = "tutti:node:";

std::string topic(const std::string& channel, const Place& place) {
  return std::string(kPieces) + std::to_string(static_cast<int>(place.form)) + ":" +
         std::to_string(static_cast<int>(place.latency)) + ":" + std::to_string(place.phase) + ":" +
         channel;
}

template <class T>
void put(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}
template <class T>
bool take(std::string_view& bytes, T& value) {
  if (bytes.size() < sizeof value) return false;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return true;
}

// kind, number, frame, frames, length, bytes: as this machine orders them, little-endian as all
// that Tutti runs on.
static_assert(std::endian::native == std::endian::little);
void put_item(std::string& bytes, const Item& item, std::uint64_t number) {
  put(bytes, static_cast<std::uint8_t>(item.kind));
  put(bytes, number);
  put(bytes, item.frame);
  put(bytes, item.frames);
  put(bytes, static_cast<std::uint32_t>(item.bytes ? item.bytes->size() : 0));
  if (item.bytes) bytes += *item.bytes;
}
bool take_item(std::string_view& bytes, Item& item, std::uint64_t& number) {
  std::uint8_t kind = 0;
  std::uint32_t length = 0;
  if (!take(bytes, kind) || kind > static_cast<std::uint8_t>(Kind::gone) || !take(bytes, number) ||
      !take(bytes, item.frame) || !take(bytes, item.frames) || !take(bytes, length) ||
      bytes.size() < length) {
    return false;
  }
  item.kind = static_cast<Kind>(kind);
  item.bytes = std::make_shared<const std::string>(bytes.substr(0, length));
  bytes.remove_prefix(length);
  return true;
}

json::object place_json(const Place& place) {
  return {{"form", static_cast<int>(place.form)},
          {"latency", static_cast<int>(place.latency)},
          {"phase", place.phase}};
}

std::string text_of(const json::object& words, std::string_view name) {
  const auto* value = words.if_contains(name);
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}
double number_of(const json::object& words, std::string_view name) {
  double value = 0;
  json_get(words.if_contains(name), value);
  return value;
}
std::optional<Place> place_of(const json::object& words) {
  const auto* inner = words.if_contains("place");
  const auto* object = inner ? inner->if_object() : nullptr;
  if (!object) return std::nullopt;
  const int form = static_cast<int>(number_of(*object, "form"));
  const int latency = static_cast<int>(number_of(*object, "latency"));
  const int phase = static_cast<int>(number_of(*object, "phase"));
  if (form < 0 || form > 4 || latency < 0 || latency > 1 || phase < 0 || phase >= kMessageSlices) {
    return std::nullopt;
  }
  return Place{static_cast<Form>(form), static_cast<Latency>(latency), phase};
}

}  // namespace

void Cluster::publish(std::string channel, std::string bytes, bool may_drop) {
  {
    const std::lock_guard lock(queue_mutex_);
    // A Redis that does not keep up costs the far listeners sound, never this node its memory.
    if (queue_bytes_ + bytes.size() > (may_drop ? kMostQueued : 2 * kMostQueued)) return;
    queue_bytes_ += bytes.size();
    queue_.emplace_back(std::move(channel), std::move(bytes));
  }
  queued_.notify_one();
}

void Cluster::say_to(const std::string& node, const json::object& words, std::string tail) {
  std::string bytes = write_json(json::value(words)) + "\n" + std::move(tail);
  publish(std::string(kNode) + node, std::move(bytes), false);
}

void Cluster::publish_loop() {
  Redis redis(address_);
  while (!stopping_) {
    std::deque<std::pair<std::string, std::string>> some;
    {
      std::unique_lock lock(queue_mutex_);
      queued_.wait_for(lock, std::chrono::milliseconds(500),
                       [&] { return stopping_ || !queue_.empty(); });
      some.swap(queue_);
      queue_bytes_ = 0;
    }
    std::vector<Redis::Words> all;
    for (auto& [channel, bytes] : some) {
      all.push_back({"PUBLISH", std::move(channel), std::move(bytes)});
    }
    // What Redis did not take is old by the time it is back.
    if (!all.empty()) redis.commands(all);
  }
}

void Cluster::hear_loop() {
  Redis redis(address_);
  while (!stopping_) {
    if (!redis.connected()) {
      if (!redis.send({"SUBSCRIBE", std::string(kNode) + node_})) {
        redis.next(0, wake_fd_);
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        continue;
      }
      const std::lock_guard lock(mutex_);
      for (auto& [channel, seat] : seats_) {
        for (auto& [place, wish] : seat.wishes) {
          wish.said_ns = 0;
          if (wish.subscribed) redis.send({"SUBSCRIBE", topic(channel, place)});
        }
      }
    }
    std::uint64_t count = 0;
    (void)!::read(wake_fd_, &count, sizeof count);
    std::vector<Redis::Words> topics;
    {
      const std::lock_guard lock(topics_mutex_);
      topics.swap(topics_);
    }
    for (const auto& words : topics) redis.send(words);
    const auto message = redis.next(200, wake_fd_);
    if (!message || message->list.size() != 3) continue;
    if (message->list[0].text == "message") {
      heard(message->list[1].text, message->list[2].text);
    } else if (message->list[0].text == "subscribe") {
      // From now on nothing is missed: the owner may begin.
      const std::lock_guard lock(mutex_);
      fresh_ = true;
      wake_.notify_one();
    }
  }
}

// A relay's side: says what is wanted of the owner, and what no longer is.
void Cluster::wish(const std::string& channel) {
  std::shared_ptr<Station> station;
  {
    const std::lock_guard lock(mutex_);
    const auto found = seats_.find(channel);
    if (found != seats_.end()) station = found->second.station.lock();
  }
  if (!station) return;
  std::map<Place, int> wants = station->wants();
  std::vector<json::object> words;
  std::vector<Redis::Words> topics;
  std::string owner;
  {
    const std::lock_guard lock(mutex_);
    const auto found = seats_.find(channel);
    if (found == seats_.end() || found->second.role != Role::relay) return;
    Seat& seat = found->second;
    owner = seat.owner;
    const std::int64_t now = clock_.now_ns();
    for (const auto& [place, wish] : seat.wishes) wants.try_emplace(place, 0);
    for (const auto& [place, count] : wants) {
      Wish& wish = seat.wishes[place];
      if (count > 0 && !wish.subscribed) {
        wish.subscribed = true;
        topics.push_back({"SUBSCRIBE", topic(channel, place)});
      }
      const bool due = now - wish.said_ns > 1'000'000'000 || wish.said != count;
      if (due && topics.empty()) {
        wish.said_ns = now;
        wish.said = count;
        words.push_back({{"what", "want"},
                         {"channel", channel},
                         {"node", node_},
                         {"place", place_json(place)},
                         {"count", count},
                         {"opened", wish.opened}});
      }
      if (count == 0) {
        topics.push_back({"UNSUBSCRIBE", topic(channel, place)});
        seat.wishes.erase(place);
      }
    }
  }
  for (const auto& word : words) say_to(owner, word);
  if (topics.empty()) return;
  {
    const std::lock_guard lock(topics_mutex_);
    for (auto& words_of_topic : topics) topics_.push_back(std::move(words_of_topic));
  }
  const std::uint64_t one = 1;
  (void)!::write(wake_fd_, &one, sizeof one);
}

void Cluster::heard(const std::string& channel, const std::string& bytes) {
  if (channel.starts_with(kNode)) {
    const std::size_t end = bytes.find('\n');
    if (end == bytes.npos) return;
    const auto value = parse_json(std::string_view(bytes).substr(0, end));
    if (!value || !value->is_object()) return;
    heard_words(value->as_object(), std::string_view(bytes).substr(end + 1));
  } else if (channel.starts_with(kPieces)) {
    const std::string_view rest = std::string_view(channel).substr(kPieces.size());
    if (rest.size() < 6) return;
    const Place place{static_cast<Form>(rest[0] - '0'), static_cast<Latency>(rest[2] - '0'),
                      rest[4] - '0'};
    heard_piece(std::string(rest.substr(6)), place, bytes);
  }
}

void Cluster::heard_piece(const std::string& channel, const Place& place, std::string_view bytes) {
  Item item;
  std::uint64_t number = 0;
  if (!take_item(bytes, item, number)) return;
  std::shared_ptr<Station> station;
  {
    const std::lock_guard lock(mutex_);
    const auto found = seats_.find(channel);
    if (found == seats_.end() || found->second.role != Role::relay) return;
    const auto held = found->second.wishes.find(place);
    if (held == found->second.wishes.end()) return;
    Wish& wish = held->second;
    if (!wish.opened) {
      if (wish.early.size() < kMostEarly) wish.early.emplace_back(number, std::move(item));
      return;
    }
    if (number <= wish.heard) return;
    wish.heard = number;
    station = found->second.station.lock();
  }
  if (station) station->relayed(place, item);
}

void Cluster::heard_words(const json::object& words, std::string_view tail) {
  const std::string what = text_of(words, "what");
  if (what == "want") on_want(words);
  if (what == "opening") on_opening(words, tail);
  if (what == "control") on_control(words);
  if (what == "forget") {
    std::shared_ptr<Station> station;
    {
      const std::lock_guard lock(mutex_);
      const auto found = seats_.find(text_of(words, "channel"));
      if (found != seats_.end()) station = found->second.station.lock();
    }
    if (station) station->forget();
  }
  if (what == "answer") {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(text_of(words, "request"));
    if (found == answers_.end()) return;
    found->second.done = true;
    found->second.value = words;
    answered_.notify_all();
  }
}

// An owner's side: another node listens to a feed of ours as one listener with many ears.
void Cluster::on_want(const json::object& words) {
  const std::string channel = text_of(words, "channel"), node = text_of(words, "node");
  const auto place = place_of(words);
  const int count = static_cast<int>(number_of(words, "count"));
  const auto* opened = words.if_contains("opened");
  if (!place || node.empty() || count < 0) return;
  std::shared_ptr<Station> station;
  {
    const std::lock_guard lock(mutex_);
    const auto found = seats_.find(channel);
    if (found == seats_.end() || found->second.role == Role::relay) return;
    station = found->second.station.lock();
  }
  if (!station) return;
  const std::shared_ptr<Hub> hub = station->hub_at(*place);
  {
    const std::lock_guard lock(mutex_);
    const auto found = seats_.find(channel);
    if (found == seats_.end()) return;
    Remote& remote = found->second.remotes[*place];
    if (!remote.hub) {
      remote.hub = hub;
      hub->tap([this, name = topic(channel, *place)](const Item& item, std::uint64_t number) {
        std::string bytes;
        put_item(bytes, item, number);
        publish(name, std::move(bytes), item.kind == Kind::sound);
      });
    }
    const std::int64_t now = clock_.now_ns();
    remote.nodes[node] = {count, now + kWishMs * 1'000'000};
    count_remotes(found->second, now);
  }
  if (count == 0) return;
  json::object answer{{"what", "opening"},
                      {"channel", channel},
                      {"place", place_json(*place)},
                      {"facts", station->facts()}};
  std::string tail;
  if (!opened || opened->is_bool() == false || !opened->as_bool()) {
    std::uint64_t number = 0;
    for (const Item& item : hub->snapshot(number)) put_item(tail, item, 0);
    answer["number"] = static_cast<std::int64_t>(number);
  }
  say_to(node, answer, std::move(tail));
}

// With mutex_. Hubs' counts are atomics and waking a task is quick, so a station may be told here.
void Cluster::count_remotes(Seat& seat, std::int64_t now) {
  for (auto it = seat.remotes.begin(); it != seat.remotes.end();) {
    Remote& remote = it->second;
    int count = 0;
    std::erase_if(remote.nodes, [&](const auto& node) { return node.second.second < now; });
    for (const auto& [node, wanted] : remote.nodes) count += wanted.first;
    if (seat.role == Role::relay) count = 0;
    if (count != remote.counted) {
      remote.hub->listeners(count - remote.counted);
      remote.counted = count;
    }
    if (remote.nodes.empty() || seat.role == Role::relay) {
      remote.hub->tap(nullptr);
      it = seat.remotes.erase(it);
    } else {
      ++it;
    }
  }
}

void Cluster::on_opening(const json::object& words, std::string_view tail) {
  const std::string channel = text_of(words, "channel");
  const auto place = place_of(words);
  if (!place) return;
  std::shared_ptr<Station> station;
  std::vector<Item> items;
  {
    const std::lock_guard lock(mutex_);
    const auto found = seats_.find(channel);
    if (found == seats_.end() || found->second.role != Role::relay) return;
    station = found->second.station.lock();
    const auto held = found->second.wishes.find(*place);
    if (held == found->second.wishes.end()) return;
    Wish& wish = held->second;
    if (words.if_contains("number") && !wish.opened) {
      wish.opened = true;
      wish.heard = static_cast<std::uint64_t>(number_of(words, "number"));
      Item item;
      std::uint64_t none = 0;
      while (take_item(tail, item, none)) items.push_back(item);
      for (auto& [number, early] : wish.early) {
        if (number <= wish.heard) continue;
        wish.heard = number;
        items.push_back(std::move(early));
      }
      wish.early.clear();
    }
  }
  if (!station) return;
  if (const auto* facts = words.if_contains("facts"); facts && facts->is_object()) {
    station->take_facts(facts->as_object());
  }
  for (const Item& item : items) station->relayed(*place, item);
}

void Cluster::on_control(const json::object& words) {
  std::shared_ptr<Station> station;
  {
    const std::lock_guard lock(mutex_);
    const auto found = seats_.find(text_of(words, "channel"));
    if (found != seats_.end() && found->second.role != Role::relay) {
      station = found->second.station.lock();
    }
  }
  const auto* text = words.if_contains("entry");
  if (!station || !text || !text->is_string()) return;
  const auto entry = stream::read_entry(text->as_string());
  if (!entry) return;
  json::object answer{{"what", "answer"}, {"request", text_of(words, "request")}};
  const auto asked = station->control(entry->changes, entry->seed);
  if (asked) {
    answer["frame"] = asked->frame;
    answer["bar_frame"] = asked->bar_frame;
    answer["beats"] = asked->beats;
    json::array values;
    for (const double value : asked->settings.values) values.emplace_back(value);
    answer["values"] = std::move(values);
  } else {
    answer["code"] = static_cast<int>(asked.error().code);
    answer["message"] = asked.error().message;
    answer["next"] = asked.error().next;
  }
  say_to(text_of(words, "node"), answer);
}

Result<Asked> Cluster::control(const std::string& channel,
                               const std::vector<stream::Change>& changes,
                               std::optional<std::uint64_t> seed) {
  std::string owner, request;
  {
    const std::lock_guard lock(mutex_);
    owner = seats_[channel].owner;
    request = node_ + "/" + std::to_string(next_request_++);
    answers_[request];
  }
  say_to(owner, {{"what", "control"},
                 {"channel", channel},
                 {"node", node_},
                 {"request", request},
                 {"entry", stream::entry_text({0, changes, seed})}});
  std::unique_lock lock(mutex_);
  answered_.wait_for(lock, kPatience, [&] { return stopping_ || answers_[request].done; });
  const Answer answer = std::move(answers_[request]);
  answers_.erase(request);
  if (!answer.done) {
    return Error{Code::io, "The node that plays this channel (" + owner + ") did not answer.",
                 "Try again in a few seconds: another node takes over if it is gone."};
  }
  const auto& words = answer.value.as_object();
  if (words.if_contains("message")) {
    return Error{static_cast<Code>(static_cast<int>(number_of(words, "code"))),
                 text_of(words, "message"), text_of(words, "next")};
  }
  Asked asked;
  asked.frame = static_cast<std::int64_t>(number_of(words, "frame"));
  asked.bar_frame = static_cast<std::int64_t>(number_of(words, "bar_frame"));
  asked.beats = number_of(words, "beats");
  asked.settings = settings_from(words.if_contains("values"));
  return asked;
}

}  // namespace tutti::streams
