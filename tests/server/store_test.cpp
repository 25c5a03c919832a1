#include "server/store/store.h"

#include <fstream>
#include <future>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <thread>

#include "native/files/sha256.h"
#include "tests/server/scratch.h"

namespace tutti::store {
namespace {

namespace fs = std::filesystem;

Result<Appended> append(Store& store, const std::string& project, const std::string& batch,
                        std::vector<OperationRow> rows) {
  std::promise<Result<Appended>> promise;
  store.append(project, batch, std::move(rows),
               [&](const Result<Appended>& done) { promise.set_value(done); });
  return promise.get_future().get();
}

std::vector<std::string> texts(Store& store, const std::string& project, std::int64_t since = 0) {
  std::vector<std::string> all;
  auto rows = store.operations_since(project, since);
  EXPECT_TRUE(rows);
  for (const auto& row : *rows) all.push_back(row.text);
  return all;
}

// Statements on the file that a test makes without the store.
void raw(const fs::path& file, const char* sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  sqlite3_close(db);
}

TEST(Store, KeepsProjectsAndOperationsOverARestart) {
  test::Scratch scratch;
  std::string id;
  {
    auto store = Store::open(scratch.path());
    ASSERT_TRUE(store);
    const OperationRow first[] = {{"1.a", "{\"one\":1}"}};
    auto row = (*store)->create_project("Song", first);
    ASSERT_TRUE(row);
    id = row->id;
    EXPECT_EQ(row->revision, 1);
    auto done = append(**store, id, "batch", {{"2.a", "two"}, {"3.a", "three"}});
    ASSERT_TRUE(done);
    EXPECT_EQ(done->revision, 3);
  }
  auto store = Store::open(scratch.path());
  ASSERT_TRUE(store);
  auto row = (*store)->project(id);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->title, "Song");
  EXPECT_EQ(row->revision, 3);
  EXPECT_EQ(texts(**store, id), (std::vector<std::string>{"{\"one\":1}", "two", "three"}));
  EXPECT_EQ(texts(**store, id, 2), (std::vector<std::string>{"three"}));
  EXPECT_EQ((*store)->projects()->size(), 1u);
}

TEST(Store, AppendingAgainChangesNothing) {
  test::Scratch scratch;
  auto store = Store::open(scratch.path());
  ASSERT_TRUE(store);
  const std::string id = (*store)->create_project("Song", {})->id;
  ASSERT_TRUE(append(**store, id, "b1", {{"1.a", "one"}, {"2.a", "two"}}));
  // The same batch, with other content even: the first counts.
  auto again = append(**store, id, "b1", {{"9.a", "nine"}});
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->revision, 2);
  // Another batch with a stamp that is there: only the rest is new.
  auto overlap = append(**store, id, "b2", {{"2.a", "two"}, {"3.a", "three"}});
  ASSERT_TRUE(overlap);
  EXPECT_EQ(overlap->revision, 3);
  EXPECT_EQ(overlap->fresh, std::vector<std::size_t>{1});
  EXPECT_EQ(texts(**store, id).size(), 3u);
  EXPECT_EQ(append(**store, "nobody", "b", {{"1.a", "x"}}).error().code, Code::not_found);
}

TEST(Store, CommitsTogetherWhatArrivesTogether) {
  test::Scratch scratch;
  auto store = Store::open(scratch.path());
  ASSERT_TRUE(store);
  const std::string id = (*store)->create_project("Song", {})->id;
  std::atomic<int> left{4000};
  std::promise<void> all;
  std::int64_t last = 0;
  bool ordered = true;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer)
    writers.emplace_back([&, writer] {
      for (int i = 0; i < 1000; ++i)
        (*store)->append(id, "", {{std::to_string(i) + "." + std::to_string(writer), "x"}},
                         [&](const Result<Appended>& done) {
                           ordered = ordered && done && done->revision == last + 1;
                           if (done) last = done->revision;
                           if (--left == 0) all.set_value();
                         });
    });
  for (auto& writer : writers) writer.join();
  all.get_future().get();
  EXPECT_TRUE(ordered);
  EXPECT_EQ(last, 4000);
  auto counts = (*store)->counts();
  ASSERT_TRUE(counts);
  EXPECT_LT(counts->commits, 2000);
  RecordProperty("commits", static_cast<int>(counts->commits));
}

TEST(Store, ForgetsADeletedProjectWholly) {
  test::Scratch scratch;
  auto store = Store::open(scratch.path());
  ASSERT_TRUE(store);
  const std::string id = (*store)->create_project("Song", {})->id;
  ASSERT_TRUE(append(**store, id, "b", {{"1.a", "one"}}));
  ASSERT_TRUE((*store)->save_snapshot(id, {1, "whole"}));
  ASSERT_TRUE((*store)->remove_project(id));
  EXPECT_EQ((*store)->project(id).error().code, Code::not_found);
  EXPECT_EQ((*store)->remove_project(id).error().code, Code::not_found);
  EXPECT_EQ((*store)->counts()->operations, 0);
  EXPECT_FALSE((*store)->snapshot(id)->has_value());
}

TEST(Store, RefusesANewerFormatByName) {
  test::Scratch scratch;
  {
    ASSERT_TRUE(Store::open(scratch.path()));
  }
  raw(scratch / "tutti.db", "PRAGMA user_version=99");
  auto store = Store::open(scratch.path());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::unsupported);
  EXPECT_NE(store.error().message.find("99"), std::string::npos);
}

TEST(Store, RefusesAForeignAndADamagedFile) {
  test::Scratch scratch;
  raw(scratch / "tutti.db", "PRAGMA application_id=42; CREATE TABLE t(x);");
  EXPECT_EQ(Store::open(scratch.path()).error().code, Code::unsupported);
  test::Scratch other;
  std::ofstream(other / "tutti.db") << std::string(8192, 'x');
  auto damaged = Store::open(other.path());
  ASSERT_FALSE(damaged);
  EXPECT_NE(damaged.error().next.find("backup"), std::string::npos);
}

TEST(Store, SeesDamageInsideAtTheStart) {
  test::Scratch scratch;
  {
    auto store = Store::open(scratch.path());
    const std::string id = (*store)->create_project("Song", {})->id;
    std::vector<OperationRow> rows;
    for (int i = 0; i < 2000; ++i)
      rows.push_back({std::to_string(i) + ".a", std::string(100, 'y')});
    ASSERT_TRUE(append(**store, id, "b", rows));
  }
  raw(scratch / "tutti.db", "PRAGMA wal_checkpoint(TRUNCATE)");
  {
    std::fstream file(scratch / "tutti.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 20);
    file.write(std::string(4096, '\x5a').data(), 4096);
  }
  EXPECT_FALSE(Store::open(scratch.path()));
}

TEST(Store, BacksUpWhileWritingGoesOn) {
  test::Scratch scratch;
  auto store = Store::open(scratch / "library");
  ASSERT_TRUE(store);
  const std::string id = (*store)->create_project("Song", {})->id;
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) (void)append(**store, id, "", {{std::to_string(i) + ".a", "x"}});
  });
  for (int i = 0; i < 3; ++i) {
    const fs::path target = scratch / ("copy" + std::to_string(i));
    fs::create_directories(target);
    const auto before = (*store)->project(id)->revision;
    ASSERT_TRUE((*store)->backup(target / "tutti.db"));
    auto copy = Store::open(target);
    ASSERT_TRUE(copy) << copy.error().message;
    EXPECT_GE((*copy)->project(id)->revision, before);
    EXPECT_EQ(texts(**copy, id).size(), static_cast<std::size_t>((*copy)->project(id)->revision));
  }
  EXPECT_EQ((*store)->backup(scratch / "copy0/tutti.db").error().code, Code::conflict);
  stop = true;
  writer.join();
}

TEST(Store, LeasesAJobToOneWorkerAtATime) {
  test::Scratch scratch;
  auto store = Store::open(scratch.path());
  ASSERT_TRUE(store);
  EXPECT_FALSE((*store)->lease_job("w1", 1000)->has_value());
  JobRow job;
  job.kind = "transcribe";
  job.same = "s";
  job.state = "queued";
  const std::string id = (*store)->add_job(job)->id;
  auto taken = (*store)->lease_job("w1", 60'000);
  ASSERT_TRUE(taken && *taken);
  EXPECT_EQ((*taken)->id, id);
  EXPECT_FALSE((*store)->lease_job("w2", 60'000)->has_value());
  EXPECT_FALSE(*(*store)->beat_job(id, "w2", 60'000, 0.5, "no"));
  EXPECT_TRUE(*(*store)->beat_job(id, "w1", 60'000, 0.5, "half"));
  EXPECT_EQ((*store)->job(id)->progress, 0.5);
  // The holder is gone: another takes over, and what the first says later counts for nothing.
  ASSERT_TRUE((*store)->release_jobs("w1"));
  auto second = (*store)->lease_job("w2", 60'000);
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->attempts, 2);
  EXPECT_FALSE(*(*store)->end_job(id, "w1", "succeeded", "[]", "", "Done."));
  EXPECT_TRUE(*(*store)->end_job(id, "w2", "succeeded", "[1]", "", "Done."));
  EXPECT_EQ((*store)->job(id)->result, "[1]");
  EXPECT_FALSE(*(*store)->end_job(id, "w2", "failed", "", "", ""));
  EXPECT_TRUE((*store)->job_like("s")->has_value());
}

TEST(Store, TakesOverAnExpiredLeaseAndOneOfAnotherBoot) {
  test::Scratch scratch;
  auto store = Store::open(scratch.path());
  JobRow job;
  job.state = "queued";
  (void)(*store)->add_job(job);
  ASSERT_TRUE((*store)->lease_job("w1", -1)->has_value());  // ends before it began
  ASSERT_TRUE((*store)->lease_job("w2", 60'000)->has_value());
  raw(scratch / "tutti.db", "UPDATE jobs SET boot='another'");
  ASSERT_TRUE((*store)->lease_job("w3", 60'000)->has_value());
}

TEST(Store, CancelsQueuedJobsAtOnceAndAsksRunningOnes) {
  test::Scratch scratch;
  auto store = Store::open(scratch.path());
  JobRow job;
  job.state = "queued";
  const std::string first = (*store)->add_job(job)->id, second = (*store)->add_job(job)->id;
  ASSERT_TRUE((*store)->lease_job("w", 60'000)->has_value());
  EXPECT_EQ((*store)->cancel_job(second)->state, "cancelled");
  EXPECT_EQ((*store)->cancel_job(first)->state, "running");
  EXPECT_FALSE(*(*store)->beat_job(first, "w", 60'000, 0, ""));
  EXPECT_EQ((*store)->cancel_job("nothing").error().code, Code::not_found);
}

TEST(Blobs, AreNamedByTheirHashAndKeptOnce) {
  test::Scratch scratch;
  auto blobs = Blobs::open(scratch.path(), {});
  ASSERT_TRUE(blobs);
  const std::string text = "recorded sound";
  const auto bytes = std::as_bytes(std::span(text));
  auto first = (*blobs)->put(bytes);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->sha256, files::sha256(bytes).hex());
  EXPECT_EQ((*blobs)->put(bytes)->sha256, first->sha256);
  EXPECT_EQ((*blobs)->info(first->sha256)->size, static_cast<std::int64_t>(text.size()));
  EXPECT_TRUE(fs::is_empty(scratch / "tmp"));
  for (const char* name : {"", "..", "../../etc/passwd", "ABCDEF"})
    EXPECT_EQ((*blobs)->info(name).error().code, Code::not_found);
}

TEST(Blobs, RefuseOversizeAndWrongHashAndLeaveNothing) {
  test::Scratch scratch;
  auto blobs = Blobs::open(scratch.path(), {});
  const std::string text(1000, 'x');
  {
    auto writer = (*blobs)->create(999);
    EXPECT_EQ(writer->write(std::as_bytes(std::span(text))).error().code, Code::too_large);
    EXPECT_FALSE(writer->finish());
  }
  {
    auto writer = (*blobs)->create(1000);
    EXPECT_TRUE(writer->write(std::as_bytes(std::span(text))));
    EXPECT_EQ(writer->finish(std::string(64, '0')).error().code, Code::bad_input);
  }
  {
    auto writer = (*blobs)->create(1000);
  }
  EXPECT_TRUE(fs::is_empty(scratch / "tmp"));
}

TEST(Blobs, SweepLeftoversButNotLivingUploads) {
  test::Scratch scratch;
  auto blobs = Blobs::open(scratch.path(), {});
  std::ofstream(scratch / "tmp/999-1") << "left by a dead process";
  auto living = (*blobs)->create(100);
  ASSERT_TRUE(living->write(std::as_bytes(std::span("half", 4))));
  auto again = Blobs::open(scratch.path(), {});
  EXPECT_FALSE(fs::exists(scratch / "tmp/999-1"));
  EXPECT_TRUE(living->finish());
}

}  // namespace
}  // namespace tutti::store
