// The disk fails at every single write, sync and rename, one after another: the library answers
// with an error, is never half changed, and goes on when the disk does.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <gtest/gtest.h>
#include <map>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/store.h"
#include "tests/server/scratch.h"

namespace tutti::store {
namespace {

// --- A VFS whose writes, syncs and truncations fail from a given one on --------------------------

struct Fault {
  int countdown = -1;  // -1: never
  bool keeps_failing = false;
  int code = SQLITE_IOERR_WRITE;
  int seen = 0;
  bool now() {
    ++seen;
    if (countdown < 0) return false;
    if (countdown > 0) return --countdown, false;
    if (!keeps_failing) countdown = -1;
    return true;
  }
};
Fault fault;
sqlite3_vfs* real = nullptr;
sqlite3_vfs faulty;

// SQLite gives files one of several tables of functions; each gets a faulty twin.
struct Twin {
  sqlite3_io_methods methods;  // first, so that a file's table leads to its twin
  const sqlite3_io_methods* real;
};
std::map<const sqlite3_io_methods*, Twin> twins;
const sqlite3_io_methods* real_of(sqlite3_file* f) {
  return reinterpret_cast<const Twin*>(f->pMethods)->real;
}

int write_or_fail(sqlite3_file* f, const void* data, int size, sqlite3_int64 at) {
  return fault.now() ? fault.code : real_of(f)->xWrite(f, data, size, at);
}
int sync_or_fail(sqlite3_file* f, int flags) {
  return fault.now() ? SQLITE_IOERR_FSYNC : real_of(f)->xSync(f, flags);
}
int truncate_or_fail(sqlite3_file* f, sqlite3_int64 size) {
  return fault.now() ? SQLITE_IOERR_TRUNCATE : real_of(f)->xTruncate(f, size);
}
int open_faulty(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* out) {
  const int code = real->xOpen(real, name, f, flags, out);
  if (code != SQLITE_OK || !f->pMethods) return code;
  auto [twin, fresh] = twins.try_emplace(f->pMethods, Twin{*f->pMethods, f->pMethods});
  if (fresh) {
    twin->second.methods.xWrite = write_or_fail;
    twin->second.methods.xSync = sync_or_fail;
    twin->second.methods.xTruncate = truncate_or_fail;
  }
  f->pMethods = &twin->second.methods;
  return code;
}

class StoreFault : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    real = sqlite3_vfs_find(nullptr);
    faulty = *real;
    faulty.zName = "tutti-faulty";
    faulty.xOpen = open_faulty;
    sqlite3_vfs_register(&faulty, 0);
  }
  void SetUp() override { fault = {}; }
  void TearDown() override { fault = {}; }
};

Result<Appended> append(Store& store, const std::string& project, int n) {
  std::promise<Result<Appended>> promise;
  const std::string stamp = std::to_string(n) + ".a";
  store.append(project, "batch" + std::to_string(n), {{stamp, std::string(3000, 'x') + stamp}},
               [&](const Result<Appended>& done) { promise.set_value(done); });
  return promise.get_future().get();
}

void fail_at_every_point(int code, bool keeps_failing) {
  for (int point = 0;; ++point) {
    test::Scratch scratch;
    StoreOptions options;
    options.vfs = "tutti-faulty";
    std::vector<int> kept;
    std::string id;
    bool failed = false;
    {
      fault = {};
      auto store = Store::open(scratch.path(), options);
      ASSERT_TRUE(store);
      id = (*store)->create_project("Song", {})->id;
      fault.countdown = point;
      fault.code = code;
      fault.keeps_failing = keeps_failing;
      for (int n = 1; n <= 5; ++n) {
        auto done = append(**store, id, n);
        if (done) kept.push_back(n);
        failed = failed || !done;
        if (!done) {
          EXPECT_EQ(done.error().code, Code::io) << done.error().message;
        }
      }
      // The disk works again: so does the library, without being opened anew.
      fault = {};
      auto after = append(**store, id, 6);
      ASSERT_TRUE(after) << "point " << point << ": " << after.error().message;
      kept.push_back(6);
    }
    auto store = Store::open(scratch.path());
    ASSERT_TRUE(store) << "point " << point << ": " << store.error().message;
    ASSERT_TRUE((*store)->check());
    auto rows = (*store)->operations_since(id, 0);
    ASSERT_TRUE(rows);
    for (const int n : kept) {
      const std::string end = "x" + std::to_string(n) + ".a";
      const bool there = std::any_of(rows->begin(), rows->end(),
                                     [&](const auto& row) { return row.text.ends_with(end); });
      EXPECT_TRUE(there) << "acknowledged operation " << n << " is lost; point " << point;
    }
    for (const auto& row : *rows) EXPECT_GE(row.text.size(), 3000u);
    EXPECT_EQ((*store)->project(id)->revision, static_cast<std::int64_t>(rows->size()));
    if (!failed) {
      EXPECT_GT(point, 5);
      return;
    }
  }
}

TEST_F(StoreFault, OneFailedWrite) {
  fail_at_every_point(SQLITE_IOERR_WRITE, false);
}
TEST_F(StoreFault, ADiskThatStaysFullForAWhile) {
  fail_at_every_point(SQLITE_FULL, true);
}

// --- Blobs ---------------------------------------------------------------------------------------

int blob_countdown = -1;
bool blob_fault() {
  return blob_countdown >= 0 && blob_countdown-- == 0;
}

TEST(BlobFault, EveryFailedCallLeavesTheOldOrTheNewState) {
  FileCalls calls;
  calls.write = [](int fd, const void* data, std::size_t size) -> long {
    if (blob_fault()) return errno = ENOSPC, -1;
    return ::write(fd, data, std::min<std::size_t>(size, 100));  // and short writes throughout
  };
  calls.sync = [](int fd) { return blob_fault() ? (errno = EIO, -1) : ::fsync(fd); };
  calls.rename = [](const char* from, const char* to) {
    return blob_fault() ? (errno = EIO, -1) : ::rename(from, to);
  };
  const std::string text(1000, 'y');
  const auto bytes = std::as_bytes(std::span(text));
  bool succeeded = false;
  int points = 0;
  for (; !succeeded; ++points) {
    test::Scratch scratch;
    blob_countdown = -1;
    auto blobs = Blobs::open(scratch.path(), calls);
    ASSERT_TRUE(blobs);
    blob_countdown = points;
    auto done = (*blobs)->put(bytes);
    succeeded = done.ok();
    if (!done) {
      EXPECT_EQ(done.error().code, Code::io);
    }
    EXPECT_TRUE(std::filesystem::is_empty(scratch / "tmp")) << "point " << points;
    // Whatever has a name is whole.
    for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch.path())) {
      if (entry.is_regular_file()) {
        EXPECT_EQ(entry.file_size(), text.size());
      }
    }
    blob_countdown = -1;
    EXPECT_TRUE((*blobs)->put(bytes));
  }
  EXPECT_GT(points, 12);
}

}  // namespace
}  // namespace tutti::store
