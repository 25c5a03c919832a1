// Channels and their control logs as tables. Entries are numbered on from the channel's count, so
// the log is read back in the order it was written.
#include "server/store/clock.h"
#include "server/store/state.h"

namespace tutti::store {
namespace {

#define TUTTI_CHANNEL_COLUMNS \
  "id, name, visibility, secret, open, head, frame, entries, created, updated"

ChannelRow channel_row(const Statement& row) {
  ChannelRow channel;
  channel.id = row.text(0);
  channel.name = row.text(1);
  channel.visibility = row.text(2);
  channel.secret = row.text(3);
  channel.open = row.integer(4) != 0;
  channel.head = row.text(5);
  channel.frame = row.integer(6);
  channel.entries = row.integer(7);
  channel.created = row.integer(8);
  channel.updated = row.integer(9);
  return channel;
}

Error no_such_channel() {
  return {Code::not_found, "There is no channel with this id.",
          "It may have been deleted; GET /api/channels lists the public ones."};
}

}  // namespace

Result<ChannelRow> Store::add_channel(const ChannelRow& channel) {
  ChannelRow added = channel;
  added.frame = added.entries = 0;
  added.created = added.updated = wall_milliseconds();
  auto done = state_->writer->wait([&](Database& db) -> Result<void> {
    auto count = db.integer("SELECT count(*) FROM channels");
    if (!count) return count.error();
    if (*count >= kMostChannels)
      return Error{Code::too_large,
                   "This server keeps at most " + std::to_string(kMostChannels) + " channels.",
                   "Delete one that nobody listens to any more."};
    auto insert = db.prepare(
        "INSERT INTO channels(id, name, visibility, secret, open, head, created, updated) "
        "VALUES(?,?,?,?,?,?,?,?)");
    if (!insert) return insert.error();
    return insert->bind(added.id)
        .bind(added.name)
        .bind(added.visibility)
        .bind(added.secret)
        .bind(std::int64_t{added.open})
        .bind(added.head)
        .bind(added.created)
        .bind(added.updated)
        .run();
  });
  if (!done) return done.error();
  return added;
}

Result<ChannelRow> Store::channel(const std::string& id) {
  return state_->read([&](Database& db) -> Result<ChannelRow> {
    auto select = db.prepare("SELECT " TUTTI_CHANNEL_COLUMNS " FROM channels WHERE id=?");
    if (!select) return select.error();
    auto row = select->bind(id).step();
    if (!row) return row.error();
    if (!*row) return no_such_channel();
    return channel_row(*select);
  });
}

Result<std::vector<ChannelRow>> Store::channels() {
  return state_->read([](Database& db) -> Result<std::vector<ChannelRow>> {
    auto select =
        db.prepare("SELECT " TUTTI_CHANNEL_COLUMNS " FROM channels ORDER BY created, rowid");
    if (!select) return select.error();
    std::vector<ChannelRow> rows;
    for (;;) {
      auto row = select->step();
      if (!row) return row.error();
      if (!*row) return rows;
      rows.push_back(channel_row(*select));
    }
  });
}

Result<void> Store::remove_channel(const std::string& id) {
  return state_->writer->wait([&](Database& db) -> Result<void> {
    auto remove = db.prepare("DELETE FROM channels WHERE id=?");
    if (!remove) return remove.error();
    if (auto done = remove->bind(id).run(); !done) return done;
    if (db.changes() == 0) return no_such_channel();
    return {};
  });
}

void Store::append_entry(const std::string& channel, const EntryRow& entry, EntryDone done) {
  state_->writer->submit(
      [channel, entry](Database& db) -> Result<void> {
        std::int64_t count = 0;
        {
          auto select = db.prepare("SELECT entries FROM channels WHERE id=?");
          if (!select) return select.error();
          auto row = select->bind(channel).step();
          if (!row) return row.error();
          if (!*row) return no_such_channel();
          count = select->integer(0);
        }
        if (count >= kMostEntries)
          return Error{
              Code::too_large,
              "A channel's log holds at most " + std::to_string(kMostEntries) + " changes.",
              "Make a new channel from this one."};
        {
          auto insert = db.prepare(
              "INSERT INTO channel_entries(channel, number, frame, text) VALUES(?,?,?,?)");
          if (!insert) return insert.error();
          auto put = insert->bind(channel).bind(count).bind(entry.frame).bind(entry.text).run();
          if (!put) return put;
        }
        auto update = db.prepare(
            "UPDATE channels SET entries=entries+1, frame=max(frame,?), updated=? WHERE id=?");
        if (!update) return update.error();
        return update->bind(entry.frame).bind(wall_milliseconds()).bind(channel).run();
      },
      std::move(done));
}

Result<std::vector<EntryRow>> Store::entries(const std::string& channel) {
  return state_->read([&](Database& db) -> Result<std::vector<EntryRow>> {
    auto select =
        db.prepare("SELECT frame, text FROM channel_entries WHERE channel=? ORDER BY number");
    if (!select) return select.error();
    select->bind(channel);
    std::vector<EntryRow> rows;
    for (;;) {
      auto row = select->step();
      if (!row) return row.error();
      if (!*row) return rows;
      rows.push_back({select->integer(0), select->text(1)});
    }
  });
}

void Store::set_frame(const std::string& channel, std::int64_t frame) {
  state_->writer->submit(
      [channel, frame](Database& db) -> Result<void> {
        auto update = db.prepare("UPDATE channels SET frame=? WHERE id=? AND frame<?");
        if (!update) return update.error();
        return update->bind(frame).bind(channel).bind(frame).run();
      },
      [](const Result<void>&) {});
}

Result<void> Store::restart_channel(const std::string& id, const std::string& head) {
  return state_->writer->wait([&](Database& db) -> Result<void> {
    {
      auto update =
          db.prepare("UPDATE channels SET head=?, frame=0, entries=0, updated=? WHERE id=?");
      if (!update) return update.error();
      auto done = update->bind(head).bind(wall_milliseconds()).bind(id).run();
      if (!done) return done;
      if (db.changes() == 0) return no_such_channel();
    }
    auto remove = db.prepare("DELETE FROM channel_entries WHERE channel=?");
    if (!remove) return remove.error();
    return remove->bind(id).run();
  });
}

}  // namespace tutti::store
