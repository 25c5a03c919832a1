// Leases: which node plays which channel.
#include "server/streams/cluster.h"

#include <cstdlib>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "server/streams/station.h"

namespace tutti::streams {
namespace {

constexpr std::int64_t kLookNs = 1'000'000'000;
constexpr auto kTick = std::chrono::milliseconds(200);

std::string key(const std::string& channel, const char* what) {
  return "tutti:stream:" + channel + ":" + what;
}

// Only the holder renews or gives back a lease.
constexpr const char* kRenew =
    "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('pexpire',KEYS[1],ARGV[2]) "
    "else return 0 end";
constexpr const char* kGiveBack =
    "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) else return 0 end";

}  // namespace

Cluster::Cluster(RedisAddress address, std::string node, const Clock& clock)
    : address_(address), node_(std::move(node)), clock_(clock), redis_(address) {
  wake_fd_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  looker_ = std::thread([this] { look_loop(); });
  publisher_ = std::thread([this] { publish_loop(); });
  hearer_ = std::thread([this] { hear_loop(); });
}

Cluster::~Cluster() {
  stop();
  ::close(wake_fd_);
}

void Cluster::stop() {
  if (stopping_.exchange(true)) return;
  {
    const std::lock_guard lock(mutex_);
    fresh_ = true;
  }
  wake_.notify_all();
  answered_.notify_all();
  {
    const std::lock_guard lock(queue_mutex_);
  }
  queued_.notify_all();
  const std::uint64_t one = 1;
  (void)!::write(wake_fd_, &one, sizeof one);
  looker_.join();
  publisher_.join();
  hearer_.join();
  std::vector<std::string> mine;
  for (const auto& [channel, seat] : seats_) {
    if (seat.role == Role::owner) mine.push_back(channel);
  }
  for (const auto& channel : mine) command({"EVAL", kGiveBack, "1", key(channel, "lease"), node_});
  // Feeds that other nodes listened to are held no longer.
  seats_.clear();
}

std::string Cluster::trouble() {
  if (!away_) return {};
  return "Redis at " + address_.host + ":" + std::to_string(address_.port) +
         " does not answer: this node plays by itself until it does.";
}

std::optional<RedisReply> Cluster::command(const Redis::Words& words) {
  const std::lock_guard lock(redis_mutex_);
  auto reply = redis_.command(words);
  away_ = !reply;
  if (reply && reply->kind == RedisReply::Kind::error) return std::nullopt;
  return reply;
}

Role Cluster::seek(const std::string& channel, std::string& owner) {
  const std::string lease = key(channel, "lease");
  for (int tries = 0; tries < 3; ++tries) {
    const auto taken = command({"SET", lease, node_, "NX", "PX", std::to_string(kLeaseMs)});
    if (!taken) return Role::alone;
    if (taken->kind == RedisReply::Kind::text) return Role::owner;
    const auto holder = command({"GET", lease});
    if (!holder) return Role::alone;
    if (holder->kind != RedisReply::Kind::text) continue;  // it ran out between the two
    if (holder->text == node_) {
      command({"PEXPIRE", lease, std::to_string(kLeaseMs)});
      return Role::owner;
    }
    owner = holder->text;
    return Role::relay;
  }
  return Role::alone;
}

void Cluster::settle(const std::string& channel, Role role, const std::string& owner) {
  std::shared_ptr<Station> station;
  Role before = Role::unknown;
  {
    const std::lock_guard lock(mutex_);
    const auto found = seats_.find(channel);
    if (found == seats_.end()) return;
    Seat& seat = found->second;
    before = std::exchange(seat.role, role);
    if (seat.owner != owner) {
      // Another owner counts its pieces anew.
      for (auto& [place, wish] : seat.wishes) {
        wish.opened = false;
        wish.said_ns = 0;
      }
    }
    seat.owner = owner;
    seat.looked_ns = clock_.now_ns();
    station = seat.station.lock();
  }
  if (!station) return;
  // An owner that could not reach Redis goes on as it was, and tells Redis when it can again.
  if (before != role) station->placed(role, owner, before);
  if (role == Role::relay) wish(channel);
}

void Cluster::attend(const std::shared_ptr<Station>& station) {
  {
    const std::lock_guard lock(mutex_);
    Seat& seat = seats_[station->id()];
    if (seat.station.lock() != station) seat = Seat{};
    seat.station = station;
    fresh_ = true;
  }
  wake_.notify_one();
}

Role Cluster::place_now(const std::shared_ptr<Station>& station) {
  {
    const std::lock_guard lock(mutex_);
    Seat& seat = seats_[station->id()];
    if (seat.station.lock() != station) seat = Seat{};
    seat.station = station;
    if (seat.role != Role::unknown) return seat.role;
  }
  std::string owner;
  const Role role = seek(station->id(), owner);
  settle(station->id(), role, owner);
  return role;
}

void Cluster::changed(const std::string& channel) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = seats_.find(channel);
    if (found == seats_.end()) return;
    fresh_ = true;
  }
  wake_.notify_one();
}

void Cluster::release(const std::string& channel) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = seats_.find(channel);
    if (found == seats_.end()) return;
    found->second.role = Role::unknown;
  }
  command({"EVAL", kGiveBack, "1", key(channel, "lease"), node_});
}

void Cluster::forget(const std::string& channel) {
  std::string owner;
  {
    const std::lock_guard lock(mutex_);
    const auto found = seats_.find(channel);
    if (found != seats_.end()) {
      if (found->second.role == Role::relay) owner = found->second.owner;
      seats_.erase(found);
    }
  }
  command({"DEL", key(channel, "log"), key(channel, "entries"), key(channel, "frame")});
  if (!owner.empty()) {
    say_to(owner, {{"what", "forget"}, {"channel", channel}});
  } else {
    command({"EVAL", kGiveBack, "1", key(channel, "lease"), node_});
  }
}

void Cluster::look_loop() {
  while (!stopping_) {
    std::vector<std::pair<std::string, Role>> look;
    std::vector<std::string> relays;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, kTick, [&] { return fresh_; });
      fresh_ = false;
      const std::int64_t now = clock_.now_ns();
      for (auto it = seats_.begin(); it != seats_.end();) {
        Seat& seat = it->second;
        if (seat.station.expired()) {
          it = seats_.erase(it);
          continue;
        }
        if (seat.role == Role::unknown || now - seat.looked_ns >= kLookNs) {
          look.emplace_back(it->first, seat.role);
        }
        if (seat.role == Role::relay) relays.push_back(it->first);
        count_remotes(seat, now);
        ++it;
      }
    }
    for (const auto& [channel, role] : look) {
      if (stopping_) return;
      std::string owner;
      if (role == Role::owner) {
        const auto renewed =
            command({"EVAL", kRenew, "1", key(channel, "lease"), node_, std::to_string(kLeaseMs)});
        if (renewed && renewed->number == 1) {
          settle(channel, Role::owner, {});
          continue;
        }
        // Lost or away: whoever has it now decides.
      }
      const Role now = seek(channel, owner);
      settle(channel, now, owner);
    }
    for (const auto& channel : relays) wish(channel);
  }
}

std::optional<std::pair<stream::ControlLog, std::int64_t>> Cluster::load(
    const std::string& channel) {
  const auto text = command({"GET", key(channel, "log")});
  if (!text || text->kind != RedisReply::Kind::text) return std::nullopt;
  auto log = stream::read_log(text->text);
  if (!log) return std::nullopt;
  const auto entries = command({"LRANGE", key(channel, "entries"), "0", "-1"});
  if (!entries) return std::nullopt;
  for (const auto& item : entries->list) {
    auto entry = stream::read_entry(item.text);
    if (entry) log->entries.push_back(std::move(*entry));
  }
  std::int64_t frame = 0;
  if (const auto kept = command({"GET", key(channel, "frame")}); kept && !kept->text.empty()) {
    frame = std::strtoll(kept->text.c_str(), nullptr, 10);
  }
  return std::pair(std::move(*log), frame);
}

void Cluster::keep(const std::string& channel, const stream::ControlLog& log, std::int64_t frame) {
  const std::lock_guard lock(redis_mutex_);
  away_ = !redis_.commands({{"SET", key(channel, "log"), stream::log_text(log)},
                            {"DEL", key(channel, "entries")},
                            {"SET", key(channel, "frame"), std::to_string(frame)}});
}

void Cluster::keep(const std::string& channel, const std::deque<stream::LogEntry>& entries,
                   std::optional<std::int64_t> frame) {
  std::vector<Redis::Words> all;
  for (const auto& entry : entries) {
    all.push_back({"RPUSH", key(channel, "entries"), stream::entry_text(entry)});
  }
  if (frame) all.push_back({"SET", key(channel, "frame"), std::to_string(*frame)});
  if (all.empty()) return;
  const std::lock_guard lock(redis_mutex_);
  away_ = !redis_.commands(all);
}

}  // namespace tutti::streams
