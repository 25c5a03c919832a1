// The transport of a session over a WebSocket: where the song is, 30 times a second.
#include "engine/base/json.h"
#include "server/api/routes.h"
#include "server/api/socket_words.h"
#include "server/api/studio_types.h"

namespace tutti::api {
namespace {

Error missing(const char* what) {
  return {Code::bad_input, what, "Correct it and send it again."};
}

Result<rooms::TransportCommand> command_of(const TransportOrder& order) {
  using Kind = rooms::TransportCommand::Kind;
  rooms::TransportCommand command;
  if (order.command == "play") return command;
  if (order.command == "stop") {
    command.kind = Kind::stop;
  } else if (order.command == "seek") {
    command.kind = Kind::seek;
    command.seconds = order.time_seconds;
    command.beats = order.beat_position;
    if (order.time_seconds.has_value() == order.beat_position.has_value())
      return missing("seek needs time_seconds or beat_position, one of them.");
  } else {
    command.kind = Kind::tempo;
    if (!order.bpm) return missing("tempo needs bpm.");
    command.bpm = *order.bpm;
  }
  return command;
}

class TransportSocket : public Socket {
 public:
  TransportSocket(rooms::Transports& transports, rooms::TransportKey key,
                  std::shared_ptr<Peer> peer)
      : transports_(transports), key_(std::move(key)), peer_(std::move(peer)) {}

  void start() override {
    auto token = transports_.join(key_, peer_);
    if (!token) return refuse(*peer_, token.error());
    token_ = *token;
  }

  void hear(std::string_view text) override {
    auto message = parse_json(text);
    if (!message) return refuse(*peer_, message.error());
    BadField wrong;
    auto order = from_json<TransportOrder>(*message, wrong);
    if (!order) return refuse(*peer_, order.error());
    auto command = command_of(*order);
    if (!command) return refuse(*peer_, command.error());
    if (auto done = transports_.command(key_, *command); !done) refuse(*peer_, done.error());
  }

  void closed() override {
    if (token_ != 0) transports_.leave(key_, token_);
  }

 private:
  rooms::Transports& transports_;
  const rooms::TransportKey key_;
  std::shared_ptr<Peer> peer_;
  std::uint64_t token_ = 0;
};

}  // namespace

std::string transport_text(const rooms::TransportState& state) {
  return write_json(
      to_json(TransportMessage{state.playing, state.time_seconds, state.bpm, state.beat_position}));
}

void add_transport_routes(Table& table, const Services& services) {
  SocketRoute socket;
  socket.path = "/ws/transport";
  socket.id = "followTransport";
  socket.group = "Studio";
  socket.summary = "Where the song is, 30 times a second";
  socket.text =
      "Everybody of one project (or of one session name) shares one transport. Commands: "
      "{\"command\":\"play\"}, {\"command\":\"stop\"} (stays where it is), "
      "{\"command\":\"seek\",\"time_seconds\":12.5} or with beat_position, "
      "{\"command\":\"tempo\",\"bpm\":96}. In a project the tempo map is the document's, and tempo "
      "changes the tempo that holds at this place, for everybody, as an edit; the musical place "
      "stays. The time is worked out from one reading of a clock at the last command, so it does "
      "not drift. A transport ends when its last listener has gone.";
  socket.query = {{"project", "string", "Id of the project whose song plays."},
                  {"session", "string", "Name of a transport of its own, up to 100 characters."}};
  socket.limit = 4096;
  socket.heard_schema = [](json::object& schemas) { return schema_of<TransportOrder>(schemas); };
  socket.said_schema = [](json::object& schemas) -> json::value {
    return {{"oneOf", {schema_of<TransportMessage>(schemas), schema_of<ErrorMessage>(schemas)}}};
  };
  socket.open = [services](const Call& call,
                           std::shared_ptr<Peer> peer) -> Result<std::unique_ptr<Socket>> {
    const rooms::TransportKey key{call.asked("project").value_or(""),
                                  call.asked("session").value_or("")};
    if (key.session.size() > 100)
      return with_field({Code::bad_input, "A session's name has at most 100 characters.",
                         "Choose a shorter one."},
                        "session");
    if (!key.project.empty())
      if (auto row = services.store->project(key.project); !row) return row.error();
    return std::unique_ptr<Socket>(
        std::make_unique<TransportSocket>(*services.transports, key, std::move(peer)));
  };
  table.sockets.push_back(socket);
}

}  // namespace tutti::api
