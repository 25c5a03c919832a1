// Which stems are in the cache, when they were last asked for, and what they weigh.
#include "server/store/clock.h"
#include "server/store/practice_rows.h"
#include "server/store/practice_table.h"
#include "server/store/state.h"

namespace tutti::store {
namespace {

#define TUTTI_STEMS_COLUMNS \
  "id, blob, model, version, job, state, text, rate, frames, bytes, took, created, used"

StemsRow stems_row(const Statement& row) {
  StemsRow stems;
  stems.id = row.text(0);
  stems.blob = row.text(1);
  stems.model = row.text(2);
  stems.version = row.text(3);
  stems.job = row.text(4);
  stems.state = row.text(5);
  stems.text = row.text(6);
  stems.rate = row.real(7);
  stems.frames = row.integer(8);
  stems.bytes = row.integer(9);
  stems.took = row.real(10);
  stems.created = row.integer(11);
  stems.used = row.integer(12);
  return stems;
}

}  // namespace

Result<void> PracticeTable::put_stems(const StemsRow& stems) {
  if (auto small = small_enough(stems.text); !small) return small;
  return store_.state_->writer->wait([&](Database& db) -> Result<void> {
    if (auto room = room_in(db, "SELECT count(*) FROM stems", {}, kMostStems, "sets of stems");
        !room)
      return room;
    const std::int64_t now = wall_milliseconds();
    auto insert = db.prepare("INSERT INTO stems(" TUTTI_STEMS_COLUMNS
                             ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                             "blob=excluded.blob, model=excluded.model, version=excluded.version, "
                             "job=excluded.job, state=excluded.state, text=excluded.text, "
                             "rate=excluded.rate, frames=excluded.frames, bytes=excluded.bytes, "
                             "took=excluded.took, used=max(used, excluded.used)");
    if (!insert) return insert.error();
    return insert->bind(stems.id)
        .bind(stems.blob)
        .bind(stems.model)
        .bind(stems.version)
        .bind(stems.job)
        .bind(stems.state)
        .bind(stems.text)
        .bind(stems.rate)
        .bind(stems.frames)
        .bind(stems.bytes)
        .bind(stems.took)
        .bind(stems.created ? stems.created : now)
        .bind(stems.used ? stems.used : now)
        .run();
  });
}

Result<std::optional<StemsRow>> PracticeTable::stems(const std::string& id) {
  return store_.state_->read([&](Database& db) -> Result<std::optional<StemsRow>> {
    auto select = db.prepare("SELECT " TUTTI_STEMS_COLUMNS " FROM stems WHERE id=?");
    if (!select) return select.error();
    auto row = select->bind(id).step();
    if (!row) return row.error();
    if (!*row) return std::optional<StemsRow>();
    return std::optional<StemsRow>(stems_row(*select));
  });
}

Result<std::vector<StemsRow>> PracticeTable::all_stems() {
  return store_.state_->read([](Database& db) -> Result<std::vector<StemsRow>> {
    auto select = db.prepare("SELECT " TUTTI_STEMS_COLUMNS " FROM stems ORDER BY used, rowid");
    if (!select) return select.error();
    std::vector<StemsRow> rows;
    for (;;) {
      auto row = select->step();
      if (!row) return row.error();
      if (!*row) return rows;
      rows.push_back(stems_row(*select));
    }
  });
}

Result<StemsTotal> PracticeTable::stems_total() {
  return store_.state_->read([](Database& db) -> Result<StemsTotal> {
    auto select =
        db.prepare("SELECT count(*), coalesce(sum(bytes), 0) FROM stems WHERE state='ready'");
    if (!select) return select.error();
    auto row = select->step();
    if (!row) return row.error();
    return StemsTotal{select->integer(0), select->integer(1)};
  });
}

void PracticeTable::touch_stems(const std::string& id) {
  // Losing this loses nothing but the order in which old stems go.
  store_.state_->writer->submit(
      [id](Database& db) -> Result<void> {
        auto update = db.prepare("UPDATE stems SET used=max(used+1, ?) WHERE id=?");
        if (!update) return update.error();
        return update->bind(wall_milliseconds()).bind(id).run();
      },
      [](const Result<void>&) {});
}

Result<void> PracticeTable::remove_stems(const std::string& id) {
  return store_.state_->writer->wait([&](Database& db) -> Result<void> {
    auto remove = db.prepare("DELETE FROM stems WHERE id=?");
    if (!remove) return remove.error();
    return remove->bind(id).run();
  });
}

}  // namespace tutti::store
