// What stands behind a Store; only server/store includes this.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "server/store/sqlite.h"
#include "server/store/store.h"
#include "server/store/writer.h"

namespace tutti::store {

struct Store::State {
  std::filesystem::path folder;
  StoreOptions options;
  std::unique_ptr<Blobs> blobs;
  std::unique_ptr<Writer> writer;

  // Connections for reading that nobody uses just now.
  std::mutex mutex;
  std::vector<std::unique_ptr<Database>> readers;
  std::unique_ptr<Database> version_reader;

  std::string database_path() const { return (folder / "tutti.db").string(); }

  // Runs `work` on a reading connection. Its statements must be gone when it returns.
  template <class Work>
  auto read(Work work) -> decltype(work(std::declval<Database&>())) {
    std::unique_ptr<Database> db;
    {
      std::lock_guard lock(mutex);
      if (!readers.empty()) {
        db = std::move(readers.back());
        readers.pop_back();
      }
    }
    if (!db) {
      auto opened = Database::open(database_path(), Database::Mode::read, options.vfs);
      if (!opened) return opened.error();
      db = std::move(*opened);
    }
    auto result = work(*db);
    std::lock_guard lock(mutex);
    readers.push_back(std::move(db));
    return result;
  }
};

Error no_such_project();
Error no_such_job();

}  // namespace tutti::store
