#include "server/rooms/room.h"

#include <unordered_set>

#include "engine/base/json.h"
#include "engine/project/files.h"

namespace tutti::rooms {

void Rooms::Room::tell_others(SeatId except, Message message) {
  std::lock_guard lock(seats_mutex);
  for (auto& [id, seat] : seats) {
    if (id == except) continue;
    if (seat.welcomed) {
      seat.member->send(message);
    } else {
      seat.held.push_back(message);
    }
  }
}

void Rooms::Room::tell_presence() {
  std::lock_guard lock(seats_mutex);
  std::string people;
  for (const auto& [id, seat] : seats) {
    if (!seat.presented) continue;
    if (!people.empty()) people += ',';
    people += "{\"id\":\"" + std::to_string(id) + "\",\"name\":";
    append_json_string(people, seat.name);
    people += ",\"colour\":";
    append_json_string(people, seat.colour);
    people += ",\"where\":" + seat.where + "}";
  }
  const auto message =
      std::make_shared<const std::string>("{\"type\":\"presence\",\"people\":[" + people + "]}");
  for (auto& [id, seat] : seats)
    if (seat.welcomed) seat.member->send(message);
}

Result<void> Rooms::Room::load(store::Store& store) {
  if (ahead_of_disk.exchange(false)) {
    document.reset();
    // What is still on its way to the disk belongs to what is read from there.
    if (auto done = store.flush(); !done) return done;
  }
  if (document) return {};
  auto row = store.project(project);
  if (!row) return row.error();
  auto kept = store.snapshot(project);
  if (!kept) return kept.error();
  std::int64_t from = 0;
  std::optional<project::Document> loaded;
  if (*kept) {
    auto read = project::load_tutti((*kept)->text, 0);
    if (!read) return read.error();
    loaded.emplace(std::move(*read));
    from = (*kept)->revision;
  } else {
    loaded.emplace();
  }
  auto rows = store.operations_since(project, from);
  if (!rows) return rows.error();
  std::string text = "[";
  for (const auto& operation : *rows) {
    if (text.size() > 1) text += ',';
    text += operation.text;
  }
  text += ']';
  auto operations = project::operations_from_json(text);
  if (!operations) return operations.error();
  if (auto done = loaded->apply(*operations); !done) return done;
  document = std::move(loaded);
  title = row->title;
  operations_since_snapshot = static_cast<std::int64_t>(rows->size());
  return {};
}

Result<void> Rooms::Room::snapshot(store::Store& store) {
  // No operation can be on its way behind this: the document is locked and the store is in step.
  if (auto done = store.flush(); !done) return done;
  auto row = store.project(project);
  if (!row) return row.error();
  if (auto done = store.save_snapshot(project, {row->revision, project::save_tutti(*document)});
      !done)
    return done;
  operations_since_snapshot = 0;

  std::unordered_set<project::Stamp> winners;
  for (const auto& operation : document->to_operations()) winners.insert(operation.stamp);
  auto rows = store.operations_since(project, 0);
  if (!rows) return rows.error();
  std::vector<std::int64_t> dropped;
  project::Document proof;
  for (const auto& row_of : *rows) {
    auto operations = project::operations_from_json("[" + row_of.text + "]");
    if (!operations || operations->empty()) return {};
    if (winners.contains(operations->front().stamp)) {
      if (!proof.apply(*operations)) return {};
    } else {
      dropped.push_back(row_of.revision);
    }
  }
  if (dropped.empty() || proof.canonical() != document->canonical()) return {};
  return store.drop_operations(project, dropped);
}

}  // namespace tutti::rooms
