// Sessions in and out, and what is made of them: streak, achievements, today's goal.
#include <algorithm>
#include <cmath>

#include "engine/base/json.h"
#include "engine/practice/achievements.h"
#include "server/api/practice_history.h"
#include "server/api/zones.h"
#include "server/store/clock.h"

namespace tutti::api {
namespace {

constexpr std::int64_t kSessionBody = 1'000'000;
constexpr std::int64_t kDay = 86'400'000;
const Query kPerson{"person", "string", "Whose; an id that the browser made up and keeps."};
const Query kZone{"zone", "string",
                  "IANA name of the time zone where the person is, such as Europe/Berlin; that of "
                  "the settings, or UTC, when left out."};

Result<std::int64_t> time_of(const std::string& text, const char* field) {
  if (const auto time = read_iso_time(text)) return *time;
  return with_field({Code::bad_input,
                     "\"" + text.substr(0, 40) + "\" is no date or time in the form of ISO 8601.",
                     "Write it as 2026-11-21T18:30:00Z, or with an offset such as +01:00."},
                    field);
}

Result<void> check_loops(const NewSession& wanted) {
  if (wanted.loops.size() > kMostLoops)
    return with_field(
        {Code::too_large, "A session tells of at most " + std::to_string(kMostLoops) + " loops.",
         "Leave out those that were not played."},
        "loops");
  for (std::size_t i = 0; i < wanted.loops.size(); ++i) {
    const SessionLoop& loop = wanted.loops[i];
    const std::string field = "loops[" + std::to_string(i) + "].";
    if (loop.clean > loop.passes)
      return with_field({Code::bad_input, "More passes of a loop were clean than were played.",
                         "clean counts some of passes."},
                        field + "clean");
    if (loop.end < loop.start)
      return with_field({Code::bad_input, "The end of a loop lies before its beginning.",
                         "Give them in seconds of the song."},
                        field + "end");
  }
  return {};
}

// When it was, put right where the sender's clock runs ahead of ours by less than a day: what is
// said to lie in the future ended just now.
Result<void> set_times(const NewSession& wanted, store::SessionRow& row) {
  auto started = time_of(wanted.started, "started");
  if (!started) return started.error();
  double span = wanted.seconds;
  if (wanted.ended) {
    auto ended = time_of(*wanted.ended, "ended");
    if (!ended) return ended.error();
    if (*ended < *started || *ended - *started > kDay)
      return with_field({Code::bad_input, "A session ends after it began, within a day.",
                         "Leave ended out, or send two sessions."},
                        "ended");
    span = std::max(span, static_cast<double>(*ended - *started) / 1000);
  }
  const auto length = static_cast<std::int64_t>(span * 1000);
  const std::int64_t now = store::wall_milliseconds();
  if (*started > now + kDay)
    return with_field({Code::bad_input, "This session begins in the future.",
                       "Set the clock of the device that it was played on."},
                      "started");
  row.started = *started + length > now + 60'000 ? now - length : *started;
  row.seconds = wanted.seconds;
  row.span = span;
  return {};
}

// The seconds played, shared out over the dates that the session touches.
Result<std::vector<store::DayRow>> days_for(const store::SessionRow& row) {
  const std::int64_t end = row.started + static_cast<std::int64_t>(row.span * 1000);
  auto parts = dates_between(row.zone, row.started, end);
  if (!parts) return with_field(parts.error(), "zone");
  std::vector<store::DayRow> days;
  for (const DatePart& part : *parts) {
    const double share = end > row.started ? static_cast<double>(part.to - part.from) /
                                                 static_cast<double>(end - row.started)
                                           : 1.0;
    if (!days.empty() && days.back().day == part.day) {
      // A clock put back over midnight gives the same date again.
      days.back().seconds += share * row.seconds;
      days.back().last = part.to;
      continue;
    }
    days.push_back({part.day, share * row.seconds, part.from, part.to, part.offset});
  }
  return days;
}

Result<StreakInfo> streak_for(store::PracticeTable& table, const std::string& person,
                              const practice::Moment& now) {
  auto rows = table.days(person);
  if (!rows) return rows.error();
  return streak_info(streak_of(days_of(*rows), now));
}

Result<SessionSaved> save(store::Store& store, const NewSession& wanted) {
  auto person = checked_person(wanted.person);
  if (!person) return person.error();
  if (auto done = check_loops(wanted); !done) return done.error();
  store::SessionRow row;
  row.id = wanted.id;
  row.song = wanted.song;
  row.zone = wanted.zone;
  row.instrument = wanted.instrument.value_or("");
  row.speed = wanted.speed;
  for (const SessionLoop& loop : wanted.loops) row.speed = std::max(row.speed, loop.speed);
  row.loops = write_json(to_json(wanted.loops));
  if (auto done = set_times(wanted, row); !done) return done.error();
  auto days = days_for(row);
  if (!days) return days.error();
  store::PracticeTable table(store);
  if (auto song = table.song(wanted.song)) {
    row.title = song->title;
  } else if (song.error().code == Code::not_found && wanted.title) {
    row.title = *wanted.title;  // removed since; what was practised counts all the same
  } else {
    return with_field(song.error(), "song");
  }
  auto saved = table.save_session(*person, row, *days);
  if (!saved) return saved.error();
  auto now = moment_in(row.zone, store::wall_milliseconds());
  if (!now) return now.error();
  auto streak = streak_for(table, *person, *now);
  if (!streak) return streak.error();
  const char* states[] = {"added", "replaced", "unchanged"};
  return SessionSaved{row.id, states[static_cast<std::size_t>(*saved)], std::move(*streak)};
}

Result<SessionList> list(store::Store& store, const Call& call) {
  auto person = person_of(call);
  if (!person) return person.error();
  store::SessionQuery query;
  query.person = *person;
  query.song = call.asked("song").value_or("");
  if (const auto from = call.asked("from")) {
    auto time = time_of(*from, "from");
    if (!time) return time.error();
    query.from = *time;
  }
  if (const auto to = call.asked("to")) {
    auto time = time_of(*to, "to");
    if (!time) return time.error();
    query.to = *time;
  }
  const auto limit = call.asked_number("limit", 1000);
  if (!limit || *limit < 1 || *limit > 10'000)
    return with_field({Code::bad_input, "limit must be a whole number from 1 to 10,000.",
                       "Leave it out for 1,000."},
                      "limit");
  query.limit = *limit;
  auto rows = store::PracticeTable(store).sessions(query);
  if (!rows) return rows.error();
  SessionList sessions;
  for (const store::SessionRow& row : *rows) sessions.sessions.push_back(session_info(row));
  return sessions;
}

Result<AchievementList> achievements(store::Store& store, const Call& call) {
  auto person = person_of(call);
  if (!person) return person.error();
  store::PracticeTable table(store);
  store::SessionQuery query;
  query.person = *person;
  auto rows = table.sessions(query);
  if (!rows) return rows.error();
  auto days = table.days(*person);
  if (!days) return days.error();
  auto kept = table.earned(*person);
  if (!kept) return kept.error();
  const auto sittings = sittings_of(*rows);
  AchievementList list;
  std::vector<store::EarnedRow> fresh;
  for (const auto& state : practice::achievements_of(sittings, days_of(*days))) {
    AchievementInfo info{std::string(state.info.id), std::string(state.info.name),
                         std::string(state.info.text), "", state.progress};
    const auto before = std::find_if(kept->begin(), kept->end(),
                                     [&](const auto& row) { return row.id == info.id; });
    if (before != kept->end()) {
      info.earned = iso_time(before->earned);
      info.progress = 1;
    } else if (state.earned) {
      info.earned = iso_time(state.when);
      fresh.push_back({info.id, state.when});
    }
    list.achievements.push_back(std::move(info));
  }
  if (auto done = table.earn(*person, fresh); !done) return done.error();
  return list;
}

}  // namespace

void add_session_routes(Table& table, const Services& services) {
  auto* store = services.store;
  Route post = json_route<NewSession, SessionSaved>(
      Method::post, "/api/sessions", "saveSession", "Practice", "Keeps what was practised",
      [store](const Call&, const NewSession& wanted) { return save(*store, wanted); });
  post.text =
      "Sending it again is harmless: of the same person and id the one with more seconds counts, "
      "so "
      "a session may be told of while it goes on. It counts on the dates that a calendar showed "
      "where it was played. A session that is said to end later than now, by less than a day, ends "
      "now.";
  post.limit = kSessionBody;
  post.errors = {404};
  table.routes.push_back(post);

  Route get = reply_route<SessionList>(Method::get, "/api/sessions", "listSessions", "Practice",
                                       "A person's sessions, newest first",
                                       [store](const Call& call) { return list(*store, call); });
  get.query = {kPerson,
               {"from", "string", "Not before this date or time (ISO 8601)."},
               {"to", "string", "Before this date or time."},
               {"song", "string", "Of this song only."},
               {"limit", "integer", "At most so many; 1,000 when left out, up to 10,000."}};
  table.routes.push_back(get);

  Route streak = reply_route<StreakInfo>(Method::get, "/api/streak", "readStreak", "Practice",
                                         "Days practised in a row",
                                         [store](const Call& call) -> Result<StreakInfo> {
                                           auto person = person_of(call);
                                           if (!person) return person.error();
                                           store::PracticeTable practice(*store);
                                           auto now = now_for(practice, call, *person);
                                           if (!now) return now.error();
                                           return streak_for(practice, *person, *now);
                                         });
  streak.text =
      "A date counts from a minute of playing on. Today not yet practised does not end a streak.";
  streak.query = {kPerson, kZone};
  table.routes.push_back(streak);

  Route earned = reply_route<AchievementList>(
      Method::get, "/api/achievements", "listAchievements", "Practice",
      "What a person has earned, and how far the rest is",
      [store](const Call& call) { return achievements(*store, call); });
  earned.text = "What was earned once stays.";
  earned.query = {kPerson};
  table.routes.push_back(earned);

  Route coach = reply_route<GoalInfo>(Method::get, "/api/coach", "readGoal", "Practice",
                                      "Today's goal, and why",
                                      [store](const Call& call) { return goal_for(*store, call); });
  coach.query = {kPerson, kZone, {"song", "string", "A goal within this song."}};
  coach.errors = {404};
  table.routes.push_back(coach);
}

}  // namespace tutti::api
