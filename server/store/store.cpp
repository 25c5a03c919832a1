#include "server/store/store.h"

#include <sys/statvfs.h>
#include <system_error>
#include <utility>

#include "server/store/clock.h"
#include "server/store/state.h"

namespace tutti::store {
namespace fs = std::filesystem;
namespace {

ProjectRow project_row(const Statement& row) {
  return {row.text(0), row.text(1), row.integer(2), row.integer(3), row.integer(4)};
}

Result<void> check_database(Database& db, const char* pragma) {
  auto answer = db.text(pragma);
  if (!answer) return answer.error();
  if (*answer != "ok")
    return Error{Code::io, "The library file tutti.db is damaged: " + *answer + ".",
                 "Stop the server and put a backup in its place (docs/operations.md, Backup)."};
  auto foreign = db.text("PRAGMA foreign_key_check");
  if (!foreign) return foreign.error();
  if (!foreign->empty())
    return Error{Code::io,
                 "The library file tutti.db is damaged: table " + *foreign +
                     " speaks of things that are not there.",
                 "Stop the server and put a backup in its place (docs/operations.md, Backup)."};
  return {};
}

// Inserts what is new and numbers it on from the project's revision.
Result<Appended> append_now(Database& db, const std::string& project, const std::string& batch,
                            const std::vector<OperationRow>& operations) {
  Appended appended;
  {
    auto find = db.prepare("SELECT revision FROM projects WHERE id=?");
    if (!find) return find.error();
    auto row = find->bind(project).step();
    if (!row) return row.error();
    if (!*row) return no_such_project();
    appended.revision = find->integer(0);
  }
  if (!batch.empty()) {
    auto seen = db.prepare("SELECT revision FROM batches WHERE project=? AND batch=?");
    if (!seen) return seen.error();
    auto row = seen->bind(project).bind(batch).step();
    if (!row) return row.error();
    if (*row) {
      appended.revision = seen->integer(0);
      appended.repeated = true;
      return appended;
    }
  }
  const std::int64_t before = appended.revision;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    auto insert = db.prepare(
        "INSERT INTO operations(project, revision, stamp, text) VALUES(?,?,?,?) "
        "ON CONFLICT(project, stamp) DO NOTHING");
    if (!insert) return insert.error();
    auto done = insert->bind(project)
                    .bind(appended.revision + 1)
                    .bind(operations[i].stamp)
                    .bind(operations[i].text)
                    .run();
    if (!done) return done.error();
    if (db.changes() > 0) {
      ++appended.revision;
      appended.fresh.push_back(i);
    }
  }
  if (!batch.empty()) {
    auto insert = db.prepare("INSERT INTO batches(project, batch, revision) VALUES(?,?,?)");
    if (!insert) return insert.error();
    if (auto done = insert->bind(project).bind(batch).bind(appended.revision).run(); !done)
      return done.error();
  }
  if (appended.revision != before) {
    auto update = db.prepare("UPDATE projects SET revision=?, updated=? WHERE id=?");
    if (!update) return update.error();
    if (auto done = update->bind(appended.revision).bind(wall_milliseconds()).bind(project).run();
        !done)
      return done.error();
  }
  return appended;
}

}  // namespace

Error no_such_project() {
  return {Code::not_found, "There is no project with this id.",
          "It may have been deleted; the list of projects shows what there is."};
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const fs::path& folder, const StoreOptions& options) {
  std::error_code code;
  fs::create_directories(folder / "backups", code);
  if (code)
    return Error{Code::io,
                 "The folder " + folder.string() + " cannot be made: " + code.message() + ".",
                 "Choose a folder that you may write to with --data DIR."};
  auto state = std::make_unique<State>();
  state->folder = folder;
  state->options = options;
  auto db = Database::open(state->database_path(), Database::Mode::write, options.vfs);
  if (!db) return db.error();
  if (options.check) {
    if (auto done = check_database(**db, "PRAGMA quick_check(1)"); !done) return done.error();
  }
  auto migrated = migrate(**db, [&](int from) {
    return (*db)->backup_to(
        (folder / "backups" / ("before-format-" + std::to_string(from + 1) + ".db")).string());
  });
  if (!migrated) return migrated.error();
  auto blobs = Blobs::open(folder / "blobs", options.files);
  if (!blobs) return blobs.error();
  state->blobs = std::move(*blobs);
  state->writer = std::make_unique<Writer>(std::move(*db), state->database_path(), options.vfs,
                                           options.threads == Threads::one_writer);
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

const fs::path& Store::folder() const {
  return state_->folder;
}
Blobs& Store::blobs() {
  return *state_->blobs;
}

Result<ProjectRow> Store::create_project(const std::string& title,
                                         std::span<const OperationRow> first,
                                         const std::string& id) {
  ProjectRow row{id.empty() ? random_name() : id, title, 0, wall_milliseconds(), 0};
  row.updated = row.created;
  const std::vector<OperationRow> operations(first.begin(), first.end());
  auto done = state_->writer->wait([&](Database& db) -> Result<void> {
    auto insert = db.prepare("INSERT INTO projects(id, title, created, updated) VALUES(?,?,?,?)");
    if (!insert) return insert.error();
    if (auto made = insert->bind(row.id).bind(title).bind(row.created).bind(row.updated).run();
        !made)
      return made;
    auto appended = append_now(db, row.id, {}, operations);
    if (!appended) return appended.error();
    row.revision = appended->revision;
    return {};
  });
  if (!done) return done.error();
  return row;
}

Result<std::vector<ProjectRow>> Store::projects() {
  return state_->read([](Database& db) -> Result<std::vector<ProjectRow>> {
    auto select = db.prepare(
        "SELECT id, title, revision, created, updated FROM projects ORDER BY updated DESC, id");
    if (!select) return select.error();
    std::vector<ProjectRow> rows;
    for (;;) {
      auto row = select->step();
      if (!row) return row.error();
      if (!*row) return rows;
      rows.push_back(project_row(*select));
    }
  });
}

Result<ProjectRow> Store::project(const std::string& id) {
  return state_->read([&](Database& db) -> Result<ProjectRow> {
    auto select =
        db.prepare("SELECT id, title, revision, created, updated FROM projects WHERE id=?");
    if (!select) return select.error();
    auto row = select->bind(id).step();
    if (!row) return row.error();
    if (!*row) return no_such_project();
    return project_row(*select);
  });
}

Result<void> Store::remove_project(const std::string& id) {
  return state_->writer->wait([&](Database& db) -> Result<void> {
    auto remove = db.prepare("DELETE FROM projects WHERE id=?");
    if (!remove) return remove.error();
    if (auto done = remove->bind(id).run(); !done) return done;
    if (db.changes() == 0) return no_such_project();
    return {};
  });
}

void Store::set_title(const std::string& id, const std::string& title) {
  state_->writer->submit(
      [id, title](Database& db) -> Result<void> {
        auto update = db.prepare("UPDATE projects SET title=? WHERE id=? AND title<>?");
        if (!update) return update.error();
        return update->bind(title).bind(id).bind(title).run();
      },
      [](const Result<void>&) {});
}

void Store::append(const std::string& project, const std::string& batch,
                   std::vector<OperationRow> operations, AppendDone done) {
  auto appended = std::make_shared<Appended>();
  state_->writer->submit(
      [appended, project, batch, operations = std::move(operations)](Database& db) -> Result<void> {
        auto result = append_now(db, project, batch, operations);
        if (!result) return result.error();
        *appended = std::move(*result);
        return {};
      },
      [appended, done = std::move(done)](const Result<void>& result) {
        if (result) {
          done(*appended);
        } else {
          done(result.error());
        }
      });
}

Result<void> Store::flush() {
  return state_->writer->wait([](Database&) { return Result<void>(); });
}

Result<std::vector<NumberedOperation>> Store::operations_since(const std::string& project,
                                                               std::int64_t revision) {
  return state_->read([&](Database& db) -> Result<std::vector<NumberedOperation>> {
    auto select = db.prepare(
        "SELECT revision, text FROM operations WHERE project=? AND revision>? ORDER BY revision");
    if (!select) return select.error();
    select->bind(project).bind(revision);
    std::vector<NumberedOperation> rows;
    for (;;) {
      auto row = select->step();
      if (!row) return row.error();
      if (!*row) return rows;
      rows.push_back({select->integer(0), select->text(1)});
    }
  });
}

Result<std::optional<SnapshotRow>> Store::snapshot(const std::string& project) {
  return state_->read([&](Database& db) -> Result<std::optional<SnapshotRow>> {
    auto select = db.prepare("SELECT revision, text FROM snapshots WHERE project=?");
    if (!select) return select.error();
    auto row = select->bind(project).step();
    if (!row) return row.error();
    if (!*row) return std::optional<SnapshotRow>();
    return std::optional<SnapshotRow>({select->integer(0), select->text(1)});
  });
}

Result<void> Store::save_snapshot(const std::string& project, const SnapshotRow& snapshot) {
  return state_->writer->wait([&](Database& db) -> Result<void> {
    auto insert = db.prepare(
        "INSERT INTO snapshots(project, revision, text) SELECT id, ?, ? FROM projects WHERE id=? "
        "ON CONFLICT(project) DO UPDATE SET revision=excluded.revision, text=excluded.text "
        "WHERE excluded.revision>=revision");
    if (!insert) return insert.error();
    return insert->bind(snapshot.revision).bind(snapshot.text).bind(project).run();
  });
}

Result<void> Store::drop_operations(const std::string& project,
                                    std::span<const std::int64_t> revisions) {
  return state_->writer->wait([&](Database& db) -> Result<void> {
    for (const std::int64_t revision : revisions) {
      auto remove = db.prepare("DELETE FROM operations WHERE project=? AND revision=?");
      if (!remove) return remove.error();
      if (auto done = remove->bind(project).bind(revision).run(); !done) return done;
    }
    return {};
  });
}

Result<void> Store::backup(const fs::path& target) {
  std::error_code code;
  if (fs::exists(target, code))
    return Error{Code::conflict, "There is already a file " + target.string() + ".",
                 "Choose another name for the backup."};
  const fs::path part = target.string() + ".part";
  fs::remove(part, code);
  auto done = state_->read([&](Database& db) { return db.backup_to(part.string()); });
  if (done) {
    // The copy is a database of its own that nobody else has open: a full check before it counts.
    auto copy = Database::open(part.string(), Database::Mode::read);
    done = copy ? check_database(**copy, "PRAGMA integrity_check(1)") : Result<void>(copy.error());
  }
  if (done) {
    fs::rename(part, target, code);
    if (code)
      done = Error{Code::io, "The backup cannot be named: " + code.message() + ".", "Try again."};
  }
  if (!done) fs::remove(part, code);
  return done;
}

Result<void> Store::check() {
  return state_->read([](Database& db) { return check_database(db, "PRAGMA integrity_check(1)"); });
}

Result<StoreCounts> Store::counts() {
  auto counted = state_->read([](Database& db) -> Result<StoreCounts> {
    StoreCounts counts;
    const std::pair<const char*, std::int64_t*> questions[] = {
        {"SELECT count(*) FROM projects", &counts.projects},
        {"SELECT count(*) FROM operations", &counts.operations},
        {"SELECT count(*) FROM jobs WHERE state='queued'", &counts.jobs_queued},
        {"SELECT count(*) FROM jobs WHERE state='running'", &counts.jobs_running},
        {"SELECT page_count*page_size FROM pragma_page_count, pragma_page_size",
         &counts.database_bytes}};
    for (const auto& [sql, number] : questions) {
      auto answer = db.integer(sql);
      if (!answer) return answer.error();
      *number = *answer;
    }
    return counts;
  });
  if (!counted) return counted;
  counted->commits = state_->writer->commits();
  counted->writes = state_->writer->writes();
  struct statvfs disk{};
  if (::statvfs(state_->folder.c_str(), &disk) == 0)
    counted->free_bytes =
        static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
  return counted;
}

Result<std::int64_t> Store::data_version() {
  if (!state_->version_reader) {
    auto opened =
        Database::open(state_->database_path(), Database::Mode::read, state_->options.vfs);
    if (!opened) return opened.error();
    state_->version_reader = std::move(*opened);
  }
  return state_->version_reader->integer("PRAGMA data_version");
}

}  // namespace tutti::store
