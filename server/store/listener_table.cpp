// What listeners keep: favourites, ratings, saved settings. A listener is an id that a browser made
// up; the rows of all of them together are bounded.
#include "server/store/clock.h"
#include "server/store/state.h"

namespace tutti::store {
namespace {

Result<void> room_for(Database& db, const char* sql, std::int64_t most, const char* what) {
  auto count = db.integer(sql);
  if (!count) return count.error();
  if (*count >= most)
    return Error{Code::too_large, std::string("This server keeps no more ") + what + ".",
                 "Ask whoever runs it to tidy up."};
  return {};
}

// Writes one column of a listener's opinion; a row that says nothing goes.
Result<void> set_opinion(Database& db, const char* upsert, const std::string& channel,
                         const std::string& listener, std::int64_t value) {
  if (value != 0) {
    auto room = room_for(db, "SELECT count(*) FROM opinions", kMostOpinions, "opinions");
    if (!room) return room;
  }
  {
    auto select = db.prepare("SELECT 1 FROM channels WHERE id=?");
    if (!select) return select.error();
    auto row = select->bind(channel).step();
    if (!row) return row.error();
    if (!*row)
      return Error{Code::not_found, "There is no channel with this id.",
                   "It may have been deleted; GET /api/channels lists the public ones."};
  }
  {
    auto insert = db.prepare(upsert);
    if (!insert) return insert.error();
    if (auto done = insert->bind(channel).bind(listener).bind(value).run(); !done) return done;
  }
  auto tidy = db.prepare(
      "DELETE FROM opinions WHERE channel=? AND listener=? AND favourite=0 AND rating=0");
  if (!tidy) return tidy.error();
  return tidy->bind(channel).bind(listener).run();
}

}  // namespace

Result<void> Store::set_favourite(const std::string& channel, const std::string& listener,
                                  bool on) {
  return state_->writer->wait([&](Database& db) {
    return set_opinion(db,
                       "INSERT INTO opinions(channel, listener, favourite) VALUES(?,?,?) "
                       "ON CONFLICT DO UPDATE SET favourite=excluded.favourite",
                       channel, listener, on);
  });
}

Result<void> Store::set_rating(const std::string& channel, const std::string& listener,
                               int rating) {
  return state_->writer->wait([&](Database& db) {
    return set_opinion(db,
                       "INSERT INTO opinions(channel, listener, rating) VALUES(?,?,?) "
                       "ON CONFLICT DO UPDATE SET rating=excluded.rating",
                       channel, listener, rating);
  });
}

Result<std::vector<OpinionRow>> Store::opinions(const std::string& listener) {
  return state_->read([&](Database& db) -> Result<std::vector<OpinionRow>> {
    auto select = db.prepare(
        "SELECT channel, favourite, rating FROM opinions WHERE listener=? ORDER BY channel");
    if (!select) return select.error();
    select->bind(listener);
    std::vector<OpinionRow> rows;
    for (;;) {
      auto row = select->step();
      if (!row) return row.error();
      if (!*row) return rows;
      rows.push_back(
          {select->text(0), select->integer(1) != 0, static_cast<int>(select->integer(2))});
    }
  });
}

Result<OpinionCounts> Store::opinion_counts(const std::string& channel) {
  return state_->read([&](Database& db) -> Result<OpinionCounts> {
    auto select = db.prepare(
        "SELECT coalesce(sum(favourite),0), coalesce(sum(rating>0),0), coalesce(sum(rating<0),0) "
        "FROM opinions WHERE channel=?");
    if (!select) return select.error();
    auto row = select->bind(channel).step();
    if (!row) return row.error();
    return OpinionCounts{select->integer(0), select->integer(1), select->integer(2)};
  });
}

Result<std::vector<PresetRow>> Store::stream_presets(const std::string& listener) {
  return state_->read([&](Database& db) -> Result<std::vector<PresetRow>> {
    auto select = db.prepare(
        "SELECT id, name, settings, updated FROM stream_presets WHERE listener=? ORDER BY name");
    if (!select) return select.error();
    select->bind(listener);
    std::vector<PresetRow> rows;
    for (;;) {
      auto row = select->step();
      if (!row) return row.error();
      if (!*row) return rows;
      rows.push_back({select->text(0), select->text(1), select->text(2), select->integer(3)});
    }
  });
}

Result<PresetRow> Store::save_stream_preset(const std::string& listener, const PresetRow& preset) {
  PresetRow saved = preset;
  saved.updated = wall_milliseconds();
  auto done = state_->writer->wait([&](Database& db) -> Result<void> {
    saved.id.clear();
    {
      auto select = db.prepare("SELECT id FROM stream_presets WHERE listener=? AND name=?");
      if (!select) return select.error();
      auto row = select->bind(listener).bind(preset.name).step();
      if (!row) return row.error();
      if (*row) saved.id = select->text(0);
    }
    if (saved.id.empty()) {
      auto count = db.prepare("SELECT count(*) FROM stream_presets WHERE listener=?");
      if (!count) return count.error();
      auto row = count->bind(listener).step();
      if (!row) return row.error();
      if (count->integer(0) >= kMostPresets)
        return Error{Code::too_large,
                     "At most " + std::to_string(kMostPresets) + " settings can be saved.",
                     "Delete one of them first."};
      auto room =
          room_for(db, "SELECT count(*) FROM stream_presets", kMostPresetsInAll, "saved settings");
      if (!room) return room;
      saved.id = random_name();
    }
    auto insert = db.prepare(
        "INSERT INTO stream_presets(listener, name, id, settings, updated) VALUES(?,?,?,?,?) "
        "ON CONFLICT(listener, name) DO UPDATE SET settings=excluded.settings, "
        "updated=excluded.updated");
    if (!insert) return insert.error();
    return insert->bind(listener)
        .bind(saved.name)
        .bind(saved.id)
        .bind(saved.settings)
        .bind(saved.updated)
        .run();
  });
  if (!done) return done.error();
  return saved;
}

Result<void> Store::remove_stream_preset(const std::string& listener, const std::string& id) {
  return state_->writer->wait([&](Database& db) -> Result<void> {
    auto remove = db.prepare("DELETE FROM stream_presets WHERE listener=? AND id=?");
    if (!remove) return remove.error();
    if (auto done = remove->bind(listener).bind(id).run(); !done) return done;
    if (db.changes() == 0)
      return Error{Code::not_found, "There are no saved settings with this id.",
                   "GET /api/stream/presets lists those that are."};
    return {};
  });
}

}  // namespace tutti::store
