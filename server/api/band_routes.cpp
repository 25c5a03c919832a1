// Band sessions by link: who opens one, who joins, and what they say to each other.
#include <chrono>

#include "engine/base/json.h"
#include "server/api/band_types.h"
#include "server/api/refusal.h"
#include "server/api/routes.h"
#include "server/api/socket_words.h"
#include "server/api/stream_access.h"
#include "server/jobs/stems_cache.h"

namespace tutti::api {
namespace {

constexpr int kMessagesPerSecond = 40;

BandStateMessage state_of(const rooms::BandTransport& transport) {
  BandStateMessage state{"state",
                         transport.playing,
                         transport.position,
                         transport.server_time,
                         transport.speed,
                         transport.pitch,
                         nullptr,
                         transport.by};
  if (transport.loop)
    state.loop = json::object{{"start", transport.loop->start}, {"end", transport.loop->end}};
  return state;
}

std::vector<BandMemberInfo> members_of(const rooms::BandView& view) {
  std::vector<BandMemberInfo> members;
  for (const rooms::BandMember& member : view.members)
    members.push_back({member.id, member.name, member.host, member.ready, member.skew_ms,
                       member.rtt_ms, member.here});
  return members;
}

Error refused_or(const Error& error) {
  return rooms::Bands::may_not(error) ? refused(error.message, error.next) : error;
}

class BandSocket : public Socket {
 public:
  BandSocket(rooms::Bands& bands, std::string id, rooms::Bands::Guest guest,
             std::shared_ptr<Peer> peer)
      : bands_(bands), id_(std::move(id)), guest_(std::move(guest)), peer_(std::move(peer)) {}

  void start() override {
    auto seat = bands_.join(id_, guest_, peer_);
    if (!seat) {
      refuse(*peer_, seat.error());
      return peer_->dismiss(seat.error().message);
    }
    seat_ = *seat;
  }

  void hear(std::string_view text) override {
    const double came = bands_.now();
    auto message = parse_json(text, {8 << 10, 8});
    if (!message) return refuse(*peer_, message.error());
    BadField wrong;
    auto word = from_json<BandWord>(*message, wrong);
    if (!word) return refuse(*peer_, word.error());
    if (word->type == "ping")
      return say(*peer_, to_json(BandPongMessage{"pong", word->t.value_or(0), came}));
    Result<void> done;
    if (word->type == "state") {
      done = change(*word, *message);
    } else if (word->type == "status") {
      done = bands_.status(id_, seat_, {word->ready, word->skew_ms, word->rtt_ms});
    } else if (word->type == "open") {
      done = bands_.set_open(id_, seat_, word->open.value_or(false));
    } else if (word->type == "end") {
      done = bands_.end(id_, seat_);
    }
    if (!done) refuse(*peer_, refused_or(done.error()));
  }

  void closed() override { bands_.leave(id_, seat_); }

 private:
  Result<void> change(const BandWord& word, const json::value& message) {
    rooms::BandChange change{word.playing, word.position, word.speed, word.pitch, std::nullopt};
    if (const json::value* loop = json_find(message, "loop")) {
      change.loop.emplace();
      if (!loop->is_null()) {
        BadField wrong;
        auto given = from_json<BandLoopInfo>(*loop, wrong);
        if (!given) return given.error();
        change.loop->emplace(rooms::BandLoop{given->start, given->end});
      }
    }
    return bands_.change(id_, seat_, change);
  }

  rooms::Bands& bands_;
  const std::string id_;
  const rooms::Bands::Guest guest_;
  std::shared_ptr<Peer> peer_;
  std::uint64_t seat_ = 0;
};

void add_socket(Table& table, const Services& services) {
  SocketRoute socket;
  socket.path = "/ws/band/{id}";
  socket.id = "joinBand";
  socket.group = "Practice";
  socket.summary = "A band session, live";
  socket.text =
      "Says hello with your member id, the clock, the state and the members; then every change of "
      "either. A change of what plays is announced for a server_time some 300 ms ahead, so that "
      "all begin together: until then what was goes on, and from then on the song stands at "
      "position + (server time - server_time) / 1000 * speed, a loop that is passed beginning "
      "again. Send {\"type\":\"state\",\"playing\":true,\"position\":12.5} (the host, or anybody "
      "where the session is open), {\"type\":\"ping\",\"t\":1}, answered with the server's clock, "
      "{\"type\":\"status\",\"ready\":true,\"skew_ms\":3,\"rtt_ms\":12}; the host {\"type\":"
      "\"open\",\"open\":true} and {\"type\":\"end\"}. Whoever comes back as the same person keeps "
      "their place. Forty messages a second are heard.";
  socket.query = {{"name", "string", "How the others see you."},
                  {"person", "string", "Who you are, kept to yourself: to come back as the same."},
                  {"secret", "string", "Of the host."}};
  socket.limit = 8 << 10;
  socket.messages_per_second = kMessagesPerSecond;
  socket.heard_schema = [](json::object& schemas) { return schema_of<BandWord>(schemas); };
  socket.said_schema = [](json::object& schemas) -> json::value {
    return {{"oneOf",
             {schema_of<BandHelloMessage>(schemas), schema_of<BandMembersMessage>(schemas),
              schema_of<BandStateMessage>(schemas), schema_of<BandPongMessage>(schemas),
              schema_of<BandEndMessage>(schemas), schema_of<ErrorMessage>(schemas)}}};
  };
  socket.open = [services](const Call& call,
                           std::shared_ptr<Peer> peer) -> Result<std::unique_ptr<Socket>> {
    const std::string id = call.part("id");
    auto view = services.bands->view(id);
    if (!view) return view.error();
    rooms::Bands::Guest guest;
    guest.name = call.asked("name").value_or("");
    guest.person = call.asked("person").value_or("").substr(0, 100);
    if (const auto secret = call.asked("secret"); secret && !secret->empty())
      guest.secret_hash = secret_hash(*secret);
    return std::unique_ptr<Socket>(
        std::make_unique<BandSocket>(*services.bands, id, std::move(guest), std::move(peer)));
  };
  table.sockets.push_back(socket);
}

}  // namespace

rooms::Bands::Writer band_writer() {
  rooms::Bands::Writer writer;
  writer.hello = [](const rooms::BandView& view, const std::string& you, double now) {
    return write_json(to_json(BandHelloMessage{"hello", you, now, view.id, view.name, view.song,
                                               view.stems, view.open, view.waiting,
                                               state_of(view.transport), members_of(view)}));
  };
  writer.members = [](const rooms::BandView& view) {
    return write_json(
        to_json(BandMembersMessage{"members", view.open, view.waiting, members_of(view)}));
  };
  writer.state = [](const rooms::BandTransport& transport) {
    return write_json(to_json(state_of(transport)));
  };
  writer.over = [](const std::string& reason) {
    return write_json(to_json(BandEndMessage{"end", reason}));
  };
  return writer;
}

// Near to the time of day, so that it means something in a log, but counted on by the clock that
// never jumps.
double band_clock() {
  using namespace std::chrono;
  static const double began =
      duration<double, std::milli>(system_clock::now().time_since_epoch()).count();
  static const auto steady = steady_clock::now();
  return began + duration<double, std::milli>(steady_clock::now() - steady).count();
}

void add_band_routes(Table& table, const Services& services) {
  auto* bands = services.bands;
  Route make = json_route<NewBand, BandMade>(
      Method::post, "/api/band", "openBand", "Practice", "Opens a band session",
      [services, bands](const Call&, const NewBand& wanted) -> Result<BandMade> {
        if (!jobs::StemsCache::valid_id(wanted.stems))
          return with_field(
              {Code::bad_input, "This is no id of stems.", "Take it from GET /api/stems/{id}."},
              "stems");
        if (auto there = services.stems->state(wanted.stems); !there) return there.error();
        BandMade made;
        made.id = new_channel_id();
        made.secret = new_secret();
        made.link = "/?band=" + made.id + "#practice";
        auto done = bands->create({made.id, secret_hash(made.secret), wanted.song, wanted.stems,
                                   wanted.name.value_or(""), wanted.open.value_or(false)});
        if (!done)
          return done.error().code == Code::too_large
                     ? too_busy(done.error().message, done.error().next)
                     : done.error();
        return made;
      });
  make.text =
      "People join by its link and share song, transport, speed, pitch and loop, each with a mix "
      "of "
      "their own. The session ends when the host ends it, a quarter of an hour after the last has "
      "left, or with the server.";
  make.status = 201;
  make.errors = {404, 503};
  table.routes.push_back(make);

  Route look = reply_route<BandInfo>(Method::get, "/api/band/{id}", "readBand", "Practice",
                                     "A band session, before one joins",
                                     [bands](const Call& call) -> Result<BandInfo> {
                                       auto view = bands->view(call.part("id"));
                                       if (!view) return view.error();
                                       BandInfo info{view->id,
                                                     view->name,
                                                     view->song,
                                                     view->stems,
                                                     view->open,
                                                     view->waiting,
                                                     view->transport.playing,
                                                     0};
                                       for (const rooms::BandMember& member : view->members)
                                         info.members += member.here;
                                       return info;
                                     });
  look.errors = {404};
  table.routes.push_back(look);
  add_socket(table, services);
}

}  // namespace tutti::api
