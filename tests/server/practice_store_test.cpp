// The Practice room in the library: rows over restarts, sessions told twice, days, what goes with a
// song and what stays; libraries of the format before; a kill at any moment.
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/store/practice_table.h"
#include "tests/server/scratch.h"

namespace tutti::store {
namespace {

std::unique_ptr<Store> open(const test::Scratch& scratch, Threads threads = Threads::one_writer) {
  StoreOptions options;
  options.threads = threads;
  return std::move(*Store::open(scratch / "library", options));
}

SongRow song(const std::string& person, const std::string& blob) {
  SongRow row;
  row.person = person;
  row.blob = blob;
  row.title = "Title of " + blob;
  return row;
}

SessionRow session(const std::string& id, double seconds, std::int64_t started = 1'000'000) {
  SessionRow row;
  row.id = id;
  row.song = "s";
  row.title = "Song";
  row.started = started;
  row.seconds = row.span = seconds;
  row.zone = "Europe/Berlin";
  row.loops = "[]";
  return row;
}

DayRow day(std::int64_t number, double seconds, std::int64_t first = 0) {
  return {number, seconds, first, first + 1000, 3600};
}

TEST(PracticeStore, KeepsSongsOncePerPerson) {
  test::Scratch scratch;
  std::string id;
  {
    auto store = open(scratch);
    PracticeTable table(*store);
    auto added = table.add_song(song("p", "b1"));
    ASSERT_TRUE(added);
    id = added->id;
    EXPECT_GT(added->added, 0);
    ASSERT_TRUE(table.rename_song(id, "Mine", "Me"));
    // The same recording again: the same song, with its own name; what is learned is taken over.
    auto again = song("p", "b1");
    again.duration = 180;
    again.stems = "st";
    auto same = table.add_song(again);
    ASSERT_TRUE(same);
    EXPECT_EQ(same->id, id);
    EXPECT_EQ(same->title, "Mine");
    EXPECT_EQ(same->duration, 180);
    auto other = table.add_song(song("q", "b1"));
    ASSERT_TRUE(other);
    EXPECT_NE(other->id, id);
    SongFacts facts;
    facts.tempo = 120;
    facts.key = "A minor";
    ASSERT_TRUE(table.set_song_facts(id, facts));
    EXPECT_EQ(table.songs_of_blob("b1")->size(), 2u);
  }
  auto store = open(scratch);
  PracticeTable table(*store);
  const auto songs = table.songs("p");
  ASSERT_TRUE(songs);
  ASSERT_EQ(songs->size(), 1u);
  EXPECT_EQ(songs->front().tempo, 120);
  EXPECT_EQ(songs->front().key, "A minor");
  EXPECT_EQ(songs->front().stems, "st");
  EXPECT_EQ(table.song("nothing").error().code, Code::not_found);
  EXPECT_EQ(table.remove_song("nothing").error().code, Code::not_found);
}

TEST(PracticeStore, SessionsToldTwiceCountOnce) {
  test::Scratch scratch;
  auto store = open(scratch);
  PracticeTable table(*store);
  const std::vector<DayRow> first{day(10, 60)}, second{day(10, 100), day(11, 20)};
  EXPECT_EQ(*table.save_session("p", session("x", 60), first), SessionSaved::added);
  EXPECT_EQ(*table.save_session("p", session("x", 60), first), SessionSaved::unchanged);
  EXPECT_EQ(*table.save_session("p", session("x", 120), second), SessionSaved::replaced);
  EXPECT_EQ(*table.save_session("p", session("x", 60), first), SessionSaved::unchanged);  // late
  EXPECT_EQ(*table.save_session("q", session("x", 60), first), SessionSaved::added);
  const auto days = table.days("p");
  ASSERT_TRUE(days);
  ASSERT_EQ(days->size(), 2u);
  EXPECT_EQ((*days)[0].seconds, 100);
  EXPECT_EQ((*days)[1].seconds, 20);
  SessionQuery query;
  query.person = "p";
  ASSERT_EQ(table.sessions(query)->size(), 1u);
  EXPECT_EQ(table.sessions(query)->front().seconds, 120);
}

TEST(PracticeStore, GathersTheDaysOfManySessions) {
  test::Scratch scratch;
  auto store = open(scratch, Threads::none);
  PracticeTable table(*store);
  int number = 0;
  rc::check([&] {
    const std::string person = std::to_string(++number);
    std::map<std::string, std::pair<double, std::map<std::int64_t, double>>> model;
    for (int n = *rc::gen::inRange(1, 25); n > 0; --n) {
      const std::string id = std::to_string(*rc::gen::inRange(0, 6));
      std::vector<DayRow> days;
      std::map<std::int64_t, double> parts;
      double seconds = 0;
      const int begin = *rc::gen::inRange(0, 5), count = *rc::gen::inRange(1, 3);
      for (int k = 0; k < count; ++k) {
        const double part = *rc::gen::inRange(1, 1000);
        days.push_back(day(begin + k, part));
        parts[begin + k] = part;
        seconds += part;
      }
      RC_ASSERT(table.save_session(person, session(id, seconds), days).ok());
      if (!model.count(id) || model[id].first < seconds) model[id] = {seconds, parts};
    }
    std::map<std::int64_t, double> wanted;
    for (const auto& [id, kept] : model)
      for (const auto& [number, seconds] : kept.second) wanted[number] += seconds;
    const auto days = table.days(person);
    RC_ASSERT(days.ok() && days->size() == wanted.size());
    for (const DayRow& row : *days) RC_ASSERT(row.seconds == wanted[row.day]);
  });
}

TEST(PracticeStore, DaysTellTheirFirstAndLastMoment) {
  test::Scratch scratch;
  auto store = open(scratch);
  PracticeTable table(*store);
  DayRow late = day(10, 60, 50'000), early = day(10, 60, 20'000);
  late.offset = 7200;
  early.offset = -3600;
  ASSERT_TRUE(table.save_session("p", session("a", 60), std::span(&late, 1)));
  ASSERT_TRUE(table.save_session("p", session("b", 60), std::span(&early, 1)));
  const auto days = table.days("p");
  ASSERT_TRUE(days && days->size() == 1);
  EXPECT_EQ(days->front().first, 20'000);
  EXPECT_EQ(days->front().last, 51'000);
  EXPECT_EQ(days->front().offset, -3600);
}

TEST(PracticeStore, WhatWasPractisedOutlivesTheSong) {
  test::Scratch scratch;
  auto store = open(scratch);
  PracticeTable table(*store);
  const auto added = table.add_song(song("p", "b"));
  ASSERT_TRUE(table.set_song_settings(added->id, "p", "{\"loops\":[]}"));
  ASSERT_TRUE(table.set_corrections(added->id, "{\"tempo\":99}"));
  EXPECT_EQ(*table.corrections(added->id), "{\"tempo\":99}");
  auto played = session("x", 90);
  played.song = added->id;
  const std::vector<DayRow> days{day(10, 90)};
  ASSERT_TRUE(table.save_session("p", played, days));
  EXPECT_EQ(table.song(added->id)->seconds, 90);
  ASSERT_TRUE(table.remove_song(added->id));
  EXPECT_EQ(*table.song_settings(added->id, "p"), "");
  EXPECT_EQ(table.set_song_settings(added->id, "p", "{}").error().code, Code::not_found);
  EXPECT_EQ(table.days("p")->size(), 1u);
  SessionQuery query;
  query.person = "p";
  EXPECT_EQ(table.sessions(query)->front().title, "Song");
}

TEST(PracticeStore, ChoosesSessions) {
  test::Scratch scratch;
  auto store = open(scratch);
  PracticeTable table(*store);
  for (int i = 0; i < 10; ++i) {
    auto row = session(std::to_string(i), 60, 1000 * i);
    row.song = i % 2 ? "odd" : "even";
    ASSERT_TRUE(table.save_session("p", row, {}));
  }
  SessionQuery query;
  query.person = "p";
  query.from = 2000, query.to = 7000;
  EXPECT_EQ(table.sessions(query)->size(), 5u);
  query.song = "odd";
  const auto odd = table.sessions(query);
  ASSERT_EQ(odd->size(), 2u);
  EXPECT_EQ((*odd)[0].id, "5");  // newest first
  query.limit = 1;
  EXPECT_EQ(table.sessions(query)->size(), 1u);
}

TEST(PracticeStore, KeepsStemsByTheirLastUse) {
  test::Scratch scratch;
  auto store = open(scratch);
  PracticeTable table(*store);
  for (const char* id : {"a", "b", "c"}) {
    StemsRow row;
    row.id = id;
    row.blob = "blob";
    row.model = "instant";
    row.state = id[0] == 'c' ? "running" : "ready";
    row.bytes = 100;
    row.used = id[0];
    ASSERT_TRUE(table.put_stems(row));
  }
  EXPECT_EQ(table.stems_total()->entries, 2);
  EXPECT_EQ(table.stems_total()->bytes, 200);
  EXPECT_EQ(table.all_stems()->front().id, "a");
  table.touch_stems("a");
  ASSERT_TRUE(store->flush());
  EXPECT_EQ(table.all_stems()->front().id, "b");
  auto changed = **table.stems("a");
  changed.state = "failed";
  changed.used = 1;
  ASSERT_TRUE(table.put_stems(changed));
  EXPECT_EQ((*table.stems("a"))->state, "failed");
  EXPECT_GT((*table.stems("a"))->used, 1000);  // never goes back
  ASSERT_TRUE(table.remove_stems("a"));
  ASSERT_TRUE(table.remove_stems("a"));
  EXPECT_FALSE(table.stems("a")->has_value());
}

TEST(PracticeStore, KeepsWhatWasHeardByVersion) {
  test::Scratch scratch;
  auto store = open(scratch);
  PracticeTable table(*store);
  ASSERT_TRUE(table.save_analysis("b", "song", "1", "old"));
  EXPECT_EQ(**table.analysis("b", "song", "1"), "old");
  EXPECT_FALSE(table.analysis("b", "song", "2")->has_value());
  ASSERT_TRUE(table.save_analysis("b", "song", "2", "new"));
  EXPECT_FALSE(table.analysis("b", "song", "1")->has_value());
  EXPECT_EQ(**table.newest_analysis("b", "song"), "new");
  ASSERT_TRUE(table.remove_analyses("b"));
  EXPECT_FALSE(table.newest_analysis("b", "song")->has_value());
}

TEST(PracticeStore, AchievementsStayAsFirstEarned) {
  test::Scratch scratch;
  auto store = open(scratch);
  PracticeTable table(*store);
  const std::vector<EarnedRow> first{{"streak_7", 700}}, again{{"streak_7", 900}, {"hours_1", 5}};
  ASSERT_TRUE(table.earn("p", first));
  ASSERT_TRUE(table.earn("p", again));
  const auto earned = table.earned("p");
  ASSERT_EQ(earned->size(), 2u);
  EXPECT_EQ((*earned)[1].id, "streak_7");
  EXPECT_EQ((*earned)[1].earned, 700);
  ASSERT_TRUE(table.set_settings("p", "{\"a\":1}"));
  EXPECT_EQ(*table.settings("p"), "{\"a\":1}");
  EXPECT_EQ(*table.settings("q"), "");
  EXPECT_EQ(table.set_settings("p", std::string(kMostPracticeText + 1, 'x')).error().code,
            Code::too_large);
}

TEST(PracticeStore, BringsALibraryOfTheFormatBeforeUpToDate) {
  test::Scratch scratch;
  std::string project;
  {
    auto store = open(scratch);
    project = store->create_project("Kept", {})->id;
  }
  {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open((scratch / "library/tutti.db").c_str(), &db), SQLITE_OK);
    const int code = sqlite3_exec(
        db,
        "DROP TABLE streaks; DROP TABLE sessions; DROP TABLE song_settings; DROP TABLE songs; DROP "
        "TABLE stems; DROP TABLE analyses; DROP TABLE achievements; DROP TABLE settings; DROP "
        "INDEX "
        "IF EXISTS jobs_person; ALTER TABLE jobs DROP COLUMN person; ALTER TABLE jobs DROP COLUMN "
        "started; PRAGMA user_version=2",
        nullptr, nullptr, nullptr);
    sqlite3_close(db);
    ASSERT_EQ(code, SQLITE_OK);
  }
  auto opened = Store::open(scratch / "library");
  ASSERT_TRUE(opened) << opened.error().message;
  auto store = std::move(*opened);
  EXPECT_EQ(store->project(project)->title, "Kept");
  EXPECT_TRUE(PracticeTable(*store).add_song(song("p", "b")));
  EXPECT_TRUE(std::filesystem::exists(scratch / "library/backups/before-format-3.db"));
  EXPECT_TRUE(store->check());
}

// A process that saves sessions is killed at a moment of chance: what it said to have saved is
// there with all its days, and nothing is there by half.
TEST(PracticeStore, KeepsWhatItPromisedWhenKilled) {
  test::Scratch scratch;
  { auto store = open(scratch); }
  int saved = 0;
  for (int round = 0; round < 12; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(pipe_ends[0]);
      StoreOptions options;
      options.threads = Threads::none;
      options.check = false;
      auto store = Store::open(scratch / "library", options);
      if (!store) ::_exit(1);
      PracticeTable table(**store);
      for (int n = saved;; ++n) {
        const std::vector<DayRow> days{day(n, 30), day(n + 1, 31)};
        if (!table.save_session("p", session(std::to_string(n), 61), days)) ::_exit(2);
        if (::write(pipe_ends[1], &n, sizeof n) != sizeof n) ::_exit(3);
      }
    }
    ::close(pipe_ends[1]);
    // Some sessions, then the blow, at a place that moves through the work.
    int last = saved - 1;
    for (int count = 0; count < 2 + round; ++count) {
      int n = 0;
      ASSERT_EQ(::read(pipe_ends[0], &n, sizeof n), static_cast<ssize_t>(sizeof n));
      last = n;
    }
    ::usleep(static_cast<useconds_t>(137 * round));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    int n = 0;
    while (::read(pipe_ends[0], &n, sizeof n) == static_cast<ssize_t>(sizeof n)) last = n;
    ::close(pipe_ends[0]);

    auto store = open(scratch);
    ASSERT_TRUE(store->check());
    PracticeTable table(*store);
    SessionQuery query;
    query.person = "p";
    const auto rows = table.sessions(query);
    ASSERT_TRUE(rows);
    ASSERT_GE(static_cast<int>(rows->size()), last + 1);
    double seconds = 0;
    const auto days = table.days("p");
    ASSERT_TRUE(days);
    for (const DayRow& row : *days) seconds += row.seconds;
    EXPECT_EQ(seconds, 61.0 * static_cast<double>(rows->size()));
    saved = static_cast<int>(rows->size());
  }
}

}  // namespace
}  // namespace tutti::store
