// The sound of a channel: WebSocket, endless files for players, HLS.
#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <thread>

#include "engine/base/json.h"
#include "server/api/refusal.h"
#include "server/api/routes.h"
#include "server/api/socket_words.h"
#include "server/api/stream_access.h"
#include "server/api/stream_control.h"
#include "server/api/stream_keeper.h"
#include "server/store/clock.h"

namespace tutti::api {
namespace {

constexpr int kMessagesPerSecond = 50;

double server_time() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

// As many channels play as this server takes.
Error busy_or(const Error& error) {
  return error.code == Code::too_large ? too_busy(error.message, error.next) : error;
}

template <class Value>
Result<Value> choice(const Call& call, const char* name,
                     std::initializer_list<std::pair<const char*, Value>> choices) {
  const std::string asked = call.asked(name).value_or(choices.begin()->first);
  std::string all;
  for (const auto& [word, value] : choices) {
    if (asked == word) return value;
    all += (all.empty() ? "" : ", ") + std::string(word);
  }
  return with_field(
      {Code::bad_input, "There is no " + std::string(name) + " \"" + asked.substr(0, 40) + "\".",
       "Choose one of: " + all + "."},
      name);
}

struct Wish {
  std::string channel;
  std::string secret;
  streams::Form form = streams::Form::json;
  streams::Latency latency = streams::Latency::normal;
};

Result<Wish> wish_of(const Call& call) {
  Wish wish;
  wish.channel = call.asked("channel").value_or(kPublicChannel);
  wish.secret = call.asked("secret").value_or("");
  auto form = choice<streams::Form>(call, "format",
                                    {{"json", streams::Form::json},
                                     {"pcm16", streams::Form::pcm16},
                                     {"opus", streams::Form::opus}});
  if (!form) return form.error();
  wish.form = *form;
  auto latency = choice<streams::Latency>(
      call, "latency", {{"normal", streams::Latency::normal}, {"low", streams::Latency::low}});
  if (!latency) return latency.error();
  wish.latency = *latency;
  return wish;
}

class StreamSocket : public Socket {
 public:
  StreamSocket(const Services& services, Wish wish, std::shared_ptr<Peer> peer)
      : services_(services), wish_(std::move(wish)), peer_(std::move(peer)) {}

  void start() override {
    auto feed = services_.streams->feed(wish_.channel, wish_.form, wish_.latency);
    if (!feed) {
      refuse(*peer_, busy_or(feed.error()));
      return peer_->dismiss(feed.error().message);
    }
    peer_->follow(std::move(*feed));
  }

  void hear(std::string_view text) override {
    auto message = parse_json(text, {1 << 16, 8});
    if (!message) return refuse(*peer_, message.error());
    const json::object* object = message->if_object();
    const json::value* type = object ? object->if_contains("type") : nullptr;
    if (type && *type == "ping") return pong(*object);
    if (type && *type == "control") return control(*object);
    refuse(*peer_, {Code::bad_input, "A message here is a control or a ping.",
                    "Send {\"type\":\"control\",\"bpm\":80} or {\"type\":\"ping\",\"t\":1}."});
  }

  void closed() override {}

 private:
  void pong(const json::object& object) {
    double t = 0;
    (void)json_get(object.if_contains("t"), t);
    say(*peer_, to_json(StreamPong{"pong", t, server_time()}));
  }

  void control(const json::object& object) {
    std::string secret = wish_.secret;
    if (const json::value* given = object.if_contains("secret"); given && given->if_string())
      secret = given->if_string()->c_str();
    auto row = channel_to_control(*services_.store, wish_.channel, secret);
    if (!row) return refuse(*peer_, row.error());
    auto control = control_of(object, {"type", "secret"});
    if (!control) return refuse(*peer_, control.error());
    // Everybody on the channel, the sender too, hears of it through the feed.
    auto asked = services_.streams->control(wish_.channel, control->changes, control->seed);
    if (!asked) refuse(*peer_, asked.error());
  }

  const Services services_;
  const Wish wish_;
  std::shared_ptr<Peer> peer_;
};

// The channel that an address without WebSocket names, if the asker may hear it.
Result<std::string> channel_asked(const Services& services, const Call& call) {
  std::string channel = call.part("channel");
  auto row = channel_to_hear(*services.store, channel, call.asked("secret").value_or(""));
  if (!row) return row.error();
  return channel;
}

// Every address in a playlist with the secret behind it.
std::string with_secret(const std::string& playlist, const std::string& secret) {
  std::string out;
  for (std::size_t at = 0; at < playlist.size();) {
    const std::size_t end = std::min(playlist.find('\n', at), playlist.size());
    const std::string_view line = std::string_view(playlist).substr(at, end - at);
    out += line;
    if (!line.empty() && line[0] != '#') out += "?secret=" + secret;
    if (end < playlist.size()) out += '\n';
    at = end + 1;
  }
  return out;
}

// The first segment of a channel that rested takes four seconds to play; players give up on an
// address that is not there yet, so a few askers wait for it. The others are told to come again:
// the threads that answer are few.
Result<std::string> first_playlist(streams::Streams& streams, const std::string& channel) {
  static std::atomic<int> waiting{0};
  constexpr int kMostWaiting = 2, kTries = 80;
  auto text = streams.playlist(channel);
  const bool waits = ++waiting <= kMostWaiting;
  for (int i = 0; waits && i < kTries && !text && text.error().code == Code::not_found; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    text = streams.playlist(channel);
  }
  --waiting;
  if (!text && text.error().code == Code::not_found)
    return too_busy(text.error().message, text.error().next);
  return text;
}

Route sound_route(const char* path, const char* id, const char* summary, const char* type,
                  Handler handler) {
  Route route;
  route.path = path;
  route.id = id;
  route.group = "Stream";
  route.summary = summary;
  route.answer_type = type;
  route.query = {{"secret", "string", "Of a private channel."}};
  route.errors = {403, 404, 503};
  route.handler = std::move(handler);
  return route;
}

Handler endless(const Services& services, streams::Form form, const char* type) {
  return [services, form, type](const Call& call) -> Result<Answer> {
    auto channel = channel_asked(services, call);
    if (!channel) return channel.error();
    auto feed = services.streams->feed(*channel, form);
    if (!feed) return busy_or(feed.error());
    Answer answer;
    answer.type = type;
    answer.body = std::move(*feed);
    return answer;
  };
}

Result<Answer> segment(const Services& services, const Call& call) {
  const std::string digits = call.part("number");
  std::int64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || number < 0)
    return Error{Code::not_found, "There is no such segment.",
                 "The playlist names those there are."};
  auto channel = channel_asked(services, call);
  if (!channel) return channel.error();
  auto bytes = services.streams->segment(*channel, number);
  if (!bytes) return bytes.error();
  Answer answer;
  answer.type = "audio/mpeg";
  answer.body = std::move(*bytes);
  return answer;
}

void add_socket(Table& table, const Services& services) {
  SocketRoute socket;
  socket.path = "/ws/stream";
  socket.id = "listenToStream";
  socket.group = "Stream";
  socket.summary = "A channel, live: sound, bars, changes";
  socket.text =
      "Says hello with the settings and the clock, then sound, the bars as their first sound is "
      "sent, every change of the settings, and the state once a second (docs/streams.md has the "
      "messages and the bytes). Send {\"type\":\"control\",\"bpm\":80}, fields as in POST "
      "/api/control, or {\"type\":\"ping\",\"t\":1}, answered with the server's clock. Fifty "
      "messages a second are heard.";
  socket.query = {
      {"channel", "string", "Its id; ambient when left out."},
      {"format", "string",
       "json (when left out): base64 of 16-bit samples in messages of text; pcm16 or opus: "
       "binary."},
      {"latency", "string", "normal (when left out): messages of 100 ms; low: of 20 ms."},
      {"secret", "string",
       "Of the channel: to listen to a private one, or to change one that is "
       "not open."}};
  socket.limit = 64 << 10;
  socket.messages_per_second = kMessagesPerSecond;
  socket.heard_schema = [](json::object& schemas) -> json::value {
    return control_schema(schemas, "StreamMessage",
                          {{"type", {{"type", "string"}, {"enum", {"control", "ping"}}}},
                           {"t", {{"type", "number"}, {"description", "ping: comes back."}}},
                           {"secret", {{"type", "string"}}}},
                          {"type"});
  };
  socket.said_schema = [](json::object& schemas) -> json::value {
    return {{"oneOf", {schema_of<StreamPong>(schemas), schema_of<ErrorMessage>(schemas)}}};
  };
  socket.open = [services](const Call& call,
                           std::shared_ptr<Peer> peer) -> Result<std::unique_ptr<Socket>> {
    auto wish = wish_of(call);
    if (!wish) return wish.error();
    auto row = channel_to_hear(*services.store, wish->channel, wish->secret);
    if (!row) return row.error();
    return std::unique_ptr<Socket>(
        std::make_unique<StreamSocket>(services, std::move(*wish), std::move(peer)));
  };
  table.sockets.push_back(socket);
}

}  // namespace

void add_listen_routes(Table& table, const Services& services) {
  Route ogg = sound_route("/stream/{channel}.ogg", "streamOgg",
                          "A channel as endless Ogg Opus, for any player", "audio/ogg",
                          endless(services, streams::Form::ogg, "audio/ogg"));
  table.routes.push_back(ogg);
  table.routes.push_back(sound_route("/stream/{channel}.mp3", "streamMp3",
                                     "A channel as endless MP3, for any player", "audio/mpeg",
                                     endless(services, streams::Form::mp3, "audio/mpeg")));

  table.routes.push_back(
      sound_route("/stream/{channel}.m3u8", "streamPlaylist", "A channel as HLS: the playlist",
                  "application/vnd.apple.mpegurl", [services](const Call& call) -> Result<Answer> {
                    auto channel = channel_asked(services, call);
                    if (!channel) return channel.error();
                    auto text = first_playlist(*services.streams, *channel);
                    if (!text) return text.error();
                    Answer answer;
                    answer.type = "application/vnd.apple.mpegurl";
                    // A player asks for the segments as the playlist names them, secret and all.
                    if (const auto secret = call.asked("secret"))
                      *text = with_secret(*text, *secret);
                    answer.body = std::move(*text);
                    return answer;
                  }));
  Route part = sound_route("/stream/{channel}/{number}.mp3", "streamSegment",
                           "A channel as HLS: four seconds of MP3", "audio/mpeg",
                           [services](const Call& call) { return segment(services, call); });
  part.text = "With its time on the channel's clock in an ID3 tag, as HLS packed audio asks for.";
  table.routes.push_back(part);

  add_socket(table, services);
}

}  // namespace tutti::api
