// Songs in: a file or a blob to a song of the person's library and its stems.
#include <map>
#include <mutex>

#include "engine/base/json.h"
#include "native/files/models.h"
#include "server/api/file_name.h"
#include "server/api/process_start.h"
#include "server/api/routes.h"
#include "server/api/socket_words.h"

namespace tutti::api {
namespace {

constexpr std::int64_t kSongLimit = 2'000'000'000;
constexpr int kMessagesPerSecond = 20;
constexpr std::size_t kMostFiles = 100;  // that one socket follows at a time

Result<ProcessAsked> asked_of(const Call& call) {
  if (call.blob)
    return ProcessAsked{call.blob->sha256,
                        call.field("name").empty() ? call.file_name : call.field("name"),
                        call.field("model"), call.field("person")};
  BadField wrong;
  auto wish = from_json<ProcessWish>(call.body, wrong);
  if (!wish) return with_field(wish.error(), wrong.field);
  if (!store::Blobs::valid_name(wish->blob))
    return with_field({Code::bad_input, "A blob is named by the 64 digits of its SHA-256.",
                       "Send the file first (POST /api/blobs)."},
                      "blob");
  return ProcessAsked{wish->blob, wish->name.value_or(""), wish->model.value_or(""),
                      wish->person.value_or("")};
}

StemUrls urls_of(const jobs::StemsState& stems, const std::string& song) {
  const std::string at = "/api/stems/" + stems.id + "/";
  return {stems.id, song, at + "drums.wav", at + "bass.wav", at + "other.wav", at + "vocals.wav"};
}

class ProcessSocket : public Socket {
 public:
  ProcessSocket(const Services& services, std::string client, std::shared_ptr<Peer> peer)
      : services_(services), client_(std::move(client)), peer_(std::move(peer)) {}
  void start() override {}

  void hear(std::string_view text) override {
    auto message = parse_json(text, {16 << 10, 8});
    if (!message) return refuse(*peer_, message.error());
    BadField wrong;
    auto word = from_json<ProcessMessage>(*message, wrong);
    if (!word) return refuse(*peer_, word.error());
    if (word->type == "process:start") return begin(*word);
    const auto file = files_.find(word->fileId);
    if (file == files_.end())
      return fail(word->fileId, {Code::not_found, "This file is not being worked on here.",
                                 "Send process:start first."});
    if (auto done = services_.stems->cancel(file->second.stems, person_of(*word)); !done)
      fail(word->fileId, done.error());
  }

  // What was asked for goes on; whoever comes back asks again and is told how it stands.
  void closed() override {
    for (const auto& [id, file] : files_) services_.stems->unwatch(file.watch);
  }

 private:
  struct File {
    std::string stems;
    std::uint64_t watch = 0;
  };

  std::string person_of(const ProcessMessage& word) const { return word.person.value_or(client_); }

  void fail(const std::string& file, const Error& error) {
    say(*peer_, to_json(ProcessError{"process:error", file, error.message, error.next}));
  }

  void begin(const ProcessMessage& word) {
    if (files_.size() >= kMostFiles && !files_.contains(word.fileId))
      return fail(word.fileId, {Code::too_large, "So many files at once are too many.",
                                "Wait until some are done, or open another connection."});
    auto begun = begin_processing(services_, {word.fileId, word.name.value_or(""),
                                              word.quality.value_or(""), person_of(word)});
    if (!begun) return fail(word.fileId, begun.error());
    File& file = files_[word.fileId];
    if (file.watch != 0) services_.stems->unwatch(file.watch);
    file.stems = begun->stems.id;
    file.watch =
        services_.stems->watch(file.stems, [peer = std::weak_ptr<Peer>(peer_), id = word.fileId,
                                            song = begun->song.id](const jobs::StemsState& now) {
          if (const auto there = peer.lock()) tell(*there, id, song, now);
        });
  }

  static void tell(Peer& peer, const std::string& file, const std::string& song,
                   const jobs::StemsState& now) {
    if (now.state == "ready")
      return say(peer, to_json(ProcessComplete{"process:complete", file, urls_of(now, song)}));
    if (now.state == "cancelled")
      return say(peer, to_json(ProcessError{"process:error", file, "Cancelled.",
                                            "Start it again when you want it."}));
    if (now.state == "failed") {
      const Error error =
          now.problem.value_or(Error{Code::internal, "The work failed.", "Try again."});
      return say(peer, to_json(ProcessError{"process:error", file, error.message, error.next}));
    }
    say(peer, to_json(ProcessProgress{"process:progress", file, 100 * now.progress, now.sentence,
                                      now.ready_seconds, now.position}));
  }

  const Services services_;
  const std::string client_;
  std::shared_ptr<Peer> peer_;
  std::map<std::string, File> files_;  // messages of one socket come one at a time
};

void add_process(Table& table, const Services& services) {
  Route route;
  route.method = Method::post;
  route.path = "/api/process";
  route.id = "processSong";
  route.group = "Practice";
  route.summary = "Takes a song apart";
  route.text =
      "The file as the field audio of a form (or as the bare body, fields in the query), or JSON "
      "that names bytes which were sent before. Answers the song of the person's library and its "
      "stems: 200 where they are there already, 202 while they are made (GET /api/stems/{id} says "
      "how it stands; their beginning can be heard before their end is made). What is heard in the "
      "song is worked out after it.";
  route.query = {{"model", "string", "Of GET /api/separators; instant when left out."},
                 {"person", "string", "Whose library it comes into."},
                 {"name", "string", "Of the song; its file's name when left out."}};
  route.body = BodyKind::form_or_json;
  route.fields = route.query;
  route.limit = kSongLimit;
  route.errors = {404, 422, 501};
  route.request_schema = [](json::object& schemas) { return schema_of<ProcessWish>(schemas); };
  route.answer_schema = [](json::object& schemas) { return schema_of<ProcessStarted>(schemas); };
  route.later_schema = route.answer_schema;
  route.handler = [services](const Call& call) -> Result<Answer> {
    auto asked = asked_of(call);
    if (!asked) return asked.error();
    auto begun = begin_processing(services, *asked);
    if (!begun) return begun.error();
    const bool ready = begun->stems.state == "ready";
    return json_answer(to_json(ProcessStarted{song_of(begun->song), stems_info(begun->stems),
                                              ready ? std::string() : begun->stems.job}),
                       ready ? 200 : 202);
  };
  table.routes.push_back(route);
}

// The page takes songs apart by itself where it is asked to.
void add_model(Table& table, const Services& services) {
  Route route;
  route.path = "/api/models/{id}";
  route.id = "modelWeights";
  route.group = "Practice";
  route.summary = "Weights of a separator that the page can run by itself";
  route.text = "A safetensors file; id is instant.";
  route.answer_type = "application/octet-stream";
  route.errors = {404, 416, 501};
  route.handler = [services](const Call& call) -> Result<Answer> {
    if (call.part("id") != kUsualSeparator)
      return Error{Code::not_found, "The page cannot run this model.", "Ask for instant."};
    auto path = files::find_model(kUsualSeparator);
    if (!path) return path.error();
    std::error_code code;
    const auto size = std::filesystem::file_size(*path, code);
    if (code) return Error{Code::io, "The weights cannot be read.", "Install Tutti again."};
    Answer answer;
    answer.type = "application/octet-stream";
    answer.body = FileBody{*path, static_cast<std::int64_t>(size)};
    for (const auto& separator : services.stems->separators())
      if (separator.id == kUsualSeparator) answer.etag = "\"" + separator.version + "\"";
    answer.ranges = true;
    return answer;
  };
  table.routes.push_back(route);
}

}  // namespace

StemsInfo stems_info(const jobs::StemsState& state) {
  StemsInfo info{state.id,       state.blob,     state.model,         state.state, state.progress,
                 state.sentence, state.position, state.ready_seconds, state.rate,  state.frames,
                 state.took,     state.cached,   std::nullopt};
  if (state.problem)
    info.problem = StemsProblem{std::string(tutti::name_of(state.problem->code)),
                                state.problem->message, state.problem->next};
  return info;
}

Result<ProcessBegun> begin_processing(const Services& services, const ProcessAsked& asked) {
  std::string model = asked.model;
  if (model.empty()) {
    model = kUsualSeparator;
    for (const auto& separator : services.stems->separators())
      if (separator.id == model && !separator.installed) model = "classical";
  }
  const std::string person = asked.person.substr(0, 100);
  const std::string title(without_ending(asked.name.empty() ? "Song" : asked.name));
  auto stems = services.stems->process(asked.blob, model, title, person);
  if (!stems) return stems.error();
  store::PracticeTable table(*services.store);
  store::SongRow song;
  song.person = person;
  song.blob = asked.blob;
  song.title = title.substr(0, 300);
  auto added = table.add_song(song);
  if (!added) return added.error();
  store::SongFacts facts;
  facts.model = model;
  facts.stems = stems->id;
  if (stems->state == "ready" && stems->rate > 0)
    facts.duration = static_cast<double>(stems->frames) / stems->rate;
  if (auto done = table.set_song_facts(added->id, facts); !done) return done.error();
  auto now = table.song(added->id);
  if (!now) return now.error();
  return ProcessBegun{std::move(*now), std::move(*stems)};
}

void add_process_routes(Table& table, const Services& services) {
  add_process(table, services);
  add_model(table, services);
  table.routes.push_back(reply_route<std::vector<SeparatorChoice>>(
      Method::get, "/api/separators", "listSeparators", "Practice",
      "What can take songs apart, best quality last",
      [services](const Call&) -> Result<std::vector<SeparatorChoice>> {
        std::vector<SeparatorChoice> choices;
        for (const auto& separator : services.stems->separators())
          choices.push_back({separator.id, separator.name, separator.installed, separator.quality,
                             separator.how_to_get});
        return choices;
      }));
}

void add_process_socket(Table& table, const Services& services) {
  SocketRoute socket;
  socket.path = "/ws/{client_id}";
  socket.id = "processSongs";
  socket.group = "Practice";
  socket.summary = "Songs taken apart, live";
  socket.text =
      "Send {\"type\":\"process:start\",\"fileId\":…,\"quality\":\"instant\"} for a file that was "
      "sent to POST /api/blobs, and hear process:progress until process:complete or process:error; "
      "several files at once take turns with those of other persons. "
      "{\"type\":\"process:cancel\",\"fileId\":…} stops one. Closing the connection stops nothing.";
  socket.limit = 16 << 10;
  socket.messages_per_second = kMessagesPerSecond;
  socket.heard_schema = [](json::object& schemas) { return schema_of<ProcessMessage>(schemas); };
  socket.said_schema = [](json::object& schemas) -> json::value {
    return {{"oneOf",
             {schema_of<ProcessProgress>(schemas), schema_of<ProcessComplete>(schemas),
              schema_of<ProcessError>(schemas), schema_of<ErrorMessage>(schemas)}}};
  };
  socket.open = [services](const Call& call,
                           std::shared_ptr<Peer> peer) -> Result<std::unique_ptr<Socket>> {
    return std::unique_ptr<Socket>(std::make_unique<ProcessSocket>(
        services, call.part("client_id").substr(0, 100), std::move(peer)));
  };
  table.sockets.push_back(socket);
}

}  // namespace tutti::api
