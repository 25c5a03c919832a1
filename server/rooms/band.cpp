#include "server/rooms/band.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

namespace tutti::rooms {
namespace {

constexpr std::string_view kMayNot = "Only the host may do this here.";
constexpr double kLongestSong = 24 * 3600;
constexpr double kShortestLoop = 0.05;
constexpr double kStatusPause = 250;  // ms between two tellings of what members measure
constexpr std::size_t kLongestName = 60;

Error no_such_band() {
  return {Code::not_found, "This band session is over, or never was.",
          "Ask its host for a new link. Sessions end with the server that holds them."};
}

Result<void> in_range(const std::optional<double>& value, double low, double high,
                      const char* what) {
  if (!value || (std::isfinite(*value) && *value >= low && *value <= high)) return {};
  char words[120];
  std::snprintf(words, sizeof words, "%s must lie between %g and %g.", what, low, high);
  return Error{Code::bad_input, words, "Correct it."};
}

Result<void> check(const BandChange& change) {
  if (auto fine = in_range(change.position, 0, kLongestSong, "position"); !fine) return fine;
  if (auto fine = in_range(change.speed, 0.25, 2, "speed"); !fine) return fine;
  if (auto fine = in_range(change.pitch, -12, 12, "pitch"); !fine) return fine;
  if (change.loop && *change.loop) {
    const BandLoop& loop = **change.loop;
    if (!(loop.start >= 0 && loop.end <= kLongestSong && loop.end - loop.start >= kShortestLoop))
      return Error{Code::bad_input, "A loop has a start and a later end, in seconds.",
                   "Correct loop."};
  }
  return {};
}

std::string short_name(std::string name) {
  if (name.size() > kLongestName) {
    std::size_t end = kLongestName;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
    name.resize(end);
  }
  return name;
}

}  // namespace

double band_position(const BandTransport& transport, double now) {
  if (!transport.playing || now <= transport.server_time) return transport.position;
  const double played = (now - transport.server_time) / 1000 * transport.speed;
  double at = transport.position + played;
  // A loop holds whoever is before its end; who began behind it goes on to the song's end.
  if (transport.loop && transport.position < transport.loop->end && at >= transport.loop->end) {
    const double length = transport.loop->end - transport.loop->start;
    at = transport.loop->start + std::fmod(at - transport.loop->end, length);
  }
  return at;
}

struct Bands::Session {
  struct Seat {
    std::uint64_t number = 0;  // 0: nobody sits here now
    std::string person;
    BandMember member;
    std::shared_ptr<Member> peer;
  };
  std::string id, secret, name, song, stems;
  bool open = false;
  BandTransport transport;
  std::vector<Seat> seats;
  int next_member = 1;
  double born = 0;
  double empty_since = 0;  // ms; counts while nobody is here
  double told_members = -1e9;

  Seat* at(std::uint64_t number) {
    for (Seat& seat : seats)
      if (number != 0 && seat.number == number) return &seat;
    return nullptr;
  }
  bool host_here() const {
    return std::any_of(seats.begin(), seats.end(),
                       [](const Seat& seat) { return seat.number != 0 && seat.member.host; });
  }
  bool anybody() const {
    return std::any_of(seats.begin(), seats.end(),
                       [](const Seat& seat) { return seat.number != 0; });
  }
  BandView view() const {
    BandView view{id, name, song, stems, open, !host_here(), transport, {}};
    for (const Seat& seat : seats) {
      view.members.push_back(seat.member);
      view.members.back().here = seat.number != 0;
    }
    return view;
  }
  void tell(const std::string& text) {
    const auto message = std::make_shared<const std::string>(text);
    for (const Seat& seat : seats)
      if (seat.number != 0) seat.peer->send(message);
  }
  // Those whose line broke go first when room is needed.
  bool make_room() {
    if (seats.size() < kMostBandMembers) return true;
    const auto gone =
        std::find_if(seats.begin(), seats.end(), [](const Seat& seat) { return seat.number == 0; });
    if (gone == seats.end()) return false;
    seats.erase(gone);
    return true;
  }
  double lead() const {
    double slowest = 0;
    for (const Seat& seat : seats)
      if (seat.number != 0) slowest = std::max(slowest, seat.member.rtt_ms);
    return std::min(kMostBandLead, std::max(kBandLead, 2 * slowest + 100));
  }
};

struct Bands::State {
  Writer write;
  Clock clock;
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<Session>> sessions;
  std::uint64_t next_seat = 1;

  Session* find(const std::string& id) {
    const auto found = sessions.find(id);
    return found == sessions.end() ? nullptr : found->second.get();
  }
  void forget_old() {
    const double now = clock();
    std::erase_if(sessions, [&](const auto& entry) {
      const Session& session = *entry.second;
      return !session.anybody() && (now - session.empty_since > static_cast<double>(kBandRests) ||
                                    now - session.born > static_cast<double>(kBandLives));
    });
  }
  void tell_members(Session& session) {
    session.told_members = clock();
    session.tell(write.members(session.view()));
  }
  // Music stops where it is now.
  void stop(Session& session, const std::string& by) {
    const double now = clock();
    session.transport.position = band_position(session.transport, now);
    session.transport.server_time = now;
    session.transport.playing = false;
    session.transport.by = by;
    session.tell(write.state(session.transport));
  }
};

Bands::Bands(Writer write, Clock clock) : state_(std::make_shared<State>()) {
  state_->write = std::move(write);
  state_->clock = std::move(clock);
}

double Bands::now() const {
  return state_->clock();
}

bool Bands::may_not(const Error& error) {
  return error.message == kMayNot;
}

Result<void> Bands::create(const NewBand& wanted) {
  std::lock_guard lock(state_->mutex);
  state_->forget_old();
  if (state_->sessions.size() >= kMostBands)
    return Error{Code::too_large, "This server holds as many band sessions as it takes.",
                 "Come back later, or end one that nobody needs."};
  auto session = std::make_unique<Session>();
  session->id = wanted.id;
  session->secret = wanted.secret_hash;
  session->song = wanted.song;
  session->stems = wanted.stems;
  session->name = short_name(wanted.name);
  session->open = wanted.open;
  session->born = session->empty_since = session->transport.server_time = state_->clock();
  state_->sessions[wanted.id] = std::move(session);
  return {};
}

Result<BandView> Bands::view(const std::string& id) {
  std::lock_guard lock(state_->mutex);
  state_->forget_old();
  Session* session = state_->find(id);
  if (!session) return no_such_band();
  return session->view();
}

std::size_t Bands::count() {
  std::lock_guard lock(state_->mutex);
  state_->forget_old();
  return state_->sessions.size();
}

Result<std::uint64_t> Bands::join(const std::string& id, const Guest& guest,
                                  std::shared_ptr<Member> peer) {
  std::lock_guard lock(state_->mutex);
  Session* session = state_->find(id);
  if (!session) return no_such_band();
  Session::Seat* seat = nullptr;
  for (Session::Seat& known : session->seats)
    if (!guest.person.empty() && known.person == guest.person) seat = &known;
  if (!seat) {
    if (!session->make_room())
      return Error{Code::too_large,
                   "This band session is full: " + std::to_string(kMostBandMembers) + " are in it.",
                   "Wait until somebody leaves."};
    seat = &session->seats.emplace_back();
    seat->person = guest.person;
    seat->member.id = "m" + std::to_string(session->next_member++);
  } else if (seat->number != 0) {
    // The line that broke without anybody noticing, or another window.
    constexpr const char* kElsewhere = "You have come in again from another place.";
    seat->peer->send(std::make_shared<const std::string>(state_->write.over(kElsewhere)));
    seat->peer->dismiss(kElsewhere);
  }
  seat->number = state_->next_seat++;
  seat->peer = std::move(peer);
  if (!guest.name.empty() || seat->member.name.empty()) seat->member.name = short_name(guest.name);
  seat->member.host = !guest.secret_hash.empty() && guest.secret_hash == session->secret;
  seat->member.ready = false;
  seat->member.rtt_ms = seat->member.skew_ms = 0;
  const std::uint64_t number = seat->number;
  seat->peer->send(std::make_shared<const std::string>(
      state_->write.hello(session->view(), seat->member.id, state_->clock())));
  state_->tell_members(*session);
  return number;
}

void Bands::leave(const std::string& id, std::uint64_t number) {
  std::lock_guard lock(state_->mutex);
  Session* session = state_->find(id);
  Session::Seat* seat = session ? session->at(number) : nullptr;
  if (!seat) return;
  const bool host = seat->member.host;
  const std::string member = seat->member.id;
  seat->number = 0;
  seat->peer.reset();
  // Nobody would know them again.
  if (seat->person.empty())
    std::erase_if(session->seats, [&](const Session::Seat& s) { return s.member.id == member; });
  if (host && !session->host_here() && session->transport.playing) state_->stop(*session, member);
  if (!session->anybody()) session->empty_since = state_->clock();
  state_->tell_members(*session);
}

Result<void> Bands::change(const std::string& id, std::uint64_t number, const BandChange& change) {
  if (auto fine = check(change); !fine) return fine;
  std::lock_guard lock(state_->mutex);
  Session* session = state_->find(id);
  Session::Seat* seat = session ? session->at(number) : nullptr;
  if (!seat) return no_such_band();
  if (!seat->member.host && !session->open)
    return Error{Code::conflict, std::string(kMayNot), "Ask the host to open the session for all."};
  BandTransport& now = session->transport;
  const double time = state_->clock();
  const bool was_playing = now.playing, plays = change.playing.value_or(now.playing);
  // What is announced for later holds from then on; until then what was goes on.
  const double from = plays ? time + session->lead() : time;
  const double position = change.position.value_or(band_position(now, was_playing ? from : time));
  now.position = position;
  now.server_time = from;
  now.playing = plays;
  now.speed = change.speed.value_or(now.speed);
  now.pitch = change.pitch.value_or(now.pitch);
  if (change.loop) now.loop = *change.loop;
  now.by = seat->member.id;
  session->tell(state_->write.state(now));
  return {};
}

Result<void> Bands::status(const std::string& id, std::uint64_t number, const BandStatus& status) {
  if (auto fine = in_range(status.skew_ms, -60'000, 60'000, "skew_ms"); !fine) return fine;
  if (auto fine = in_range(status.rtt_ms, 0, 60'000, "rtt_ms"); !fine) return fine;
  std::lock_guard lock(state_->mutex);
  Session* session = state_->find(id);
  Session::Seat* seat = session ? session->at(number) : nullptr;
  if (!seat) return no_such_band();
  const bool news = status.ready && *status.ready != seat->member.ready;
  if (status.ready) seat->member.ready = *status.ready;
  if (status.skew_ms) seat->member.skew_ms = *status.skew_ms;
  if (status.rtt_ms) seat->member.rtt_ms = *status.rtt_ms;
  if (news || state_->clock() - session->told_members >= kStatusPause)
    state_->tell_members(*session);
  return {};
}

Result<void> Bands::set_open(const std::string& id, std::uint64_t number, bool open) {
  std::lock_guard lock(state_->mutex);
  Session* session = state_->find(id);
  Session::Seat* seat = session ? session->at(number) : nullptr;
  if (!seat) return no_such_band();
  if (!seat->member.host)
    return Error{Code::conflict, std::string(kMayNot), "Ask the host to do it."};
  session->open = open;
  state_->tell_members(*session);
  return {};
}

Result<void> Bands::end(const std::string& id, std::uint64_t number) {
  std::lock_guard lock(state_->mutex);
  Session* session = state_->find(id);
  Session::Seat* seat = session ? session->at(number) : nullptr;
  if (!seat) return no_such_band();
  if (!seat->member.host)
    return Error{Code::conflict, std::string(kMayNot), "Ask the host to do it, or leave."};
  session->tell(state_->write.over("The host has ended the session."));
  for (const Session::Seat& other : session->seats)
    if (other.number != 0) other.peer->dismiss("The host has ended the session.");
  state_->sessions.erase(id);
  return {};
}

}  // namespace tutti::rooms
