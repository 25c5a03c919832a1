#include "server/rooms/transports.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/project/edits.h"
#include "engine/project/song.h"

namespace tutti::rooms {
namespace {

using Steady = std::chrono::steady_clock;

std::int64_t steady_nanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Steady::now().time_since_epoch())
      .count();
}

// Hears of a project's changes; called with locks of the room held, so it only leaves a note.
class Ear : public Member {
 public:
  void send(std::shared_ptr<const std::string>) override { changed = true; }
  void dismiss(std::string_view) override { gone = true; }
  std::atomic<bool> changed{false};
  std::atomic<bool> gone{false};
};

}  // namespace

struct Transports::Session {
  TransportKey key;
  std::shared_ptr<Ear> ear = std::make_shared<Ear>();
  SeatId seat = 0;
  std::mutex mutex;  // of what follows; taken after State::mutex, before none
  Transport transport;
  std::map<std::uint64_t, std::shared_ptr<Member>> listeners;

  void tell(const Writer& write, std::int64_t now) {
    const auto message = std::make_shared<const std::string>(write(transport.at(now)));
    for (const auto& [token, member] : listeners) member->send(message);
  }
};

struct Transports::State {
  Rooms& rooms;
  Writer write;
  Clock clock;
  mutable std::mutex mutex;
  std::condition_variable wake;
  std::map<TransportKey, std::shared_ptr<Session>> sessions;
  std::uint64_t next_token = 1;
  bool stopping = false;
  std::thread thread;

  State(Rooms& r, Writer w, Clock c)
      : rooms(r), write(std::move(w)), clock(c ? std::move(c) : steady_nanoseconds) {}

  std::shared_ptr<Session> find(const TransportKey& key) const {
    std::lock_guard lock(mutex);
    const auto found = sessions.find(key);
    return found == sessions.end() ? nullptr : found->second;
  }

  // Without any lock held: reading a document may wait for the disk.
  Result<void> follow_project(Session& session) {
    std::optional<score::TempoMap> map;
    auto read = rooms.read(session.key.project, [&](const project::Document& document) {
      map = project::tempo_map(document);
    });
    if (!read) return read;
    std::lock_guard lock(session.mutex);
    session.transport.follow(clock(), std::move(*map));
    return {};
  }

  void tick(Session& session) {
    if (session.ear->gone) {
      std::lock_guard lock(session.mutex);
      for (const auto& [token, member] : session.listeners)
        member->dismiss("This project was deleted.");
      session.listeners.clear();
      return;
    }
    // A project that cannot be read now keeps the tempo it had, and is tried again.
    if (session.ear->changed.exchange(false) && !follow_project(session))
      session.ear->changed = true;
    std::lock_guard lock(session.mutex);
    session.tell(write, clock());
  }

  void loop() {
    const auto start = Steady::now();
    std::unique_lock lock(mutex);
    while (!stopping) {
      if (sessions.empty()) {
        wake.wait(lock, [this] { return stopping || !sessions.empty(); });
        continue;
      }
      using Beat = std::chrono::duration<std::int64_t, std::ratio<1, kTransportHertz>>;
      const auto beat = std::chrono::floor<Beat>(Steady::now() - start) + Beat(1);
      wake.wait_until(lock, start + std::chrono::ceil<Steady::duration>(beat),
                      [this] { return stopping; });
      if (stopping) break;
      std::vector<std::shared_ptr<Session>> now;
      for (const auto& [key, session] : sessions) now.push_back(session);
      lock.unlock();
      for (const auto& session : now) tick(*session);
      lock.lock();
    }
  }
};

Transports::Transports(Rooms& rooms, Writer write, Clock clock)
    : state_(std::make_shared<State>(rooms, std::move(write), std::move(clock))) {
  state_->thread = std::thread([state = state_.get()] { state->loop(); });
}

Transports::~Transports() {
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->wake.notify_all();
  state_->thread.join();
}

Result<std::uint64_t> Transports::join(const TransportKey& key, std::shared_ptr<Member> member) {
  std::lock_guard lock(state_->mutex);
  auto& session = state_->sessions[key];
  if (!session || session->ear->gone) {
    auto fresh = std::make_shared<Session>();
    fresh->key = key;
    if (!key.project.empty()) {
      // Listening before reading, so that no change falls between.
      auto seat = state_->rooms.listen(key.project, fresh->ear);
      const Result<void> read = seat ? state_->follow_project(*fresh) : Result<void>(seat.error());
      if (!read) {
        if (seat) state_->rooms.leave(key.project, *seat);
        if (!session) state_->sessions.erase(key);
        return read.error();
      }
      fresh->seat = *seat;
    }
    session = std::move(fresh);
  }
  const std::uint64_t token = state_->next_token++;
  {
    std::lock_guard own(session->mutex);
    session->listeners.emplace(token, member);
    member->send(
        std::make_shared<const std::string>(state_->write(session->transport.at(state_->clock()))));
  }
  state_->wake.notify_all();
  return token;
}

void Transports::leave(const TransportKey& key, std::uint64_t token) {
  std::shared_ptr<Session> over;
  {
    std::lock_guard lock(state_->mutex);
    const auto found = state_->sessions.find(key);
    if (found == state_->sessions.end()) return;
    std::lock_guard own(found->second->mutex);
    found->second->listeners.erase(token);
    if (!found->second->listeners.empty()) return;
    over = found->second;
    state_->sessions.erase(found);
  }
  if (over->seat != 0) state_->rooms.leave(key.project, over->seat);
}

Result<void> Transports::command(const TransportKey& key, const TransportCommand& command) {
  const auto session = state_->find(key);
  if (!session)
    return Error{Code::not_found, "Nobody listens to this transport.", "Open it again."};
  if (command.kind == TransportCommand::Kind::tempo && !key.project.empty()) {
    TransportState here;
    {
      std::lock_guard lock(session->mutex);
      here = session->transport.at(state_->clock());
    }
    auto changed = state_->rooms.change_and_wait(
        key.project, [&](project::Document& document) -> Result<void> {
          const auto map = project::tempo_map(document);
          const Ticks place{static_cast<std::int64_t>(here.beat_position * kTicksPerQuarter)};
          Ticks from;
          for (const auto& change : map.tempos())
            if (change.at <= place) from = change.at;
          return project::set_tempo(document, command.bpm, from);
        });
    if (!changed) return changed.error();
    if (auto followed = state_->follow_project(*session); !followed) return followed;
    std::lock_guard lock(session->mutex);
    session->tell(state_->write, state_->clock());
    return {};
  }
  std::lock_guard lock(session->mutex);
  Transport& transport = session->transport;
  const std::int64_t now = state_->clock();
  switch (command.kind) {
    case TransportCommand::Kind::play:
      transport.play(now);
      break;
    case TransportCommand::Kind::stop:
      transport.stop(now);
      break;
    case TransportCommand::Kind::seek:
      if (command.beats) {
        transport.seek_beats(now, *command.beats);
      } else {
        transport.seek_seconds(now, command.seconds.value_or(0));
      }
      break;
    case TransportCommand::Kind::tempo:
      transport.follow(now, score::TempoMap({{Ticks{}, 60e6 / command.bpm}}, {}));
      break;
  }
  session->tell(state_->write, now);
  return {};
}

std::optional<TransportState> Transports::state(const TransportKey& key) const {
  const auto session = state_->find(key);
  if (!session) return std::nullopt;
  std::lock_guard lock(session->mutex);
  return session->transport.at(state_->clock());
}

}  // namespace tutti::rooms
