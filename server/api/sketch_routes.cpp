// The short way that the first plans promised: a hum in, notes out; IR in, IR out.
#include "engine/base/json.h"
#include "engine/project/files.h"
#include "server/api/job_info.h"
#include "server/api/routes.h"

namespace tutti::api {

void add_sketch_routes(Table& table, const Services& services) {
  auto* queue = services.queue;
  auto* store = services.store;

  Route hum;
  hum.method = Method::post;
  hum.path = "/hum2melody";
  hum.id = "humToMelody";
  hum.group = "Sketch";
  hum.summary = "A hummed, sung or whistled melody to notes";
  hum.text =
      "The recording as the field audio of a form, or as the bare body. Answers the IR (quantised "
      "notes, seconds) with "
      "the free notes, the pitch curve and what was found beside it. The same work as a job of the "
      "kind transcribe.";
  hum.query = {{"tempo", "number", "Quarter notes a minute, when known."}};
  hum.body = BodyKind::form;
  hum.limit = kBlobLimit;
  hum.errors = {422, 501};
  hum.answer_schema = [](json::object& schemas) { return schema_of<Melody>(schemas); };
  hum.handler = [queue, store](const Call& call) -> Result<Answer> {
    jobs::JobRequest request;
    request.kind = jobs::Kind::transcribe;
    request.input = call.blob->sha256;
    std::string tempo = call.asked("tempo").value_or("");
    if (const auto field = call.fields.find("tempo"); tempo.empty() && field != call.fields.end())
      tempo = field->second;
    if (!tempo.empty()) {
      char* end = nullptr;
      request.tempo = std::strtod(tempo.c_str(), &end);
      if (*end != '\0' || !(request.tempo >= 20 && request.tempo <= 400))
        return with_field({Code::bad_input, "The tempo must lie between 20 and 400.",
                           "Correct it or leave it out."},
                          "tempo");
    }
    auto row = queue->submit(request);
    if (!row) return row.error();
    Answer answer;
    answer.body = Later{
        row->id, [store](const store::JobRow& done) { return job_result(*store, done, "json"); }};
    return answer;
  };
  table.routes.push_back(hum);

  Route run;
  run.method = Method::post;
  run.path = "/run";
  run.id = "runIr";
  run.group = "Sketch";
  run.summary = "Checks and completes IR";
  run.text =
      "Pitches may be numbers or names; missing parts get their defaults. Answers the IR in full.";
  run.body = BodyKind::json;
  run.limit = kJsonLimit;
  run.request_schema = [](json::object& schemas) { return schema_of<Ir>(schemas); };
  run.answer_schema = [](json::object& schemas) { return schema_of<Ir>(schemas); };
  run.handler = [](const Call& call) -> Result<Answer> {
    project::Document document(1);
    if (auto made = project::import_ir(document, write_json(call.body)); !made) return made.error();
    Answer answer;
    answer.body = project::export_ir(document);
    return answer;
  };
  table.routes.push_back(run);
}

}  // namespace tutti::api
