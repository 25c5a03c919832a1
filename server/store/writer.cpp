#include "server/store/writer.h"

#include <future>
#include <utility>
#include <vector>

namespace tutti::store {
namespace {
constexpr std::size_t kMostInOneCommit = 512;
}

Writer::Writer(std::unique_ptr<Database> db, std::string path, std::string vfs, bool threaded)
    : db_(std::move(db)), path_(std::move(path)), vfs_(std::move(vfs)), threaded_(threaded) {
  if (threaded_) thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
  if (!threaded_) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Writer::submit(Work work, Done done) {
  if (!threaded_) {
    std::deque<Task> one;
    one.push_back({std::move(work), std::move(done)});
    commit(one);
    return;
  }
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(work), std::move(done)});
  }
  wake_.notify_one();
}

Result<void> Writer::wait(Work work) {
  std::promise<Result<void>> promise;
  auto future = promise.get_future();
  submit(std::move(work), [&promise](const Result<void>& result) { promise.set_value(result); });
  return future.get();
}

Result<void> Writer::wait_unsynced(Work work) {
  if (threaded_) return wait(std::move(work));
  if (db_) (void)db_->run("PRAGMA synchronous=NORMAL");
  auto done = wait(std::move(work));
  if (db_) (void)db_->run("PRAGMA synchronous=FULL");
  return done;
}

void Writer::loop() {
  for (;;) {
    std::deque<Task> tasks;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      while (!waiting_.empty() && tasks.size() < kMostInOneCommit) {
        tasks.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
    commit(tasks);
  }
}

Result<void> Writer::reopen() {
  auto db = Database::open(path_, Database::Mode::write, vfs_);
  if (!db) return db.error();
  db_ = std::move(*db);
  return {};
}

void Writer::commit(std::deque<Task>& tasks) {
  Result<void> whole;
  if (!db_) whole = reopen();
  if (whole) whole = db_->run("BEGIN IMMEDIATE");
  std::vector<Result<void>> each;
  if (whole) {
    for (auto& task : tasks) {
      Result<void> one = db_->run("SAVEPOINT one");
      if (one) one = task.work(*db_);
      // Some failures (a full disk) undo the whole transaction; then nothing of it may be kept.
      if (!db_->in_transaction()) {
        whole =
            one ? Result<void>(Error{Code::io, "The library could not be written.", "Try again."})
                : one;
        break;
      }
      if (!one) (void)db_->run("ROLLBACK TO one");
      (void)db_->run("RELEASE one");
      each.push_back(one);
    }
    if (whole) whole = db_->run("COMMIT");
  }
  if (!whole) {
    if (db_ && db_->in_transaction()) (void)db_->run("ROLLBACK");
    db_.reset();
  } else {
    ++commits_;
    writes_ += static_cast<std::int64_t>(tasks.size());
  }
  for (std::size_t i = 0; i < tasks.size(); ++i) tasks[i].done(whole ? each[i] : whole);
}

}  // namespace tutti::store
