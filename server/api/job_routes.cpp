// Jobs: everything that takes longer than a moment.
#include <algorithm>

#include "engine/base/json.h"
#include "engine/project/files.h"
#include "server/api/iso_time.h"
#include "server/api/job_info.h"
#include "server/api/routes.h"

namespace tutti::api {
namespace {

// A name that every file system takes.
std::string file_name_of(std::string_view title) {
  std::string name;
  for (const char c : title) {
    const bool bad = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
                     std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
    if (name.size() < 80) name += bad ? '-' : c;
  }
  // Not in the middle of a UTF-8 character, no dots or spaces at the ends.
  while (!name.empty() && (static_cast<unsigned char>(name.back()) & 0xc0) == 0x80 &&
         name.size() >= 80)
    name.pop_back();
  while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.pop_back();
  while (!name.empty() && (name.front() == ' ' || name.front() == '.')) name.erase(0, 1);
  return name.empty() ? "tutti" : name;
}

Error missing(const std::string& field, const std::string& why) {
  return with_field({Code::bad_input, "The field " + field + " is missing: " + why + ".",
                     "Add it and send it again."},
                    field);
}

Result<void> read_metre(const std::string& text, jobs::JobRequest& request) {
  int numerator = 0, denominator = 0, length = 0;
  if (std::sscanf(text.c_str(), "%2d/%2d%n", &numerator, &denominator, &length) != 2 ||
      static_cast<std::size_t>(length) != text.size() || numerator < 1 || numerator > 32 ||
      (denominator & (denominator - 1)) != 0 || denominator < 1 || denominator > 64)
    return with_field({Code::bad_input, "The metre must be written like 4/4 or 6/8.",
                       "Correct it or leave it out."},
                      "settings.metre");
  request.numerator = numerator;
  request.denominator = denominator;
  return {};
}

// Keeps the song's text as a blob and names the recordings that it plays.
Result<void> take_song(store::Store& store, const std::string& text, jobs::JobRequest& request) {
  auto document = project::load_project_text(text, 0);
  if (!document) return document.error();
  for (const auto& track : project::tracks(*document))
    for (const auto& take : project::takes(*document, track.id))
      if (store::Blobs::valid_name(take.blob) &&
          std::find(request.clips.begin(), request.clips.end(), take.blob) == request.clips.end())
        request.clips.push_back(take.blob);
  request.name = file_name_of(project::info(*document).title);
  auto kept = store.blobs().put(std::as_bytes(std::span(text)));
  if (!kept) return kept.error();
  request.input = kept->sha256;
  return {};
}

Result<jobs::JobRequest> request_of(const Services& services, const NewJob& wanted) {
  jobs::JobRequest request;
  jobs::kind_named(wanted.kind, request.kind);
  const JobSettings settings = wanted.settings.value_or(JobSettings{});
  request.format = settings.format.value_or("");
  request.rate = settings.rate.value_or(48000);
  request.soundfont = settings.soundfont.value_or("");
  request.tempo = settings.tempo.value_or(0);
  request.grid = settings.grid.value_or(0.25);
  if (settings.metre && !settings.metre->empty())
    if (auto done = read_metre(*settings.metre, request); !done) return done.error();
  if (request.kind != jobs::Kind::transcribe && request.format.empty())
    return missing("settings.format", "say what is to be made");
  const int sources =
      wanted.blob.has_value() + wanted.project.has_value() + wanted.document.has_value();
  if (sources != 1)
    return missing("blob", request.kind == jobs::Kind::render
                               ? "give one of blob, project and document"
                               : "give the recording's SHA-256");
  if (wanted.blob) {
    request.input = *wanted.blob;
    return request;
  }
  if (request.kind != jobs::Kind::render)
    return missing("blob", "this works on bytes that were sent before");
  std::string text;
  if (wanted.project) {
    auto view = services.rooms->view(*wanted.project);
    if (!view) return view.error();
    text = std::move(view->document);
  } else {
    text = write_json(*wanted.document);
  }
  if (auto done = take_song(*services.store, text, request); !done) return done.error();
  return request;
}

class JobSocket : public Socket {
 public:
  JobSocket(jobs::Queue& queue, std::string id, std::shared_ptr<Peer> peer)
      : queue_(queue), id_(std::move(id)), peer_(std::move(peer)) {}
  void start() override {
    token_ = queue_.watch(id_, [peer = std::weak_ptr<Peer>(peer_)](const store::JobRow& row) {
      const auto there = peer.lock();
      if (!there) return;
      there->send(std::make_shared<const std::string>(write_json(to_json(job_info(row)))));
      if (jobs::is_over(row)) there->dismiss("The job is over.");
    });
  }
  void hear(std::string_view) override {}
  void closed() override { queue_.unwatch(token_); }

 private:
  jobs::Queue& queue_;
  std::string id_;
  std::shared_ptr<Peer> peer_;
  std::uint64_t token_ = 0;
};

}  // namespace

JobInfo job_info(const store::JobRow& row) {
  JobInfo info{row.id,
               row.kind,
               row.state,
               row.progress,
               row.sentence,
               iso_time(row.created),
               iso_time(row.updated),
               std::nullopt,
               std::nullopt};
  if (row.state == "succeeded") {
    const auto made = jobs::made_from_text(row.result);
    if (!made.empty())
      info.result = JobResult{"/api/jobs/" + row.id + "/result", made[0].type, made[0].name,
                              made[0].size, made[0].sha256};
  }
  if (row.state == "failed") {
    const Error error = jobs::error_from_text(row.error);
    info.error = JobProblem{std::string(tutti::name_of(error.code)), error.message, error.next};
  }
  return info;
}

Result<Answer> job_result(store::Store& store, const store::JobRow& row,
                          const std::string& format) {
  if (row.state == "failed") return jobs::error_from_text(row.error);
  if (row.state == "cancelled")
    return Error{Code::cancelled, "This job was cancelled, so it has no result.",
                 "Start it again."};
  if (row.state != "succeeded")
    return Error{Code::conflict, "This job is not done yet.",
                 "Ask again when its state is succeeded."};
  for (const jobs::Made& made : jobs::made_from_text(row.result)) {
    if (!format.empty() && made.format != format) continue;
    auto kept = store.blobs().info(made.sha256);
    if (!kept) return kept.error();
    Answer answer;
    answer.type = made.type;
    answer.body = FileBody{store.blobs().path(made.sha256).string(), kept->size};
    answer.etag = "\"" + made.sha256 + "\"";
    answer.ranges = true;
    if (made.format != "json") answer.file_name = made.name;
    return answer;
  }
  return Error{Code::not_found, "This job made nothing of that format.",
               "Leave format out to get what it made."};
}

void add_job_routes(Table& table, const Services& services) {
  auto* queue = services.queue;
  auto* store = services.store;

  Route start = json_route<NewJob, JobInfo>(
      Method::post, "/api/jobs", "startJob", "Jobs", "Starts a piece of work",
      [services](const Call&, const NewJob& wanted) -> Result<JobInfo> {
        auto request = request_of(services, wanted);
        if (!request) return request.error();
        auto row = services.queue->submit(*request);
        if (!row) return row.error();
        return job_info(*row);
      });
  start.text =
      "transcribe: a recording (blob) to notes. render: a project, a document or a MIDI file "
      "(blob) to sound, MIDI or "
      "a file. convert: bytes (blob) to another format. The same work with the same settings is "
      "done once.";
  start.status = 202;
  start.errors = {404, 422, 501};
  table.routes.push_back(start);

  table.routes.push_back(reply_route<JobInfo>(Method::get, "/api/jobs/{id}", "readJob", "Jobs",
                                              "Where a job stands",
                                              [queue](const Call& call) -> Result<JobInfo> {
                                                auto row = queue->get(call.part("id"));
                                                if (!row) return row.error();
                                                return job_info(*row);
                                              }));

  table.routes.push_back(reply_route<JobInfo>(Method::remove, "/api/jobs/{id}", "cancelJob", "Jobs",
                                              "Stops a job",
                                              [queue](const Call& call) -> Result<JobInfo> {
                                                auto row = queue->cancel(call.part("id"));
                                                if (!row) return row.error();
                                                return job_info(*row);
                                              }));

  Route result;
  result.method = Method::get;
  result.path = "/api/jobs/{id}/result";
  result.id = "jobResult";
  result.group = "Jobs";
  result.summary = "What a job made";
  result.text =
      "transcribe gives JSON (the Melody schema), or MIDI with format=mid; the others give the "
      "file. 409 while the "
      "job is not done.";
  result.query = {
      {"format", "string", "Of several results, which: json or mid of a transcription."}};
  result.answer_type = "application/octet-stream";
  result.errors = {409, 416};
  result.handler = [queue, store](const Call& call) -> Result<Answer> {
    auto row = queue->get(call.part("id"));
    if (!row) return row.error();
    return job_result(*store, *row, call.asked("format").value_or(""));
  };
  table.routes.push_back(result);

  SocketRoute socket;
  socket.path = "/ws/jobs/{id}";
  socket.id = "watchJob";
  socket.group = "Jobs";
  socket.summary = "A job's progress, live";
  socket.text =
      "The job as GET /api/jobs/{id} answers it, at once and with every change; closed when it is "
      "over.";
  socket.limit = 4096;
  socket.said_schema = [](json::object& schemas) { return schema_of<JobInfo>(schemas); };
  socket.open = [queue](const Call& call,
                        std::shared_ptr<Peer> peer) -> Result<std::unique_ptr<Socket>> {
    if (auto row = queue->get(call.part("id")); !row) return row.error();
    return std::unique_ptr<Socket>(
        std::make_unique<JobSocket>(*queue, call.part("id"), std::move(peer)));
  };
  table.sockets.push_back(socket);
}

}  // namespace tutti::api
