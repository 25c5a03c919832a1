// The library's tables, as numbered steps that are never edited once released.
#include <array>
#include <functional>
#include <string>

#include "server/store/sqlite.h"

namespace tutti::store {
namespace {

// "Tuti" in ASCII marks the file as ours.
constexpr std::int64_t kApplicationId = 0x54757469;

constexpr std::array kSteps = {
    // 1: projects with their operations, jobs.
    R"sql(
CREATE TABLE projects(
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  revision INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
) STRICT;
CREATE TABLE operations(
  project TEXT NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  stamp TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY(project, revision)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX operations_stamp ON operations(project, stamp);
CREATE TABLE batches(
  project TEXT NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
  batch TEXT NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY(project, batch)
) STRICT, WITHOUT ROWID;
CREATE TABLE snapshots(
  project TEXT PRIMARY KEY REFERENCES projects(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE TABLE jobs(
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  same TEXT NOT NULL,
  request TEXT NOT NULL,
  state TEXT NOT NULL,
  progress REAL NOT NULL DEFAULT 0,
  sentence TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0,
  owner TEXT NOT NULL DEFAULT '',
  boot TEXT NOT NULL DEFAULT '',
  lease INTEGER NOT NULL DEFAULT 0,
  cancel INTEGER NOT NULL DEFAULT 0,
  result TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  change INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_state ON jobs(state, created);
CREATE INDEX jobs_same ON jobs(same);
CREATE INDEX jobs_change ON jobs(change);
)sql",
    // 2: endless channels with their control logs, what listeners think of them, saved settings.
    R"sql(
CREATE TABLE channels(
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  visibility TEXT NOT NULL,
  secret TEXT NOT NULL,
  open INTEGER NOT NULL,
  head TEXT NOT NULL,
  frame INTEGER NOT NULL DEFAULT 0,
  entries INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
) STRICT;
CREATE TABLE channel_entries(
  channel TEXT NOT NULL REFERENCES channels(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  frame INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY(channel, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE opinions(
  channel TEXT NOT NULL REFERENCES channels(id) ON DELETE CASCADE,
  listener TEXT NOT NULL,
  favourite INTEGER NOT NULL DEFAULT 0,
  rating INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(channel, listener)
) STRICT, WITHOUT ROWID;
CREATE INDEX opinions_listener ON opinions(listener);
CREATE TABLE stream_presets(
  listener TEXT NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  settings TEXT NOT NULL,
  updated INTEGER NOT NULL,
  PRIMARY KEY(listener, name)
) STRICT, WITHOUT ROWID;
)sql",
    // 3: practice: songs, their stems and what was heard in them, sessions and the days that they
    // make, achievements, settings.
    R"sql(
CREATE TABLE songs(
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  blob TEXT NOT NULL,
  title TEXT NOT NULL,
  artist TEXT NOT NULL,
  duration REAL NOT NULL DEFAULT 0,
  tempo REAL NOT NULL DEFAULT 0,
  key TEXT NOT NULL DEFAULT '',
  model TEXT NOT NULL DEFAULT '',
  stems TEXT NOT NULL DEFAULT '',
  corrections TEXT NOT NULL DEFAULT '',
  added INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX songs_person ON songs(person, blob);
CREATE INDEX songs_blob ON songs(blob);
CREATE TABLE song_settings(
  song TEXT NOT NULL REFERENCES songs(id) ON DELETE CASCADE,
  person TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY(song, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE stems(
  id TEXT PRIMARY KEY,
  blob TEXT NOT NULL,
  model TEXT NOT NULL,
  version TEXT NOT NULL,
  job TEXT NOT NULL,
  state TEXT NOT NULL,
  text TEXT NOT NULL,
  rate REAL NOT NULL,
  frames INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  took REAL NOT NULL,
  created INTEGER NOT NULL,
  used INTEGER NOT NULL
) STRICT;
CREATE INDEX stems_used ON stems(used);
CREATE TABLE analyses(
  blob TEXT NOT NULL,
  kind TEXT NOT NULL,
  version TEXT NOT NULL,
  text TEXT NOT NULL,
  updated INTEGER NOT NULL,
  PRIMARY KEY(blob, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions(
  person TEXT NOT NULL,
  id TEXT NOT NULL,
  song TEXT NOT NULL,
  title TEXT NOT NULL,
  started INTEGER NOT NULL,
  seconds REAL NOT NULL,
  span REAL NOT NULL,
  zone TEXT NOT NULL,
  instrument TEXT NOT NULL,
  speed REAL NOT NULL,
  loops TEXT NOT NULL,
  saved INTEGER NOT NULL,
  PRIMARY KEY(person, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_started ON sessions(person, started);
CREATE INDEX sessions_song ON sessions(person, song);
CREATE TABLE streaks(
  person TEXT NOT NULL,
  day INTEGER NOT NULL,
  session TEXT NOT NULL,
  seconds REAL NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  PRIMARY KEY(person, day, session),
  FOREIGN KEY(person, session) REFERENCES sessions(person, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX streaks_session ON streaks(person, session);
CREATE TABLE achievements(
  person TEXT NOT NULL,
  id TEXT NOT NULL,
  earned INTEGER NOT NULL,
  PRIMARY KEY(person, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE settings(
  person TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  updated INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
    // 4: jobs on behalf of persons, who take turns.
    R"sql(
ALTER TABLE jobs ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN started INTEGER NOT NULL DEFAULT 0;
CREATE INDEX jobs_person ON jobs(person, started);
)sql",
};

}  // namespace

int schema_number() {
  return static_cast<int>(kSteps.size());
}

Result<void> migrate(Database& db, const std::function<Result<void>(int from)>& before) {
  auto present = db.integer("PRAGMA user_version");
  if (!present) return present.error();
  auto owner = db.integer("PRAGMA application_id");
  if (!owner) return owner.error();
  if (*owner != 0 && *owner != kApplicationId)
    return Error{Code::unsupported, "The file tutti.db belongs to another program.",
                 "Give another folder with --data DIR."};
  const int known = schema_number();
  if (*present > known)
    return Error{Code::unsupported,
                 "This library was written by a newer Tutti (library format " +
                     std::to_string(*present) + "; this program knows up to " +
                     std::to_string(known) + ").",
                 "Update Tutti, or open the backup that the newer one made in the library's folder "
                 "backups/."};
  if (*present > 0 && *present < known && before) {
    if (auto done = before(static_cast<int>(*present)); !done) return done;
  }
  for (int step = static_cast<int>(*present); step < known; ++step) {
    if (auto done = db.run("BEGIN IMMEDIATE"); !done) return done;
    // Another process may have made the step while this one waited for the lock.
    auto now = db.integer("PRAGMA user_version");
    Result<void> done;
    if (!now) {
      done = now.error();
    } else if (*now == step) {
      done = db.run(kSteps[static_cast<std::size_t>(step)]);
      if (done) done = db.run(("PRAGMA user_version=" + std::to_string(step + 1)).c_str());
      if (done) done = db.run(("PRAGMA application_id=" + std::to_string(kApplicationId)).c_str());
    }
    if (done) done = db.run("COMMIT");
    if (!done) {
      if (db.in_transaction()) (void)db.run("ROLLBACK");
      return done;
    }
  }
  return {};
}

}  // namespace tutti::store
