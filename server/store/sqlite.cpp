#include "server/store/sqlite.h"

#include <sqlite3.h>
#include <utility>

namespace tutti::store {
namespace {

Error error_of(sqlite3* db, int code) {
  const int primary = code & 0xff;
  const std::string detail = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  if (primary == SQLITE_FULL)
    return {Code::io, "The disk that holds the library is full.",
            "Free some space; saving goes on by itself as soon as there is room."};
  if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED)
    return {Code::io, "The library is busy and did not become free in time.",
            "Try again; if it stays so, look for another program that holds tutti.db open."};
  if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
    return {Code::io, "The library file tutti.db is damaged: " + detail + ".",
            "Stop the server and put a backup in its place (docs/operations.md, Backup)."};
  if (primary == SQLITE_READONLY || primary == SQLITE_PERM || primary == SQLITE_CANTOPEN)
    return {Code::io, "The library file tutti.db cannot be opened for writing: " + detail + ".",
            "Check that its folder exists and belongs to the user who runs Tutti."};
  if (primary == SQLITE_CONSTRAINT)
    return {Code::conflict,
            "The library already holds something that excludes this: " + detail + ".",
            "Read the present state and try again."};
  if (primary == SQLITE_IOERR)
    return {Code::io, "The disk refused to store or read the library: " + detail + ".",
            "Check the disk; nothing was saved since."};
  return {Code::internal, "The library could not do that: " + detail + ".",
          "Please report this with the server's log."};
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_), statement_(std::exchange(other.statement_, nullptr)), next_(other.next_) {}

Statement::~Statement() {
  if (!statement_) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(std::int64_t value) {
  sqlite3_bind_int64(statement_, next_++, value);
  return *this;
}
Statement& Statement::bind(double value) {
  sqlite3_bind_double(statement_, next_++, value);
  return *this;
}
Statement& Statement::bind(std::string_view text) {
  sqlite3_bind_text64(statement_, next_++, text.data() ? text.data() : "", text.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}
Statement& Statement::bind(std::nullptr_t) {
  sqlite3_bind_null(statement_, next_++);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(db_, code);
}

Result<void> Statement::run() {
  for (;;) {
    auto row = step();
    if (!row) return row.error();
    if (!*row) return {};
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_, column);
}
std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return bytes ? std::string(bytes,
                             static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
               : std::string();
}
bool Statement::null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Mode mode,
                                                 const std::string& vfs) {
  sqlite3* db = nullptr;
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  const int code = sqlite3_open_v2(path.c_str(), &db, flags, vfs.empty() ? nullptr : vfs.c_str());
  if (code != SQLITE_OK) {
    Error error = error_of(db, code);
    sqlite3_close_v2(db);
    return error;
  }
  std::unique_ptr<Database> database(new Database(db));
  sqlite3_busy_timeout(db, 10'000);
  // What the file itself says about functions and views is not trusted; page contents are checked.
  if (auto done = database->run("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"); !done)
    return done.error();
  if (mode == Mode::write) {
    auto journal = database->text("PRAGMA journal_mode=WAL");
    if (!journal) return journal.error();
    if (*journal != "wal")
      return Error{Code::unsupported,
                   "The disk that holds the library cannot keep a write-ahead log.",
                   "Keep the library on a local disk instead of a network folder (--data DIR)."};
    if (auto done = database->run("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"); !done)
      return done.error();
  }
  return database;
}

Database::~Database() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(db_);
}

Result<void> Database::run(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(db_, code);
  return {};
}

Result<Statement> Database::prepare(const char* sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return error_of(db_, code);
    found = statements_.emplace(sql, statement).first;
  }
  return Statement(db_, found->second);
}

Result<std::int64_t> Database::integer(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  auto row = statement->step();
  if (!row) return row.error();
  return *row ? statement->integer(0) : 0;
}

Result<std::string> Database::text(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  auto row = statement->step();
  if (!row) return row.error();
  return *row ? statement->text(0) : std::string();
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(db_);
}
bool Database::in_transaction() const {
  return sqlite3_get_autocommit(db_) == 0;
}

Result<void> Database::backup_to(const std::string& path) {
  sqlite3* target = nullptr;
  int code =
      sqlite3_open_v2(path.c_str(), &target,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    Error error = error_of(target, code);
    sqlite3_close_v2(target);
    return error;
  }
  sqlite3_busy_timeout(target, 10'000);
  if (sqlite3_backup* backup = sqlite3_backup_init(target, "main", db_, "main")) {
    // All pages in one step: a snapshot of one moment, never restarted by writers.
    sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
  }
  code = sqlite3_errcode(target);
  Result<void> done;
  if (code != SQLITE_OK) done = error_of(target, code);
  sqlite3_close_v2(target);
  return done;
}

}  // namespace tutti::store
