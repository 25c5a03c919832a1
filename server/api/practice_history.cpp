#include "server/api/practice_history.h"

#include <algorithm>
#include <map>

#include "engine/base/json.h"
#include "server/api/zones.h"
#include "server/store/clock.h"

namespace tutti::api {
namespace {

template <class T>
T from_text(const std::string& text) {
  if (text.empty()) return {};
  const auto value = parse_json(text);
  if (!value) return {};
  BadField wrong;
  auto read = from_json<T>(*value, wrong);
  return read ? std::move(*read) : T();
}

}  // namespace

Result<std::string> checked_person(const std::string& person) {
  bool plain = !person.empty() && person.size() <= 100;
  for (const char c : person) plain = plain && static_cast<unsigned char>(c) >= 0x20;
  if (plain) return person;
  return with_field({Code::bad_input,
                     person.empty() ? "It is not said who practises."
                                    : "The name of a person is too long or holds control signs.",
                     "Give person: the id that the page made up and keeps, up to 100 characters."},
                    "person");
}

Result<std::string> person_of(const Call& call, const std::string& in_body) {
  const auto asked = call.asked("person");
  if (asked && !in_body.empty() && *asked != in_body)
    return with_field({Code::bad_input, "The address names another person than the body.",
                       "Give person in one of them."},
                      "person");
  return checked_person(asked ? *asked : in_body);
}

Result<practice::Moment> now_for(store::PracticeTable& table, const Call& call,
                                 const std::string& person) {
  const std::int64_t now = store::wall_milliseconds();
  if (const auto zone = call.asked("zone")) {
    auto moment = moment_in(*zone, now);
    if (!moment) return with_field(moment.error(), "zone");
    return moment;
  }
  auto moment = moment_in(settings_of(table, person).zone.value_or("UTC"), now);
  return moment ? moment : moment_in("UTC", now);
}

PracticeSettings settings_of(store::PracticeTable& table, const std::string& person) {
  const auto text = table.settings(person);
  return text ? from_text<PracticeSettings>(*text) : PracticeSettings();
}

SongPractice song_practice_of(store::PracticeTable& table, const std::string& song,
                              const std::string& person) {
  const auto text = table.song_settings(song, person);
  return text ? from_text<SongPractice>(*text) : SongPractice();
}

std::vector<SessionLoop> loops_of(const store::SessionRow& row) {
  return from_text<std::vector<SessionLoop>>(row.loops);
}

SessionInfo session_info(const store::SessionRow& row) {
  SessionInfo info{row.id,      row.song,  row.title,      iso_time(row.started),
                   row.seconds, row.zone,  row.instrument, 0,
                   0,           row.speed, loops_of(row)};
  for (const SessionLoop& loop : info.work) {
    info.loops += loop.passes;
    info.clean += loop.clean;
  }
  return info;
}

std::vector<practice::Sitting> sittings_of(std::span<const store::SessionRow> rows) {
  std::vector<practice::Sitting> sittings;
  sittings.reserve(rows.size());
  for (const store::SessionRow& row : rows) {
    practice::Sitting sitting;
    sitting.song = row.song;
    auto moment = moment_in(row.zone, row.started);
    if (!moment) moment = moment_in("UTC", row.started);
    sitting.started = *moment;
    sitting.seconds = row.seconds;
    sitting.speed = row.speed;
    sitting.instrument = row.instrument;
    for (const SessionLoop& loop : loops_of(row))
      sitting.loops.push_back({loop.id, loop.start, loop.end, loop.passes, loop.clean, loop.speed,
                               loop.slowest.value_or(0)});
    sittings.push_back(std::move(sitting));
  }
  std::stable_sort(sittings.begin(), sittings.end(),
                   [](const auto& a, const auto& b) { return a.started.time < b.started.time; });
  return sittings;
}

std::vector<practice::PracticeDay> days_of(std::span<const store::DayRow> rows) {
  std::vector<practice::PracticeDay> days;
  days.reserve(rows.size());
  for (const store::DayRow& row : rows)
    days.push_back({row.day, row.seconds, row.first, row.last, row.offset});
  return days;
}

StreakInfo streak_info(const practice::Streak& streak) {
  StreakInfo info;
  info.days = streak.days;
  info.today = streak.today;
  info.longest = streak.longest;
  if (streak.days > 0) info.since = practice::date_of(streak.since);
  info.total_seconds = streak.total_seconds;
  for (const auto& day : streak.week)
    info.week.push_back({practice::date_of(day.day), day.seconds});
  for (const auto& day : streak.calendar)
    info.calendar.push_back({practice::date_of(day.day), day.seconds});
  for (const auto& week : streak.weeks)
    info.weeks.push_back({practice::date_of(week.monday), week.seconds, week.days, week.best});
  return info;
}

practice::SpeedLadder ladder_of(const std::optional<Ladder>& ladder) {
  if (!ladder) return {};
  practice::SpeedLadder out{ladder->on, ladder->start, ladder->end, ladder->step, ladder->passes};
  return check(out) ? out : practice::SpeedLadder();
}

Result<void> check_ladder(const Ladder& ladder, const std::string& field) {
  auto done =
      check(practice::SpeedLadder{ladder.on, ladder.start, ladder.end, ladder.step, ladder.passes});
  if (done) return done;
  return with_field({Code::bad_input, done.error().message, done.error().next}, field);
}

Result<void> check_page(const std::optional<boost::json::object>& page, const std::string& field) {
  if (!page || write_json(*page).size() <= kMostPageText) return {};
  return with_field(
      {Code::too_large,
       "The page may keep up to " + std::to_string(kMostPageText / 1000) + " kB of its own.",
       "Keep less."},
      field);
}

}  // namespace tutti::api
