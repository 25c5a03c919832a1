// Sessions and the days of the calendar that they make; achievements; settings of a person.
#include "server/store/clock.h"
#include "server/store/practice_rows.h"
#include "server/store/practice_table.h"
#include "server/store/state.h"

namespace tutti::store {
namespace {

SessionRow session_row(const Statement& row) {
  SessionRow session;
  session.id = row.text(0);
  session.song = row.text(1);
  session.title = row.text(2);
  session.started = row.integer(3);
  session.seconds = row.real(4);
  session.span = row.real(5);
  session.zone = row.text(6);
  session.instrument = row.text(7);
  session.speed = row.real(8);
  session.loops = row.text(9);
  session.saved = row.integer(10);
  return session;
}

Result<void> put_session(Database& db, const std::string& person, const SessionRow& session) {
  auto insert = db.prepare(
      "INSERT INTO sessions(person, id, song, title, started, seconds, span, zone, instrument, "
      "speed, loops, saved) VALUES(?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
      "song=excluded.song, title=excluded.title, started=excluded.started, "
      "seconds=excluded.seconds, span=excluded.span, zone=excluded.zone, "
      "instrument=excluded.instrument, speed=excluded.speed, loops=excluded.loops, "
      "saved=excluded.saved");
  if (!insert) return insert.error();
  return insert->bind(person)
      .bind(session.id)
      .bind(session.song)
      .bind(session.title)
      .bind(session.started)
      .bind(session.seconds)
      .bind(session.span)
      .bind(session.zone)
      .bind(session.instrument)
      .bind(session.speed)
      .bind(session.loops)
      .bind(wall_milliseconds())
      .run();
}

Result<void> put_days(Database& db, const std::string& person, const std::string& session,
                      std::span<const DayRow> days) {
  {
    auto remove = db.prepare("DELETE FROM streaks WHERE person=? AND session=?");
    if (!remove) return remove.error();
    if (auto done = remove->bind(person).bind(session).run(); !done) return done;
  }
  for (const DayRow& day : days) {
    auto insert = db.prepare(
        "INSERT INTO streaks(person, day, session, seconds, first, last, clock) "
        "VALUES(?,?,?,?,?,?,?)");
    if (!insert) return insert.error();
    auto done = insert->bind(person)
                    .bind(day.day)
                    .bind(session)
                    .bind(day.seconds)
                    .bind(day.first)
                    .bind(day.last)
                    .bind(day.offset)
                    .run();
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<SessionSaved> PracticeTable::save_session(const std::string& person,
                                                 const SessionRow& session,
                                                 std::span<const DayRow> days) {
  if (auto small = small_enough(session.loops); !small) return small.error();
  SessionSaved saved = SessionSaved::added;
  auto done = store_.state_->writer->wait([&](Database& db) -> Result<void> {
    bool present = false;
    {
      auto select = db.prepare("SELECT seconds FROM sessions WHERE person=? AND id=?");
      if (!select) return select.error();
      auto row = select->bind(person).bind(session.id).step();
      if (!row) return row.error();
      present = *row;
      if (present && session.seconds <= select->real(0)) {
        saved = SessionSaved::unchanged;
        return {};
      }
    }
    if (!present) {
      if (auto room = room_in(db, "SELECT count(*) FROM sessions WHERE person=?", person,
                              kMostSessions, "sessions of one person");
          !room)
        return room;
    }
    saved = present ? SessionSaved::replaced : SessionSaved::added;
    if (auto put = put_session(db, person, session); !put) return put;
    return put_days(db, person, session.id, days);
  });
  if (!done) return done.error();
  return saved;
}

Result<std::vector<SessionRow>> PracticeTable::sessions(const SessionQuery& query) {
  return store_.state_->read([&](Database& db) -> Result<std::vector<SessionRow>> {
    auto select = db.prepare(
        "SELECT id, song, title, started, seconds, span, zone, instrument, speed, loops, saved "
        "FROM sessions WHERE person=?1 AND (?2='' OR song=?2) AND started>=?3 AND started<?4 "
        "ORDER BY started DESC, id LIMIT ?5");
    if (!select) return select.error();
    select->bind(query.person)
        .bind(query.song)
        .bind(query.from)
        .bind(query.to)
        .bind(std::max<std::int64_t>(0, query.limit));
    std::vector<SessionRow> rows;
    for (;;) {
      auto row = select->step();
      if (!row) return row.error();
      if (!*row) return rows;
      rows.push_back(session_row(*select));
    }
  });
}

Result<std::vector<DayRow>> PracticeTable::days(const std::string& person) {
  return store_.state_->read([&](Database& db) -> Result<std::vector<DayRow>> {
    // SQLite gives the bare column of the row that holds the minimum: the clock at `first`.
    auto select = db.prepare(
        "SELECT day, sum(seconds), min(first), clock, "
        "(SELECT max(last) FROM streaks b WHERE b.person=a.person AND b.day=a.day) "
        "FROM streaks a WHERE person=? GROUP BY day ORDER BY day");
    if (!select) return select.error();
    select->bind(person);
    std::vector<DayRow> rows;
    for (;;) {
      auto row = select->step();
      if (!row) return row.error();
      if (!*row) return rows;
      DayRow day;
      day.day = select->integer(0);
      day.seconds = select->real(1);
      day.first = select->integer(2);
      day.offset = select->integer(3);
      day.last = select->integer(4);
      rows.push_back(day);
    }
  });
}

Result<std::vector<EarnedRow>> PracticeTable::earned(const std::string& person) {
  return store_.state_->read([&](Database& db) -> Result<std::vector<EarnedRow>> {
    auto select =
        db.prepare("SELECT id, earned FROM achievements WHERE person=? ORDER BY earned, id");
    if (!select) return select.error();
    select->bind(person);
    std::vector<EarnedRow> rows;
    for (;;) {
      auto row = select->step();
      if (!row) return row.error();
      if (!*row) return rows;
      rows.push_back({select->text(0), select->integer(1)});
    }
  });
}

Result<void> PracticeTable::earn(const std::string& person, std::span<const EarnedRow> rows) {
  if (rows.empty()) return {};
  return store_.state_->writer->wait([&](Database& db) -> Result<void> {
    for (const EarnedRow& row : rows) {
      auto insert = db.prepare(
          "INSERT INTO achievements(person, id, earned) VALUES(?,?,?) ON CONFLICT DO NOTHING");
      if (!insert) return insert.error();
      if (auto done = insert->bind(person).bind(row.id).bind(row.earned).run(); !done) return done;
    }
    return {};
  });
}

Result<std::string> PracticeTable::settings(const std::string& person) {
  return store_.state_->read([&](Database& db) -> Result<std::string> {
    auto select = db.prepare("SELECT text FROM settings WHERE person=?");
    if (!select) return select.error();
    auto row = select->bind(person).step();
    if (!row) return row.error();
    return *row ? select->text(0) : std::string();
  });
}

Result<void> PracticeTable::set_settings(const std::string& person, const std::string& text) {
  if (auto small = small_enough(text); !small) return small;
  return store_.state_->writer->wait([&](Database& db) -> Result<void> {
    auto insert = db.prepare(
        "INSERT INTO settings(person, text, updated) VALUES(?,?,?) ON CONFLICT DO UPDATE SET "
        "text=excluded.text, updated=excluded.updated");
    if (!insert) return insert.error();
    return insert->bind(person).bind(text).bind(wall_milliseconds()).run();
  });
}

}  // namespace tutti::store
