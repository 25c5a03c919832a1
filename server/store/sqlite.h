// The one door to SQLite: a connection, prepared statements kept by their text, transactions.
//
// Only server/store includes this. A Database belongs to one thread at a time. SQLite's codes
// become Error: a full disk and a refused write say so in a person's words.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tutti::store {

// A statement being run: bind in order, step, read columns in order. Resets itself when it goes.
class Statement {
 public:
  Statement(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  Statement(const Statement&) = delete;
  Statement(Statement&& other) noexcept;
  ~Statement();

  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  Statement& bind(std::string_view text);  // copied
  Statement& bind(std::nullptr_t);

  // True while there is a row; false at the end.
  Result<bool> step();
  Result<void> run();  // steps to the end

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  bool null(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
  int next_ = 1;
};

class Database {
 public:
  enum class Mode { read, write };
  // `vfs` names a SQLite VFS; empty for the usual one.
  static Result<std::unique_ptr<Database>> open(const std::string& path, Mode mode,
                                                const std::string& vfs = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Result<void> run(const char* sql);           // one or more statements without parameters
  Result<Statement> prepare(const char* sql);  // the same text is prepared once
  Result<std::int64_t> integer(const char* sql);
  Result<std::string> text(const char* sql);
  std::int64_t changes() const;
  bool in_transaction() const;

  // Copies the whole database, consistently and while it is in use, through SQLite's backup API.
  Result<void> backup_to(const std::string& path);

 private:
  explicit Database(sqlite3* db) : db_(db) {}
  sqlite3* db_;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

// Brings the schema to this program's number, each step in a transaction of its own; refuses a
// newer schema by name (unsupported). `before` is called once before the first step on a database
// that already holds data.
Result<void> migrate(Database& db, const std::function<Result<void>(int from)>& before);
int schema_number();

}  // namespace tutti::store
