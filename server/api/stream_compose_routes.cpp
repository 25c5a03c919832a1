// Music to files: a piece from a seed, or what was heard on a channel.
#include <array>
#include <cmath>

#include "engine/base/json.h"
#include "server/api/file_name.h"
#include "server/api/job_info.h"
#include "server/api/refusal.h"
#include "server/api/routes.h"
#include "server/api/stream_access.h"
#include "server/api/stream_control.h"
#include "server/jobs/stream_materials.h"

namespace tutti::api {
namespace {

// Forms by name, the format of the job, and how long a piece may be: what fits into a result.
struct FormRow {
  std::string_view name;
  const char* format;
  double seconds;
};
constexpr double kHour = 3600;
constexpr std::array kForms = {
    FormRow{"flac", "flac", 6 * kHour},  FormRow{"opus", "opus", 6 * kHour},
    FormRow{"wav", "wav32f", 3 * kHour}, FormRow{"mp3", "mp3", 6 * kHour},
    FormRow{"midi", "mid", 6 * kHour},   FormRow{"stems", "zip", kHour},
    FormRow{"project", "tutti", kHour}};
constexpr double kShortest = 0.1;

Result<FormRow> form_named(std::string_view name) {
  for (const FormRow& row : kForms)
    if (row.name == name) return row;
  return with_field(
      {Code::bad_input, "There is no form \"" + std::string(name.substr(0, 40)) + "\".",
       "Choose flac, opus, wav, mp3, midi, stems or project."},
      "form");
}

Result<void> check_length(double seconds, const FormRow& form, const char* field) {
  if (seconds < kShortest)
    return with_field({Code::bad_input, "There is less than a tenth of a second in this part.",
                       "Listen for a while first, or ask for a longer part."},
                      field);
  if (seconds > form.seconds)
    return with_field(
        {Code::too_large,
         "As " + std::string(form.name) + " at most " +
             std::to_string(static_cast<int>(form.seconds / 60)) + " minutes are made at once.",
         "Ask for a shorter part, or for several."},
        field);
  return {};
}

Result<JobInfo> start(const Services& services, const stream::ControlLog& log, const FormRow& form,
                      double from, double to, const std::string& name) {
  jobs::JobRequest request;
  request.kind = jobs::Kind::compose;
  request.format = form.format;
  request.rate = log.rate;
  request.first_frame = std::llround(from * log.rate);
  request.last_frame = std::llround(to * log.rate);
  request.name = file_name_of(name);
  const jobs::MaterialNames materials = jobs::material_names();
  // Notes do not depend on what the piano sounds like.
  if (form.name != "midi" && form.name != "project") request.soundfont = materials.soundfont;
  request.model = materials.model;
  const std::string text = stream::log_text(log);
  auto kept = services.store->blobs().put(std::as_bytes(std::span(text)));
  if (!kept) return kept.error();
  request.input = kept->sha256;
  auto row = services.queue->submit(request);
  if (!row) return row.error();
  return job_info(*row);
}

Result<JobInfo> save(const Services& services, const Call& call, const NewSave& wanted) {
  const std::string id = call.part("id");
  auto row = channel_to_hear(*services.store, id, wanted.secret.value_or(""));
  if (!row) return row.error();
  auto form = form_named(wanted.form);
  if (!form) return form.error();
  if (wanted.seconds && (wanted.from || wanted.to))
    return with_field(
        {Code::bad_input, "Give either seconds, or from and to.", "seconds counts back from now."},
        "seconds");
  if (!wanted.seconds && !wanted.from)
    return with_field(
        {Code::bad_input, "Say which part is to be saved.",
         "Give seconds for the last so many, or from (and to) on the channel's clock."},
        "seconds");
  auto state = services.streams->state(id);
  if (!state) return state.error();
  auto log = services.streams->log(id);
  if (!log) return log.error();
  const double now = static_cast<double>(std::max(state->frame, row->frame)) / log->rate;
  const double to = std::min(wanted.to.value_or(now), now);
  const double from = wanted.seconds ? std::max(0.0, to - *wanted.seconds) : *wanted.from;
  if (auto done = check_length(to - from, *form, wanted.seconds ? "seconds" : "from"); !done)
    return done.error();
  // What was asked after the part does not belong to it, and equal parts are then equal work.
  const auto last = std::llround(to * log->rate);
  std::erase_if(log->entries, [&](const stream::LogEntry& entry) { return entry.frame >= last; });
  return start(services, *log, *form, from, to, row->name);
}

Result<double> number_of(const json::object& body, const char* name, double fallback, double low,
                         double high) {
  double number = fallback;
  const json::value* found = body.if_contains(name);
  if (found && !json_get(found, number)) number = low - 1;
  if (!(number >= low && number <= high))
    return with_field(
        {Code::bad_input,
         std::string("The field ") + name + " must be a number from " +
             json::serialize(json::value(low)) + " to " + json::serialize(json::value(high)) + ".",
         "Correct it and send it again."},
        name);
  return number;
}

std::string text_of(const json::object& body, const char* name) {
  const json::value* found = body.if_contains(name);
  const json::string* text = found ? found->if_string() : nullptr;
  return text ? std::string(text->data(), text->size()) : std::string();
}

Result<JobInfo> compose(const Services& services, const json::object& body) {
  auto form = form_named(text_of(body, "form"));
  if (!form) return form.error();
  auto control = control_of(body, {"form", "minutes", "log", "from", "name"});
  if (!control) return control.error();
  stream::ControlLog log;
  if (const json::value* given = body.if_contains("log")) {
    if (!control->changes.empty() || control->seed)
      return with_field({Code::bad_input, "A log says everything that is asked of the music.",
                         "Leave the settings and the seed out, or the log."},
                        "log");
    auto read = stream::read_log(write_json(*given));
    if (!read) return with_field(read.error(), "log");
    if (read->entries.size() > static_cast<std::size_t>(store::kMostEntries))
      return with_field({Code::too_large, "This log has too many entries.", "Send a shorter one."},
                        "log");
    log = std::move(*read);
  } else {
    for (const stream::Change& change : control->changes)
      log.start.set(change.setting, change.value);
    log.seed = control->seed.value_or(1);
  }
  auto minutes = number_of(body, "minutes", 0, kShortest / 60, 360);
  if (!minutes) return minutes.error();
  // Six hours into a log are reached in seconds, days are not.
  auto from = number_of(body, "from", 0, 0, 1e10);
  if (!from) return from.error();
  const double seconds = *minutes * 60;
  if (auto done = check_length(seconds, *form, "minutes"); !done) return done.error();
  std::string name = text_of(body, "name");
  if (name.empty()) name = "Tutti " + std::to_string(log.seed);
  return start(services, log, *form, *from, *from + seconds, name.substr(0, 200));
}

}  // namespace

void add_compose_routes(Table& table, const Services& services) {
  Route keep = json_route<NewSave, JobInfo>(
      Method::post, "/api/channels/{id}/save", "saveChannel", "Stream",
      "What was heard on a channel, as a file or a project",
      [services](const Call& call, const NewSave& wanted) { return save(services, call, wanted); });
  keep.text =
      "Answers a job of the kind compose. Sound is rendered again from the control log, sample for "
      "sample as it was streamed; midi has its notes, stems each voice by itself, and project "
      "makes "
      "a project of the library, which the finished job names.";
  keep.limit = kSmallBody;
  keep.status = 202;
  keep.errors = {403};
  table.routes.push_back(keep);

  Route make = json_route<json::object, JobInfo>(
      Method::post, "/api/compose", "composeMusic", "Stream", "A piece of music from a seed",
      [services](const Call&, const json::object& body) { return compose(services, body); });
  make.text =
      "{\"form\": \"flac\", \"minutes\": 10, \"seed\": \"7\", \"key\": \"A\", \"bpm\": 70 …}, all "
      "settings as in a control; or the log of a channel with from and minutes. Answers a job of "
      "the kind compose.";
  make.limit = 32'000'000;
  make.status = 202;
  make.request_schema = [](json::object& schemas) {
    json::array forms;
    for (const FormRow& row : kForms) forms.emplace_back(row.name);
    return control_schema(
        schemas, "NewComposition",
        {{"form",
          {{"type", "string"},
           {"enum", std::move(forms)},
           {"description", "What is made; stems is a zip of FLAC files, one a voice."}}},
         {"minutes",
          {{"type", "number"},
           {"minimum", 0},
           {"maximum", 360},
           {"description", "How long; stems and project at most 60, wav 180."}}},
         {"log",
          {{"type", "object"},
           {"description",
            "Of a channel, as GET /api/channels/{id}/log gives it; instead of seed "
            "and settings."}}},
         {"from", {{"type", "number"}, {"description", "Seconds of the log where it begins."}}},
         {"name", {{"type", "string"}, {"description", "Of the file or the project."}}}},
        {"form", "minutes"});
  };
  table.routes.push_back(make);
}

}  // namespace tutti::api
