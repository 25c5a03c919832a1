// The queue as a table. Leases are measured by the boot clock: a jump of the wall clock neither
// ends nor prolongs one, and none outlives a restart of the machine.
#include "server/store/clock.h"
#include "server/store/state.h"

namespace tutti::store {
namespace {

#define TUTTI_JOB_COLUMNS                                                                        \
  "id, kind, same, request, state, progress, sentence, attempts, owner, cancel, result, error, " \
  "created, updated, change"

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
        "updated, change) VALUES(?,?,?,?,?,?,?,?,?,?," TUTTI_NEXT_CHANGE ")");
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

Result<std::optional<JobRow>> Store::job_like(const std::string& same) {
  return state_->read([&](Database& db) -> Result<std::optional<JobRow>> {
    auto select =
        db.prepare("SELECT " TUTTI_JOB_COLUMNS
                   " FROM jobs WHERE same=? AND state='succeeded' ORDER BY updated DESC LIMIT 1");
    if (!select) return select.error();
    auto row = select->bind(same).step();
    if (!row) return row.error();
    if (!*row) return std::optional<JobRow>();
    return std::optional<JobRow>(job_row(*select));
  });
}

Result<std::optional<JobRow>> Store::lease_job(const std::string& owner,
                                               std::int64_t milliseconds) {
  const std::int64_t now = boot_milliseconds();
  // A look without the write lock first: an idle worker disturbs nobody.
  auto waiting = state_->read([&](Database& db) -> Result<bool> {
    auto select = db.prepare(
        "SELECT 1 FROM jobs WHERE state='queued' OR (state='running' AND (lease<? OR boot<>?)) "
        "LIMIT 1");
    if (!select) return select.error();
    return select->bind(now).bind(boot_name()).step();
  });
  if (!waiting) return waiting.error();
  if (!*waiting) return std::optional<JobRow>();
  std::optional<JobRow> leased;
  auto done = state_->writer->wait([&](Database& db) -> Result<void> {
    std::string id;
    {
      auto select = db.prepare(
          "SELECT id FROM jobs WHERE state='queued' OR (state='running' AND (lease<? OR boot<>?)) "
          "ORDER BY state='queued', created, rowid LIMIT 1");
      if (!select) return select.error();
      auto row = select->bind(now).bind(boot_name()).step();
      if (!row) return row.error();
      if (!*row) return {};
      id = select->text(0);
    }
    {
      auto update = db.prepare(
          "UPDATE jobs SET state='running', owner=?, boot=?, lease=?, attempts=attempts+1, "
          "progress=0, "
          "updated=?, change=" TUTTI_NEXT_CHANGE " WHERE id=?");
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
