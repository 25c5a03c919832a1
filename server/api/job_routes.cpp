// Jobs: everything that takes longer than a moment.
#include <algorithm>

#include "engine/base/json.h"
#include "engine/project/files.h"
#include "server/api/file_name.h"
#include "server/api/iso_time.h"
#include "server/api/job_info.h"
#include "server/api/routes.h"
#include "server/api/song_request.h"
#include "server/api/studio_types.h"

namespace tutti::api {
namespace {

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

Result<jobs::JobRequest> request_of(const Services& services, const NewJob& wanted) {
  jobs::JobRequest request;
  jobs::kind_named(wanted.kind, request.kind);
  const JobSettings settings = wanted.settings.value_or(JobSettings{});
  request.format = settings.format.value_or("");
  request.rate = settings.rate.value_or(48000);
  request.soundfont = settings.soundfont.value_or("");
  request.tempo = settings.tempo.value_or(0);
  request.grid = settings.grid.value_or(0.25);
  request.tail = settings.tail;
  if (settings.metre && !settings.metre->empty())
    if (auto done = read_metre(*settings.metre, request); !done) return done.error();
  const bool of_track = request.kind == jobs::Kind::bounce || request.kind == jobs::Kind::freeze;
  if (of_track && request.format.empty()) request.format = "wav32f";  // loses nothing
  if (request.kind == jobs::Kind::stretch) {
    if (!request.format.empty() && request.format != "wav32f")
      return with_field(
          {Code::unsupported, "stretch makes wav32f.", "Leave format out, and convert the result."},
          "settings.format");
    request.format = "wav32f";
    request.ratio = settings.ratio.value_or(1);
    request.semitones = settings.semitones.value_or(0);
  }
  if (request.kind != jobs::Kind::transcribe && request.format.empty())
    return missing("settings.format", "say what is to be made");
  if (of_track) {
    if (!settings.track || settings.track->empty())
      return missing("settings.track", "say which track");
    request.track = *settings.track;
    if (!wanted.project && !wanted.document)
      return missing("project", "say in which project the track is");
  }
  const int sources =
      wanted.blob.has_value() + wanted.project.has_value() + wanted.document.has_value();
  if (sources != 1)
    return missing("blob", request.kind == jobs::Kind::render
                               ? "give one of blob, project and document"
                               : "give the recording's SHA-256");
  const bool song = of_track || request.kind == jobs::Kind::render;
  if (wanted.blob) {
    request.input = *wanted.blob;
    return request;
  }
  if (!song) return missing("blob", "this works on bytes that were sent before");
  auto text = song_text(services, wanted.project, wanted.document);
  if (!text) return text.error();
  if (auto done = take_song(*services.store, *text, false, request); !done) return done.error();
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
               std::nullopt,
               std::nullopt,
               std::nullopt,
               std::nullopt};
  if (row.state == "succeeded") {
    const auto made = jobs::made_from_text(row.result);
    const std::string url = "/api/jobs/" + row.id + "/result";
    for (std::size_t i = 0; i < made.size(); ++i) {
      JobResult result{i == 0 ? url : url + "?part=" + std::to_string(i), made[i].type,
                       made[i].name, made[i].size, made[i].sha256};
      if (i == 0) info.result = result;
      if (made.size() > 1) {
        if (!info.results) info.results.emplace();
        info.results->push_back(std::move(result));
      }
    }
    BadField wrong;
    if (auto told = parse_json(jobs::report_from_text(row.result))) {
      if (auto report = from_json<SoundReport>(*told, wrong)) info.report = std::move(*report);
      if (const json::value* project = json_find(*told, "project"); project && project->if_string())
        info.project = project->if_string()->c_str();
    }
  }
  if (row.state == "failed") {
    const Error error = jobs::error_from_text(row.error);
    info.error = JobProblem{std::string(tutti::name_of(error.code)), error.message, error.next};
  }
  return info;
}

Result<Answer> job_result(store::Store& store, const store::JobRow& row, const std::string& format,
                          std::int64_t part) {
  if (row.state == "failed") return jobs::error_from_text(row.error);
  if (row.state == "cancelled")
    return Error{Code::cancelled, "This job was cancelled, so it has no result.",
                 "Start it again."};
  if (row.state != "succeeded")
    return Error{Code::conflict, "This job is not done yet.",
                 "Ask again when its state is succeeded."};
  std::int64_t place = 0;
  if (const std::string report = jobs::report_from_text(row.result);
      format == "json" && !report.empty()) {
    Answer answer;
    answer.body = report;
    return answer;
  }
  for (const jobs::Made& made : jobs::made_from_text(row.result)) {
    if (place++ < part || (!format.empty() && made.format != format)) continue;
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
  return Error{Code::not_found, "This job made nothing of that format and number.",
               "Leave format and part out to get its main result."};
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
      "a file. convert: bytes (blob) to another format. stretch: a recording (blob) longer or "
      "shorter "
      "(settings.ratio), higher or lower (settings.semitones). bounce and freeze: the sound of a "
      "track "
      "(settings.track) of a project, behind or before its fader; format=json tells the operations "
      "that put it in its place. Effects and mixdowns have addresses of their own. The same work "
      "with the same settings is done once.";
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
      "file, and of effects, mixdown, bounce and freeze a SoundReport with format=json. 409 while "
      "the job is not done.";
  result.query = {
      {"format", "string",
       "Of several results, the first of this format: json or mid of a transcription, json for the "
       "report on a sound (SoundReport)."},
      {"part", "integer", "Of several results, which, from 0; stems are 1, 2 …"}};
  result.answer_type = "application/octet-stream";
  result.answer_schema = [](json::object& schemas) -> json::value {
    (void)schema_of<Melody>(schemas);
    (void)schema_of<SoundReport>(schemas);
    return {{"type", "string"}, {"format", "binary"}};
  };
  result.errors = {409, 416};
  result.handler = [queue, store](const Call& call) -> Result<Answer> {
    auto row = queue->get(call.part("id"));
    if (!row) return row.error();
    const auto part = call.asked_number("part", 0);
    if (!part || *part < 0)
      return with_field({Code::bad_input, "part must be a whole number from 0.", "Correct it."},
                        "part");
    return job_result(*store, *row, call.asked("format").value_or(""), *part);
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
