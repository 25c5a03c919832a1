// Recording automation over a WebSocket: a hand on a fader while the song plays.
#include <cmath>
#include <optional>

#include "engine/base/json.h"
#include "engine/project/edits.h"
#include "server/api/automation_range.h"
#include "server/api/routes.h"
#include "server/api/socket_words.h"
#include "server/api/studio_types.h"
#include "server/rooms/recorder.h"

namespace tutti::api {
namespace {

constexpr std::size_t kMostPoints = 10'000;  // in one message

std::string number_text(double value) {
  std::string text;
  append_json_number(text, value);
  return text;
}

class AutomationSocket : public Socket {
 public:
  AutomationSocket(const Services& services, std::shared_ptr<Peer> peer)
      : services_(services), peer_(std::move(peer)) {}

  void start() override {}

  void hear(std::string_view text) override {
    auto message = parse_json(text);
    if (!message) return refuse(*peer_, message.error());
    const json::value* type = json_find(*message, "type");
    const std::string kind =
        type && type->if_string() ? std::string(type->if_string()->c_str()) : "";
    if (kind == "start") return hear_start(*message);
    if (kind == "points") return hear_points(*message);
    if (kind == "stop") return hear_stop();
    refuse(*peer_, {Code::bad_input, "There is no message of the type \"" + kind + "\".",
                    "Send start, points or stop."});
  }

  void closed() override {
    // Nobody is there to be told; what was kept before stays kept.
    if (recorder_) (void)recorder_->finish();
    recorder_.reset();
  }

 private:
  void hear_start(const json::value& message) {
    BadField wrong;
    auto wanted = from_json<AutomationStart>(message, wrong);
    if (!wanted) return refuse(*peer_, wanted.error());
    if (recorder_) hear_stop();
    project::EntityId owner = project::kRoot;
    if (wanted->track && !wanted->track->empty()) {
      const auto id = project::stamp_from_text(*wanted->track);
      if (!id)
        return refuse(*peer_, {Code::bad_input, "\"" + *wanted->track + "\" is no id of a track.",
                               "Give it as the document does, such as 12.a3f."});
      owner = *id;
    }
    project::EntityId lane;
    AutomationRange range;
    auto made = services_.rooms->change_and_wait(
        wanted->project, [&](project::Document& document) -> Result<void> {
          auto added = project::add_lane(document, owner, wanted->target);
          if (!added) return added.error();
          lane = *added;
          auto known = automation_range(document, wanted->target);
          if (!known) return known.error();
          range = *known;
          return {};
        });
    if (!made) return refuse(*peer_, made.error());
    range_ = range;
    if (wanted->error && !range.steps) range_.error = *wanted->error;
    transport_ = {wanted->project, wanted->session.value_or("")};
    recorder_.emplace(*services_.rooms,
                      rooms::Recorder::Lane{wanted->project, lane, range_.error, range_.steps});
    say(*peer_, to_json(AutomationStarted{"started", to_text(lane), range_.unit, range_.min,
                                          range_.max, range_.error}));
  }

  // The points of a message with their ticks, or nothing of them.
  Result<std::vector<std::pair<Ticks, double>>> placed(const AutomationPoints& points) {
    std::vector<std::pair<Ticks, double>> out;
    score::TempoMap map;
    if (auto read = services_.rooms->read(
            transport_.project,
            [&](const project::Document& document) { map = project::tempo_map(document); });
        !read)
      return read.error();
    for (const AutomationPoint& point : points.points) {
      if (!(point.value >= range_.min && point.value <= range_.max))
        return Error{Code::bad_input, range_.name + " cannot be " + number_text(point.value) + ".",
                     "Send values from " + number_text(range_.min) + " to " +
                         number_text(range_.max) + (range_.unit.empty() ? "" : " " + range_.unit) +
                         "."};
      if (range_.steps && point.value != std::floor(point.value))
        return Error{Code::bad_input, range_.name + " takes whole numbers only.", "Round it."};
      Ticks at;
      if (point.at) {
        at.value = *point.at;
      } else if (point.beat_position) {
        at.value = std::llround(*point.beat_position * kTicksPerQuarter);
      } else if (point.time_seconds) {
        at = map.ticks(*point.time_seconds);
      } else {
        const auto state = services_.transports->state(transport_);
        if (!state || !state->playing)
          return Error{Code::bad_input, "The transport stands still, so the point has no time.",
                       "Start it on /ws/transport, or send time_seconds with each point."};
        at = map.ticks(state->time_seconds);
      }
      out.emplace_back(at, point.value);
    }
    return out;
  }

  void hear_points(const json::value& message) {
    if (!recorder_)
      return refuse(*peer_, {Code::bad_input, "Nothing is being recorded.", "Send start first."});
    BadField wrong;
    auto points = from_json<AutomationPoints>(message, wrong);
    if (!points) return refuse(*peer_, points.error());
    if (points->points.size() > kMostPoints)
      return refuse(*peer_, {Code::too_large, "A message holds at most 10,000 points.",
                             "Send them in several."});
    auto list = placed(*points);
    if (!list) return refuse(*peer_, list.error());
    bool committed = false;
    for (const auto& [at, value] : *list) {
      auto added = recorder_->add(at, value);
      if (!added) return failed(added.error());
      committed = committed || *added;
    }
    if (committed) tell("saved");
  }

  void hear_stop() {
    if (!recorder_)
      return refuse(*peer_, {Code::bad_input, "Nothing is being recorded.", "Send start first."});
    if (auto done = recorder_->finish(); !done) return failed(done.error());
    tell("stopped");
    recorder_.reset();
  }

  // Of what can pass, such as a full disk, the recording goes on; of what cannot, it is over.
  void failed(const Error& error) {
    refuse(*peer_, error);
    if (error.code != Code::io) recorder_.reset();
  }

  void tell(const char* type) {
    const auto& kept = recorder_->kept();
    say(*peer_, to_json(AutomationKept{type, kept.revision, kept.received, kept.points}));
  }

  const Services services_;
  std::shared_ptr<Peer> peer_;
  rooms::TransportKey transport_;
  AutomationRange range_;
  std::optional<rooms::Recorder> recorder_;
};

}  // namespace

void add_automation_routes(Table& table, const Services& services) {
  SocketRoute socket;
  socket.path = "/ws/automation";
  socket.id = "recordAutomation";
  socket.group = "Studio";
  socket.summary = "Records a parameter while the song plays";
  socket.text =
      "Send {\"type\":\"start\",\"project\",\"track\",\"target\"} (started tells the lane, the "
      "range and the error), then {\"type\":\"points\",\"points\":[{\"value\"}, …]} as the hand "
      "moves, and {\"type\":\"stop\"}. A point without a time lies where the project's transport "
      "is. Points replace what the lane had there; they are thinned so that no point lies farther "
      "from the lines between those kept than the error, stored as operations of the document "
      "about every half second (saved tells which revision is durable), and thinned once more "
      "together at stop, at a jump back, or when the connection ends: what was sent stays.";
  socket.limit = 2'000'000;
  socket.heard_schema = [](json::object& schemas) -> json::value {
    return {{"oneOf",
             {schema_of<AutomationStart>(schemas), schema_of<AutomationPoints>(schemas),
              schema_of<AutomationStop>(schemas)}}};
  };
  socket.said_schema = [](json::object& schemas) -> json::value {
    return {{"oneOf",
             {schema_of<AutomationStarted>(schemas), schema_of<AutomationKept>(schemas),
              schema_of<ErrorMessage>(schemas)}}};
  };
  socket.open = [services](const Call&,
                           std::shared_ptr<Peer> peer) -> Result<std::unique_ptr<Socket>> {
    return std::unique_ptr<Socket>(std::make_unique<AutomationSocket>(services, std::move(peer)));
  };
  table.sockets.push_back(socket);
}

}  // namespace tutti::api
