// What is heard in a song, put right by hand, and where it is hard for an instrument.
#include "engine/analysis/song_analysis.h"
#include "engine/base/json.h"
#include "engine/practice/difficulty.h"
#include "native/files/sha256.h"
#include "server/api/routes.h"
#include "server/api/stems_types.h"
#include "server/jobs/practice_files.h"

namespace tutti::api {
namespace {

struct Found {
  std::optional<SongHeard> heard;  // nothing: not known yet …
  std::string job;                 // … and this will
};

// Starts the work unless it is under way. What failed last time is told, not tried again.
Result<std::string> work(const Services& services, const jobs::JobRequest& request,
                         const std::string& person, bool again) {
  auto last = services.store->latest_job(jobs::same_text(request));
  if (!last) return last.error();
  if (*last && (*last)->state == "failed" && !again) return jobs::error_from_text((*last)->error);
  auto job = jobs::add_once(*services.store, request, person);
  if (!job) return job.error();
  services.stems->nudge();
  return job->id;
}

json::object marked(json::value analysis, bool corrected) {
  json::object object = analysis.if_object() ? std::move(analysis.get_object()) : json::object();
  object["corrected"] = corrected;
  return object;
}

Result<Found> look(const Services& services, const Call& call, bool again = false) {
  store::PracticeTable table(*services.store);
  auto song = table.song(call.part("id"));
  if (!song) return song.error();
  auto corrections = table.corrections(song->id);
  if (!corrections) return corrections.error();
  std::string stems;
  std::string making;  // the job that takes the song apart
  if (!song->stems.empty())
    if (auto state = services.stems->state(song->stems)) {
      if (state->state == "ready") stems = song->stems;
      if (state->state == "queued" || state->state == "running") making = state->job;
    }
  std::string text = *corrections;
  if (text.empty()) {
    auto kept = table.analysis(song->blob, "song", std::string(jobs::kSongVersion));
    if (!kept) return kept.error();
    if (!*kept) {
      // It is listened to when it has been taken apart: one thing after another is soonest.
      if (!making.empty()) return Found{std::nullopt, making};
      auto job = work(services, jobs::analysis_of(song->blob, stems), song->person, again);
      if (!job) return job.error();
      return Found{std::nullopt, *job};
    }
    text = **kept;
  }
  auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  Found found;
  found.heard.emplace();
  found.heard->analysis = marked(std::move(*parsed), !corrections->empty());
  const std::string asked = call.asked("instrument").value_or("");
  if (asked.empty() || (stems.empty() && making.empty())) return found;
  if (!practice::instrument_of(asked))
    return with_field({Code::bad_input, "There is no instrument \"" + asked.substr(0, 40) + "\".",
                       "Choose drums, bass, other or vocals."},
                      "instrument");
  if (!making.empty()) {
    found.heard->job = making;
    return found;
  }
  jobs::JobRequest request = jobs::analysis_of(song->blob, stems);
  if (!corrections->empty()) {
    request.corrections = files::sha256(std::as_bytes(std::span(text))).hex();
    request.song = song->id;
  }
  auto passages = table.analysis(song->blob, jobs::difficulty_kind(asked, request.song),
                                 jobs::difficulty_version(stems, request.corrections));
  if (!passages) return passages.error();
  if (!*passages) {
    if (!request.corrections.empty())
      if (auto kept = services.store->blobs().put(std::as_bytes(std::span(text))); !kept)
        return kept.error();
    if (auto job = work(services, request, song->person, again)) found.heard->job = *job;
    return found;
  }
  auto list = parse_json(**passages);
  if (!list) return list.error();
  if (!list->if_array()) return found;
  const auto most = call.asked_number("most", 100);
  for (json::value& passage : list->get_array())
    if (static_cast<std::int64_t>(found.heard->difficulty.size()) < most.value_or(100))
      found.heard->difficulty.push_back(std::move(passage));
  return found;
}

Result<Answer> answer_of(Result<Found> found) {
  if (!found) return found.error();
  if (!found->heard) return json_answer(to_json(SongUnheard{found->job}), 202);
  return json_answer(to_json(*found->heard));
}

// Tempo and key are shown with the song.
Result<void> tell_song(store::PracticeTable& table, const std::string& song,
                       const json::value& analysis) {
  store::SongFacts facts;
  double tempo = 0;
  if (json_get(json_find(analysis, "tempo"), tempo)) facts.tempo = tempo;
  if (const json::value* key = json_find(analysis, "key"); key && key->if_string())
    facts.key = key->if_string()->c_str();
  return table.set_song_facts(song, facts);
}

Route analysis_route(Method method, const char* id, const char* summary) {
  Route route;
  route.method = method;
  route.path = "/api/songs/{id}/analysis";
  route.id = id;
  route.group = "Practice";
  route.summary = summary;
  route.query = {{"instrument", "string",
                  "drums, bass, other or vocals: where the song is hard for it is told too."},
                 {"most", "integer", "Hard passages at most."}};
  route.errors = {404};
  route.answer_schema = [](json::object& schemas) { return schema_of<SongHeard>(schemas); };
  return route;
}

}  // namespace

void add_analysis_routes(Table& table, const Services& services) {
  Route get = analysis_route(Method::get, "readAnalysis", "What is heard in a song");
  get.text =
      "202 with the job that finds it out while it is not known. Hard passages may come later than "
      "the rest: job then names the work that finds them.";
  get.later_schema = [](json::object& schemas) { return schema_of<SongUnheard>(schemas); };
  get.handler = [services](const Call& call) { return answer_of(look(services, call)); };
  table.routes.push_back(get);

  Route put = analysis_route(Method::put, "correctAnalysis", "What was heard, put right by hand");
  put.text = "The whole analysis as GET tells it. It holds for this song of this person.";
  put.body = BodyKind::json;
  put.limit = 2'000'000;
  put.request_schema = [](json::object&) -> json::value { return {{"type", "object"}}; };
  put.handler = [services](const Call& call) -> Result<Answer> {
    auto song = analysis::song_analysis_from_json(call.body);
    if (!song) return song.error();
    store::PracticeTable practice(*services.store);
    auto row = practice.song(call.part("id"));
    if (!row) return row.error();
    const json::value text = marked(analysis::json_of(*song), true);
    if (auto done = practice.set_corrections(row->id, write_json(text)); !done) return done.error();
    if (auto done = tell_song(practice, row->id, text); !done) return done.error();
    return answer_of(look(services, call, true));
  };
  table.routes.push_back(put);

  Route remove = analysis_route(Method::remove, "revertAnalysis", "Back to what was heard");
  remove.text = "Corrections by hand are forgotten; what failed is tried again.";
  remove.later_schema = get.later_schema;
  remove.handler = [services](const Call& call) -> Result<Answer> {
    store::PracticeTable practice(*services.store);
    if (auto done = practice.set_corrections(call.part("id"), ""); !done) return done.error();
    auto found = look(services, call, true);
    if (found && found->heard)
      if (auto done = tell_song(practice, call.part("id"), found->heard->analysis); !done)
        return done.error();
    return answer_of(std::move(found));
  };
  table.routes.push_back(remove);
}

}  // namespace tutti::api
