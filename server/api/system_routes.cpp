// How the server is, what it can do, and the documentation.
#include <cstdio>

#include "engine/base/json.h"
#include "native/files/audio_reader.h"
#include "native/files/soundfonts.h"
#include "server/api/openapi.h"
#include "server/api/routes.h"

namespace tutti::api {
namespace {

std::string megabytes(std::int64_t bytes) {
  return std::to_string(bytes / 1'000'000) + " MB";
}

void add_streams(const Services& services,
                 const std::function<void(const char*, bool, std::string)>& add) {
  int playing = 0, listeners = 0;
  double load = 0;
  std::int64_t underruns = 0;
  std::string trouble;
  for (const streams::ChannelState& state : services.streams->states()) {
    playing += state.running;
    listeners += state.listeners;
    load += state.render_load + state.encode_load;
    underruns += state.underruns;
    if (trouble.empty()) trouble = state.trouble;
  }
  char words[160];
  std::snprintf(words, sizeof words,
                "%d channels play to %d listeners, %.1f %% of a core, %lld underruns", playing,
                listeners, 100 * load, static_cast<long long>(underruns));
  add("streams", trouble.empty(), trouble.empty() ? words : words + std::string(". ") + trouble);
}

// Each check says ok or failed, and what it saw.
std::vector<HealthCheck> check_all(const Services& services, bool full) {
  std::vector<HealthCheck> checks;
  const auto add = [&](const char* name, bool good, std::string detail) {
    checks.push_back({name, good ? "ok" : "failed", std::move(detail)});
  };
  auto counts = services.store->counts();
  add("library", counts.ok(),
      counts
          ? std::to_string(counts->projects) + " projects, " + std::to_string(counts->operations) +
                " operations, " + megabytes(counts->database_bytes)
          : counts.error().message);
  if (counts) {
    add("disk", counts->free_bytes > 500'000'000, megabytes(counts->free_bytes) + " free");
    add("queue", true,
        std::to_string(counts->jobs_queued) + " jobs wait, " +
            std::to_string(counts->jobs_running) + " run");
  }
  if (full) {
    const auto whole = services.store->check();
    add("integrity", whole.ok(),
        whole ? "Every page and reference is in order." : whole.error().message);
  }
  const auto workers = services.workers ? services.workers() : std::vector<int>();
  std::string ids;
  for (const int id : workers) ids += (ids.empty() ? "process " : ", ") + std::to_string(id);
  add("workers", true, workers.empty() ? "none of this server's own" : ids);
  if (services.streams) add_streams(services, add);
  const auto font = files::choose_soundfont();
  add("soundfont", font.ok(), font ? font->id : font.error().message + " " + font.error().next);
  const auto decoder = files::decoder_version();
  add("decoders", decoder.ok(),
      decoder ? *decoder : decoder.error().message + " " + decoder.error().next);
  return checks;
}

Route page(const char* path, const char* id, const char* summary, const char* type,
           std::string_view text) {
  Route route;
  route.path = path;
  route.id = id;
  route.group = "Server";
  route.summary = summary;
  route.answer_type = type;
  route.handler = [type = std::string(type), text](const Call&) -> Result<Answer> {
    Answer answer;
    answer.type = type + "; charset=utf-8";
    answer.body = std::string(text);
    return answer;
  };
  return route;
}

}  // namespace

std::string version() {
  return TUTTI_VERSION;
}

void add_system_routes(Table& table, const Services& services) {
  table.routes.push_back(
      reply_route<Health>(Method::get, "/health", "health", "Server", "Whether the server works",
                          [services](const Call&) -> Result<Health> {
                            return Health{services.store->counts() ? "ok" : "degraded", version()};
                          }));

  Route detailed = reply_route<HealthDetailed>(
      Method::get, "/health/detailed", "healthDetailed", "Server",
      "Each part of the server and how it is",
      [services](const Call& call) -> Result<HealthDetailed> {
        HealthDetailed health;
        health.checks = check_all(services, call.asked("full").has_value());
        health.version = version();
        health.uptime_seconds = services.uptime_seconds ? services.uptime_seconds() : 0;
        health.status = "ok";
        for (const HealthCheck& check : health.checks)
          if (check.status != "ok") health.status = "degraded";
        return health;
      });
  detailed.query = {{"full", "string", "Also reads the whole database through; may take seconds."}};
  table.routes.push_back(detailed);

  Route metrics;
  metrics.path = "/metrics";
  metrics.id = "metrics";
  metrics.group = "Server";
  metrics.summary = "Measurements for Prometheus";
  metrics.answer_type = "text/plain";
  metrics.handler = [services](const Call&) -> Result<Answer> {
    Answer answer;
    answer.type = "text/plain; version=0.0.4; charset=utf-8";
    answer.body = services.metrics ? services.metrics() : std::string();
    return answer;
  };
  table.routes.push_back(metrics);

  Route description;
  description.path = "/api/openapi.json";
  description.id = "openapi";
  description.group = "Server";
  description.summary = "This interface as OpenAPI 3.1";
  description.answer_schema = [](json::object&) -> json::value { return {{"type", "object"}}; };
  // Made once: the table is complete by the time the first request comes, and never changes.
  description.handler = [text = std::make_shared<std::string>(),
                         once = std::make_shared<std::once_flag>()](const Call&) -> Result<Answer> {
    std::call_once(*once, [&] { *text = write_json(openapi(make_table({}))); });
    Answer answer;
    answer.body = *text;
    return answer;
  };
  table.routes.push_back(description);

  table.routes.push_back(
      page("/docs", "docs", "This interface to read", "text/html", reader_html()));
  table.routes.push_back(page("/docs/reader.css", "docsStyle", "Looks of the page at /docs",
                              "text/css", reader_css()));
  table.routes.push_back(page("/docs/reader.js", "docsScript", "Script of the page at /docs",
                              "text/javascript", reader_js()));
}

}  // namespace tutti::api
