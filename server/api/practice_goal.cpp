// The coach's goal from what the library knows of a person: loops, hard passages, history.
#include <algorithm>
#include <set>

#include "engine/base/json.h"
#include "server/api/practice_history.h"

namespace tutti::api {
namespace {

constexpr std::size_t kSongsWeighed = 20;        // those practised last, then the newest
constexpr std::int64_t kSessionsWeighed = 3000;  // the newest

double number_of(const json::value* value) {
  double number = 0;
  if (value) (void)json_get(value, number);
  return number;
}

// What was heard in the song, or put right by hand: the times of its bars.
std::vector<double> downbeats_of(store::PracticeTable& table, const store::SongRow& song) {
  std::string text;
  if (auto corrected = table.corrections(song.id)) text = *corrected;
  if (text.empty())
    if (auto heard = table.newest_analysis(song.blob, "song"); heard && *heard) text = **heard;
  std::vector<double> downbeats;
  const auto value = parse_json(text.empty() ? "{}" : text);
  if (!value) return downbeats;
  if (const json::value* list = json_find(*value, "downbeats"); list && list->if_array())
    for (const json::value& time : list->get_array()) downbeats.push_back(number_of(&time));
  return downbeats;
}

std::vector<practice::HardPassage> hard_of(store::PracticeTable& table, const store::SongRow& song,
                                           const std::string& instrument) {
  std::vector<practice::HardPassage> passages;
  auto text = table.newest_analysis(song.blob, "difficulty:" + instrument + ":" + song.id);
  if (!text || !*text) text = table.newest_analysis(song.blob, "difficulty:" + instrument);
  if (!text || !*text) return passages;
  const auto value = parse_json(**text);
  if (!value || !value->is_array()) return passages;
  for (const json::value& one : value->get_array()) {
    practice::HardPassage passage;
    passage.start = number_of(json_find(one, "start"));
    passage.end = number_of(json_find(one, "end"));
    passage.first_bar = static_cast<int>(number_of(json_find(one, "firstBar")));
    passage.last_bar = static_cast<int>(number_of(json_find(one, "lastBar")));
    passage.score = number_of(json_find(one, "score"));
    passage.same_as = static_cast<int>(number_of(json_find(one, "sameAs")));
    if (const json::value* reasons = json_find(one, "reasons"); reasons && reasons->if_array())
      for (const json::value& reason : reasons->get_array())
        if (const auto* words = reason.if_string()) {
          passage.reasons.emplace_back();
          passage.reasons.back().text.assign(words->data(), words->size());
        }
    passages.push_back(std::move(passage));
    if (passages.size() == 10) break;
  }
  return passages;
}

practice::CoachSong coach_song(store::PracticeTable& table, const store::SongRow& row,
                               const std::string& person, const PracticeSettings& settings) {
  const SongPractice practice = song_practice_of(table, row.id, person);
  practice::CoachSong song;
  song.id = row.id;
  song.title = row.title;
  song.duration = row.duration;
  for (const SongLoop& loop : practice.loops)
    song.loops.push_back({loop.id, loop.name, loop.start, loop.end});
  song.ladder = ladder_of(practice.ladder ? practice.ladder : settings.ladder);
  song.downbeats = downbeats_of(table, row);
  song.hard = hard_of(table, row, practice.instrument.value_or("other"));
  return song;
}

}  // namespace

Result<GoalInfo> goal_for(store::Store& store, const Call& call) {
  auto person = person_of(call);
  if (!person) return person.error();
  store::PracticeTable table(store);
  auto now = now_for(table, call, *person);
  if (!now) return now.error();
  const std::string wanted = call.asked("song").value_or("");
  std::vector<store::SongRow> rows;
  if (!wanted.empty()) {
    auto row = table.song(wanted);
    if (!row) return with_field(row.error(), "song");
    rows.push_back(std::move(*row));
  } else {
    auto all = table.songs(*person);
    if (!all) return all.error();
    rows = std::move(*all);
  }
  store::SessionQuery query;
  query.person = *person;
  query.limit = kSessionsWeighed;
  auto sessions = table.sessions(query);
  if (!sessions) return sessions.error();
  auto days = table.days(*person);
  if (!days) return days.error();

  // The songs of the latest sessions first; what was never practised follows, newest first.
  std::vector<std::string> recent;
  for (const store::SessionRow& session : *sessions)
    if (std::find(recent.begin(), recent.end(), session.song) == recent.end() &&
        recent.size() < kSongsWeighed)
      recent.push_back(session.song);
  std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
    return std::find(recent.begin(), recent.end(), a.id) <
           std::find(recent.begin(), recent.end(), b.id);
  });
  if (rows.size() > kSongsWeighed) rows.resize(kSongsWeighed);
  const PracticeSettings settings = settings_of(table, *person);
  std::vector<practice::CoachSong> songs;
  for (const store::SongRow& row : rows) songs.push_back(coach_song(table, row, *person, settings));
  practice::CoachSettings plan;
  plan.minutes_a_day = settings.minutes_a_day.value_or(plan.minutes_a_day);
  const auto goal = goal_of(songs, sittings_of(*sessions), days_of(*days), *now, plan, wanted);
  GoalInfo info;
  if (!goal) {
    info.title = "Add a song";
    info.reasons.push_back("there is nothing to practise yet");
    return info;
  }
  info.song = goal->song;
  info.loop = goal->loop;
  info.title = goal->title;
  info.start = goal->start;
  info.end = goal->end;
  info.speed = goal->speed;
  info.target = goal->target;
  info.minutes = goal->minutes;
  info.reasons = goal->reasons;
  return info;
}

}  // namespace tutti::api
