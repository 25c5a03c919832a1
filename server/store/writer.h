// Group commit: writes that arrive together are made durable by one fsync.
//
// Each write runs in a savepoint of the common transaction; if it fails it alone is undone. `done`
// is called after the commit, on the writer thread, in the order of the writes. After a commit that
// the disk refused, the outcome of which nobody can know, the connection is closed and opened again
// before the next write, so that what is then read is what the disk holds.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "engine/base/result.h"
#include "server/store/sqlite.h"

namespace tutti::store {

class Writer {
 public:
  using Work = std::function<Result<void>(Database&)>;
  using Done = std::function<void(const Result<void>&)>;

  // `threaded` false: submit() commits on the caller's thread before it returns.
  Writer(std::unique_ptr<Database> db, std::string path, std::string vfs, bool threaded);
  ~Writer();  // commits what waits

  void submit(Work work, Done done);
  Result<void> wait(Work work);  // submit and wait for the commit
  // Without the sync of the commit: may be lost in a power cut, never half there.
  Result<void> wait_unsynced(Work work);

  std::int64_t commits() const { return commits_; }
  std::int64_t writes() const { return writes_; }

 private:
  struct Task {
    Work work;
    Done done;
  };
  void loop();
  void commit(std::deque<Task>& tasks);
  Result<void> reopen();

  std::unique_ptr<Database> db_;
  std::string path_;
  std::string vfs_;
  bool threaded_;
  std::atomic<std::int64_t> commits_{0};
  std::atomic<std::int64_t> writes_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tutti::store
