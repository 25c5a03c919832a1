// Songs, what their persons set for them, and what was heard in their recordings.
#include "server/store/clock.h"
#include "server/store/practice_rows.h"
#include "server/store/practice_table.h"
#include "server/store/state.h"

namespace tutti::store {
namespace {

// `seconds` last: of the song's own person.
#define TUTTI_SONG_COLUMNS                                                                  \
  "id, person, blob, title, artist, duration, tempo, key, model, stems, added, "            \
  "(SELECT coalesce(sum(seconds), 0) FROM sessions WHERE sessions.person=songs.person AND " \
  "song=songs.id)"

SongRow song_row(const Statement& row) {
  SongRow song;
  song.id = row.text(0);
  song.person = row.text(1);
  song.blob = row.text(2);
  song.title = row.text(3);
  song.artist = row.text(4);
  song.duration = row.real(5);
  song.tempo = row.real(6);
  song.key = row.text(7);
  song.model = row.text(8);
  song.stems = row.text(9);
  song.added = row.integer(10);
  song.seconds = row.real(11);
  return song;
}

Error no_such_song() {
  return {Code::not_found, "There is no song with this id.",
          "It may have been removed; GET /api/songs lists those that there are."};
}

Result<SongRow> find_song(Database& db, const std::string& id) {
  auto select = db.prepare("SELECT " TUTTI_SONG_COLUMNS " FROM songs WHERE id=?");
  if (!select) return select.error();
  auto row = select->bind(id).step();
  if (!row) return row.error();
  if (!*row) return no_such_song();
  return song_row(*select);
}

Result<std::vector<SongRow>> rows_of(Result<Statement>& select, const std::string& bound) {
  if (!select) return select.error();
  select->bind(bound);
  std::vector<SongRow> rows;
  for (;;) {
    auto row = select->step();
    if (!row) return row.error();
    if (!*row) return rows;
    rows.push_back(song_row(*select));
  }
}

Result<void> set_facts(Database& db, const std::string& id, const SongFacts& facts) {
  auto update = db.prepare(
      "UPDATE songs SET duration=coalesce(?,duration), tempo=coalesce(?,tempo), "
      "key=coalesce(?,key), model=coalesce(?,model), stems=coalesce(?,stems) WHERE id=?");
  if (!update) return update.error();
  for (const auto& number : {facts.duration, facts.tempo}) {
    if (number) {
      update->bind(*number);
    } else {
      update->bind(nullptr);
    }
  }
  for (const auto& text : {facts.key, facts.model, facts.stems}) {
    if (text) {
      update->bind(*text);
    } else {
      update->bind(nullptr);
    }
  }
  if (auto done = update->bind(id).run(); !done) return done;
  if (db.changes() == 0) return no_such_song();
  return {};
}

// One text by one key; "" where there is none.
Result<std::string> text_of(Database& db, const char* sql, const std::string& first,
                            const std::string& second = {}) {
  auto select = db.prepare(sql);
  if (!select) return select.error();
  select->bind(first);
  if (!second.empty()) select->bind(second);
  auto row = select->step();
  if (!row) return row.error();
  return *row ? select->text(0) : std::string();
}

}  // namespace

Result<void> small_enough(const std::string& text) {
  if (text.size() <= kMostPracticeText) return {};
  return Error{Code::too_large,
               "That is more than the " + std::to_string(kMostPracticeText / 1'000'000) +
                   " MB that are kept of such a thing.",
               "Remove loops or notes that are not needed any more."};
}

Result<void> room_in(Database& db, const char* sql, const std::string& person, std::int64_t most,
                     const char* what) {
  auto count = db.prepare(sql);
  if (!count) return count.error();
  if (!person.empty()) count->bind(person);
  auto row = count->step();
  if (!row) return row.error();
  if (count->integer(0) < most) return {};
  return Error{Code::too_large,
               "The library holds at most " + std::to_string(most) + " " + what + ".",
               "Remove some that are not needed any more."};
}

Result<SongRow> PracticeTable::add_song(const SongRow& song) {
  SongRow added;
  auto done = store_.state_->writer->wait([&](Database& db) -> Result<void> {
    std::string present;
    {
      auto select = db.prepare("SELECT id FROM songs WHERE person=? AND blob=?");
      if (!select) return select.error();
      auto row = select->bind(song.person).bind(song.blob).step();
      if (!row) return row.error();
      if (*row) present = select->text(0);
    }
    if (present.empty()) {
      if (auto room = room_in(db, "SELECT count(*) FROM songs WHERE person=?", song.person,
                              kMostSongs, "songs of one person");
          !room)
        return room;
      if (auto room = room_in(db, "SELECT count(*) FROM songs", {}, kMostSongsInAll, "songs");
          !room)
        return room;
      present = song.id.empty() ? random_name() : song.id;
      auto insert = db.prepare(
          "INSERT INTO songs(id, person, blob, title, artist, added) VALUES(?,?,?,?,?,?)");
      if (!insert) return insert.error();
      auto put = insert->bind(present)
                     .bind(song.person)
                     .bind(song.blob)
                     .bind(song.title)
                     .bind(song.artist)
                     .bind(wall_milliseconds())
                     .run();
      if (!put) return put;
    }
    SongFacts facts;
    if (song.duration > 0) facts.duration = song.duration;
    if (song.tempo > 0) facts.tempo = song.tempo;
    if (!song.key.empty()) facts.key = song.key;
    if (!song.model.empty()) facts.model = song.model;
    if (!song.stems.empty()) facts.stems = song.stems;
    if (auto set = set_facts(db, present, facts); !set) return set;
    auto found = find_song(db, present);
    if (!found) return found.error();
    added = std::move(*found);
    return {};
  });
  if (!done) return done.error();
  return added;
}

Result<SongRow> PracticeTable::song(const std::string& id) {
  return store_.state_->read([&](Database& db) { return find_song(db, id); });
}

Result<std::vector<SongRow>> PracticeTable::songs(const std::string& person) {
  return store_.state_->read([&](Database& db) {
    auto select = db.prepare("SELECT " TUTTI_SONG_COLUMNS
                             " FROM songs WHERE person=? ORDER BY added DESC, rowid DESC");
    return rows_of(select, person);
  });
}

Result<std::vector<SongRow>> PracticeTable::songs_of_blob(const std::string& blob) {
  return store_.state_->read([&](Database& db) {
    auto select =
        db.prepare("SELECT " TUTTI_SONG_COLUMNS " FROM songs WHERE blob=? ORDER BY added, rowid");
    return rows_of(select, blob);
  });
}

Result<SongRow> PracticeTable::rename_song(const std::string& id, const std::string& title,
                                           const std::string& artist) {
  SongRow renamed;
  auto done = store_.state_->writer->wait([&](Database& db) -> Result<void> {
    {
      auto update = db.prepare("UPDATE songs SET title=?, artist=? WHERE id=?");
      if (!update) return update.error();
      if (auto put = update->bind(title).bind(artist).bind(id).run(); !put) return put;
    }
    auto found = find_song(db, id);
    if (!found) return found.error();
    renamed = std::move(*found);
    return {};
  });
  if (!done) return done.error();
  return renamed;
}

Result<void> PracticeTable::set_song_facts(const std::string& id, const SongFacts& facts) {
  return store_.state_->writer->wait([&](Database& db) { return set_facts(db, id, facts); });
}

Result<void> PracticeTable::remove_song(const std::string& id) {
  return store_.state_->writer->wait([&](Database& db) -> Result<void> {
    auto remove = db.prepare("DELETE FROM songs WHERE id=?");
    if (!remove) return remove.error();
    if (auto done = remove->bind(id).run(); !done) return done;
    if (db.changes() == 0) return no_such_song();
    return {};
  });
}

Result<std::string> PracticeTable::song_settings(const std::string& song,
                                                 const std::string& person) {
  return store_.state_->read([&](Database& db) {
    return text_of(db, "SELECT text FROM song_settings WHERE song=? AND person=?", song, person);
  });
}

Result<void> PracticeTable::set_song_settings(const std::string& song, const std::string& person,
                                              const std::string& text) {
  if (auto small = small_enough(text); !small) return small;
  return store_.state_->writer->wait([&](Database& db) -> Result<void> {
    if (auto found = find_song(db, song); !found) return found.error();
    auto insert = db.prepare(
        "INSERT INTO song_settings(song, person, text) VALUES(?,?,?) "
        "ON CONFLICT DO UPDATE SET text=excluded.text");
    if (!insert) return insert.error();
    return insert->bind(song).bind(person).bind(text).run();
  });
}

Result<std::string> PracticeTable::corrections(const std::string& song) {
  return store_.state_->read(
      [&](Database& db) { return text_of(db, "SELECT corrections FROM songs WHERE id=?", song); });
}

Result<void> PracticeTable::set_corrections(const std::string& song, const std::string& text) {
  if (auto small = small_enough(text); !small) return small;
  return store_.state_->writer->wait([&](Database& db) -> Result<void> {
    auto update = db.prepare("UPDATE songs SET corrections=? WHERE id=?");
    if (!update) return update.error();
    if (auto done = update->bind(text).bind(song).run(); !done) return done;
    if (db.changes() == 0) return no_such_song();
    return {};
  });
}

Result<std::optional<std::string>> PracticeTable::analysis(const std::string& blob,
                                                           const std::string& kind,
                                                           const std::string& version) {
  return store_.state_->read([&](Database& db) -> Result<std::optional<std::string>> {
    auto select = db.prepare("SELECT text FROM analyses WHERE blob=? AND kind=? AND version=?");
    if (!select) return select.error();
    auto row = select->bind(blob).bind(kind).bind(version).step();
    if (!row) return row.error();
    if (!*row) return std::optional<std::string>();
    return std::optional<std::string>(select->text(0));
  });
}

Result<std::optional<std::string>> PracticeTable::newest_analysis(const std::string& blob,
                                                                  const std::string& kind) {
  return store_.state_->read([&](Database& db) -> Result<std::optional<std::string>> {
    auto select = db.prepare("SELECT text FROM analyses WHERE blob=? AND kind=?");
    if (!select) return select.error();
    auto row = select->bind(blob).bind(kind).step();
    if (!row) return row.error();
    if (!*row) return std::optional<std::string>();
    return std::optional<std::string>(select->text(0));
  });
}

Result<void> PracticeTable::save_analysis(const std::string& blob, const std::string& kind,
                                          const std::string& version, const std::string& text) {
  return store_.state_->writer->wait([&](Database& db) -> Result<void> {
    auto insert = db.prepare(
        "INSERT INTO analyses(blob, kind, version, text, updated) VALUES(?,?,?,?,?) "
        "ON CONFLICT DO UPDATE SET version=excluded.version, text=excluded.text, "
        "updated=excluded.updated");
    if (!insert) return insert.error();
    return insert->bind(blob).bind(kind).bind(version).bind(text).bind(wall_milliseconds()).run();
  });
}

Result<void> PracticeTable::remove_analyses(const std::string& blob) {
  return store_.state_->writer->wait([&](Database& db) -> Result<void> {
    auto remove = db.prepare("DELETE FROM analyses WHERE blob=?");
    if (!remove) return remove.error();
    return remove->bind(blob).run();
  });
}

}  // namespace tutti::store
