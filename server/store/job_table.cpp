// The queue as a table. Leases are measured by the boot clock: a jump of the wall clock neither
// ends nor prolongs one, and none outlives a restart of the machine.
#include "server/store/clock.h"
#include "server/store/state.h"

namespace tutti::store {
namespace {

#define TUTTI_JOB_COLUMNS                                                                        \
  "id, kind, same, request, state, progress, sentence, attempts, owner, cancel, result, error, " \
  "created, updated, change, person, started"

JobRow job_row(const Statement& row) {
  JobRow job;
  job.id = row.text(0);
  job.kind = row.text(1);
  job.same = row.text(2);
  job.request = row.text(3);
  job.state = row.text(4);
  job.progress = row.real(5);
  job.sentence = row.text(6);
  job.attempts = static_cast<int>(row.integer(7));
  job.owner = row.text(8);
  job.cancel = row.integer(9) != 0;
  job.result = row.text(10);
  job.error = row.text(11);
  job.created = row.integer(12);
  job.updated = row.integer(13);
  job.change = row.integer(14);
  job.person = row.text(15);
  job.started = row.integer(16);
  return job;
}

// One more than every change so far; unique inside the writing transaction.
#define TUTTI_NEXT_CHANGE "(SELECT coalesce(max(change),0)+1 FROM jobs)"

Result<std::optional<JobRow>> find_job(Database& db, const std::string& id) {
  auto select = db.prepare("SELECT " TUTTI_JOB_COLUMNS " FROM jobs WHERE id=?");
  if (!select) return select.error();
  auto row = select->bind(id).step();
  if (!row) return row.error();
  if (!*row) return std::optional<JobRow>();
  return std::optional<JobRow>(job_row(*select));
}

}  // namespace

Error no_such_job() {
  return {Code::not_found, "There is no job with this id.",
          "Start the work again (POST /api/jobs)."};
}

Result<JobRow> Store::add_job(const JobRow& job) {
  JobRow added = job;
  if (added.id.empty()) added.id = random_name();
  added.created = added.updated = wall_milliseconds();
  auto done = state_->writer->wait([&](Database& db) -> Result<void> {
    auto insert = db.prepare(
        "INSERT INTO jobs(id, kind, same, request, state, progress, sentence, result, created, "
        "updated, person, change) VALUES(?,?,?,?,?,?,?,?,?,?,?," TUTTI_NEXT_CHANGE ")");
    if (!insert) return insert.error();
    return insert->bind(added.id)
        .bind(added.kind)
        .bind(added.same)
        .bind(added.request)
        .bind(added.state)
        .bind(added.progress)
        .bind(added.sentence)
        .bind(added.result)
        .bind(added.created)
        .bind(added.updated)
        .bind(added.person)
        .run();
  });
  if (!done) return done.error();
  return added;
}

Result<JobRow> Store::job(const std::string& id) {
  auto found = state_->read([&](Database& db) { return find_job(db, id); });
  if (!found) return found.error();
  if (!*found) return no_such_job();
  return **found;
}

namespace {

Result<std::optional<JobRow>> same_job(Database& db, const char* sql, const std::string& same) {
  auto select = db.prepare(sql);
  if (!select) return select.error();
  auto row = select->bind(same).step();
  if (!row) return row.error();
  if (!*row) return std::optional<JobRow>();
  return std::optional<JobRow>(job_row(*select));
}

// What a worker may take now: the heavy kind and how much of it may run, this boot and its clock.
#define TUTTI_FREE_JOB                                                                          \
  "((j.state='queued' AND (j.kind<>?1 OR (SELECT count(*) FROM jobs r WHERE r.state='running' " \
  "AND r.kind=?1 AND r.lease>=?3 AND r.boot=?4)<?2)) OR (j.state='running' AND (j.lease<?3 OR " \
  "j.boot<>?4)))"

Statement& bind_free(Statement& select, const HeavyWork& heavy, std::int64_t now) {
  return select.bind(heavy.kind).bind(std::int64_t{heavy.most}).bind(now).bind(boot_name());
}

}  // namespace

Result<std::optional<JobRow>> Store::job_like(const std::string& same) {
  return state_->read([&](Database& db) {
    return same_job(db,
                    "SELECT " TUTTI_JOB_COLUMNS
                    " FROM jobs WHERE same=? AND state='succeeded' ORDER BY updated DESC LIMIT 1",
                    same);
  });
}

Result<std::optional<JobRow>> Store::latest_job(const std::string& same) {
  return state_->read([&](Database& db) {
    return same_job(db,
                    "SELECT " TUTTI_JOB_COLUMNS
                    " FROM jobs WHERE same=? ORDER BY created DESC, rowid DESC LIMIT 1",
                    same);
  });
}

Result<std::optional<JobRow>> Store::job_under_way(const std::string& same) {
  return state_->read([&](Database& db) {
    return same_job(db,
                    "SELECT " TUTTI_JOB_COLUMNS
                    " FROM jobs WHERE same=? AND state IN ('queued', "
                    "'running') AND cancel=0 ORDER BY created, rowid LIMIT 1",
                    same);
  });
}

Result<std::optional<JobRow>> Store::lease_job(const std::string& owner, std::int64_t milliseconds,
                                               const HeavyWork& heavy) {
  const std::int64_t now = boot_milliseconds();
  // A look without the write lock first: an idle worker disturbs nobody.
  auto waiting = state_->read([&](Database& db) -> Result<bool> {
    auto select = db.prepare("SELECT 1 FROM jobs j WHERE " TUTTI_FREE_JOB " LIMIT 1");
    if (!select) return select.error();
    return bind_free(*select, heavy, now).step();
  });
  if (!waiting) return waiting.error();
  if (!*waiting) return std::optional<JobRow>();
  std::optional<JobRow> leased;
  auto done = state_->writer->wait([&](Database& db) -> Result<void> {
    std::string id;
    {
      auto select = db.prepare(
          "SELECT id FROM jobs j WHERE " TUTTI_FREE_JOB
          " ORDER BY j.state='queued', (SELECT coalesce(max(p.started),0) FROM jobs p WHERE "
          "p.person=j.person), j.kind<>'analyse', j.created, j.rowid LIMIT 1");
      if (!select) return select.error();
      auto row = bind_free(*select, heavy, now).step();
      if (!row) return row.error();
      if (!*row) return {};
      id = select->text(0);
    }
    {
      auto update = db.prepare(
          "UPDATE jobs SET state='running', owner=?, boot=?, lease=?, attempts=attempts+1, "
          "progress=0, updated=?, started=" TUTTI_NEXT_CHANGE ", change=" TUTTI_NEXT_CHANGE
          " WHERE id=?");
      if (!update) return update.error();
      if (auto ran = update->bind(owner)
                         .bind(boot_name())
                         .bind(now + milliseconds)
                         .bind(wall_milliseconds())
                         .bind(id)
                         .run();
          !ran)
        return ran;
    }
    auto found = find_job(db, id);
    if (!found) return found.error();
    leased = *found;
    return {};
  });
  if (!done) return done.error();
  return leased;
}

Result<std::vector<WaitingJob>> Store::waiting_jobs(const std::string& kind) {
  return state_->read([&](Database& db) -> Result<std::vector<WaitingJob>> {
    auto select = db.prepare(
        "SELECT id, person, (SELECT coalesce(max(p.started),0) FROM jobs p WHERE "
        "p.person=j.person) FROM jobs j WHERE state='queued' AND kind=? ORDER BY created, rowid");
    if (!select) return select.error();
    select->bind(kind);
    std::vector<WaitingJob> rows;
    for (;;) {
      auto row = select->step();
      if (!row) return row.error();
      if (!*row) return rows;
      rows.push_back({select->text(0), select->text(1), select->integer(2)});
    }
  });
}

Result<std::int64_t> Store::count_jobs(const std::string& kind, const std::string& state) {
  return state_->read([&](Database& db) -> Result<std::int64_t> {
    auto select = db.prepare("SELECT count(*) FROM jobs WHERE kind=? AND state=?");
    if (!select) return select.error();
    auto row = select->bind(kind).bind(state).step();
    if (!row) return row.error();
    return select->integer(0);
  });
}

Result<bool> Store::beat_job(const std::string& id, const std::string& owner,
                             std::int64_t milliseconds, double progress,
                             const std::string& sentence) {
  bool go_on = false;
  auto done = state_->writer->wait_unsynced([&](Database& db) -> Result<void> {
    {
      auto update = db.prepare(
          "UPDATE jobs SET lease=?, progress=?, sentence=?, updated=?, change=" TUTTI_NEXT_CHANGE
          " WHERE id=? AND owner=? AND state='running'");
      if (!update) return update.error();
      if (auto ran = update->bind(boot_milliseconds() + milliseconds)
                         .bind(progress)
                         .bind(sentence)
                         .bind(wall_milliseconds())
                         .bind(id)
                         .bind(owner)
                         .run();
          !ran)
        return ran;
    }
    if (db.changes() == 0) return {};
    auto found = find_job(db, id);
    if (!found) return found.error();
    go_on = *found && !(*found)->cancel;
    return {};
  });
  if (!done) return done.error();
  return go_on;
}

Result<bool> Store::end_job(const std::string& id, const std::string& owner,
                            const std::string& state, const std::string& result,
                            const std::string& error, const std::string& sentence) {
  bool held = false;
  auto done = state_->writer->wait([&](Database& db) -> Result<void> {
    auto update = db.prepare(
        "UPDATE jobs SET state=?, result=?, error=?, sentence=?, progress=CASE WHEN ?='succeeded' "
        "THEN 1 "
        "ELSE progress END, owner='', lease=0, updated=?, change=" TUTTI_NEXT_CHANGE
        " WHERE id=? AND owner=? AND state='running'");
    if (!update) return update.error();
    if (auto ran = update->bind(state)
                       .bind(result)
                       .bind(error)
                       .bind(sentence)
                       .bind(state)
                       .bind(wall_milliseconds())
                       .bind(id)
                       .bind(owner)
                       .run();
        !ran)
      return ran;
    held = db.changes() > 0;
    return {};
  });
  if (!done) return done.error();
  return held;
}

Result<void> Store::release_jobs(const std::string& owner, bool blameless) {
  return state_->writer->wait([&](Database& db) -> Result<void> {
    auto update = db.prepare(
        "UPDATE jobs SET lease=0, boot='', attempts=attempts-? WHERE owner=? AND state='running'");
    if (!update) return update.error();
    return update->bind(std::int64_t{blameless}).bind(owner).run();
  });
}

Result<JobRow> Store::cancel_job(const std::string& id) {
  std::optional<JobRow> job;
  auto done = state_->writer->wait([&](Database& db) -> Result<void> {
    {
      auto update = db.prepare(
          "UPDATE jobs SET cancel=1, sentence=CASE WHEN state='queued' THEN 'Cancelled.' ELSE "
          "sentence END, "
          "state=CASE WHEN state='queued' THEN 'cancelled' ELSE state END, updated=?, "
          "change=" TUTTI_NEXT_CHANGE " WHERE id=? AND state IN ('queued','running')");
      if (!update) return update.error();
      if (auto ran = update->bind(wall_milliseconds()).bind(id).run(); !ran) return ran;
    }
    auto found = find_job(db, id);
    if (!found) return found.error();
    job = *found;
    return {};
  });
  if (!done) return done.error();
  if (!job) return no_such_job();
  return *job;
}

Result<std::vector<JobRow>> Store::jobs_changed_since(std::int64_t change) {
  return state_->read([&](Database& db) -> Result<std::vector<JobRow>> {
    auto select = db.prepare("SELECT " TUTTI_JOB_COLUMNS
                             " FROM jobs WHERE change>? ORDER BY change LIMIT 1000");
    if (!select) return select.error();
    select->bind(change);
    std::vector<JobRow> rows;
    for (;;) {
      auto row = select->step();
      if (!row) return row.error();
      if (!*row) return rows;
      rows.push_back(job_row(*select));
    }
  });
}

Result<std::int64_t> Store::last_job_change() {
  return state_->read(
      [](Database& db) { return db.integer("SELECT coalesce(max(change),0) FROM jobs"); });
}

}  // namespace tutti::store
