#include "server/rooms/rooms.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <unordered_map>

#include "engine/base/json.h"
#include "engine/project/edits.h"
#include "engine/project/files.h"
#include "server/rooms/room.h"
#include "server/store/clock.h"

namespace tutti::rooms {
namespace {

constexpr std::size_t kDocumentsKept = 32;
constexpr std::int64_t kSnapshotEvery = 2000;

std::string list_of(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    if (list.size() > 1) list += ',';
    list += text;
  }
  return list + "]";
}

std::vector<store::OperationRow> rows_of(std::span<const project::Operation> operations) {
  std::vector<store::OperationRow> rows;
  rows.reserve(operations.size());
  for (const auto& operation : operations) {
    std::string text = project::operations_to_json({&operation, 1});
    rows.push_back({project::to_text(operation.stamp), text.substr(1, text.size() - 2)});
  }
  return rows;
}

// A number of its own for what the server itself writes into new projects.
std::uint64_t new_actor() {
  static std::atomic<std::uint64_t> last{0};
  const std::uint64_t now = static_cast<std::uint64_t>(store::wall_milliseconds());
  std::uint64_t before = last.load();
  std::uint64_t next;
  do {
    next = std::max(before + 1, now);
  } while (!last.compare_exchange_weak(before, next));
  return next & project::kMaxActor;
}

}  // namespace

struct Rooms::State {
  explicit State(store::Store& s) : store(s) {}
  store::Store& store;
  std::mutex mutex;
  std::unordered_map<std::string, std::shared_ptr<Room>> rooms;
  std::vector<std::string> recent;  // last used at the end
  std::atomic<SeatId> next_seat{1};
};

Rooms::Rooms(store::Store& store) : state_(std::make_shared<State>(store)) {}
Rooms::~Rooms() = default;

std::shared_ptr<Rooms::Room> Rooms::room(const std::string& project) {
  std::lock_guard lock(state_->mutex);
  auto& recent = state_->recent;
  std::erase(recent, project);
  recent.push_back(project);
  // Forget the longest unused one that nobody sits in or works on.
  for (auto old = recent.begin(); old != recent.end() && recent.size() > kDocumentsKept;) {
    const auto found = state_->rooms.find(*old);
    bool idle = found != state_->rooms.end() && found->second.use_count() == 1;
    if (idle) {
      std::lock_guard seats(found->second->seats_mutex);
      idle = found->second->seats.empty();
    }
    if (!idle) {
      ++old;
      continue;
    }
    state_->rooms.erase(found);
    old = recent.erase(old);
  }
  auto& found = state_->rooms[project];
  if (!found) found = std::make_shared<Room>(project);
  return found;
}

Result<store::ProjectRow> Rooms::create(const std::string& title) {
  project::Document document(new_actor());
  if (auto done = project::set_title(document, title); !done) return done.error();
  return state_->store.create_project(title, rows_of(document.take_operations()));
}

Result<View> Rooms::view(const std::string& id) {
  auto row = state_->store.project(id);
  if (!row) return row.error();
  const auto live = room(id);
  std::lock_guard lock(live->document_mutex);
  if (auto done = live->load(state_->store); !done) return done.error();
  View view;
  view.document = project::save_tutti(*live->document);
  // What is shown has been kept: the document may hold operations whose commit is under way.
  if (auto done = state_->store.flush(); !done) return done.error();
  row = state_->store.project(id);
  if (!row) return row.error();
  view.project = *row;
  return view;
}

Result<void> Rooms::remove(const std::string& id) {
  if (auto done = state_->store.remove_project(id); !done) return done;
  std::shared_ptr<Room> gone;
  {
    std::lock_guard lock(state_->mutex);
    const auto found = state_->rooms.find(id);
    if (found == state_->rooms.end()) return {};
    gone = found->second;
    state_->rooms.erase(found);
    std::erase(state_->recent, id);
  }
  std::lock_guard lock(gone->seats_mutex);
  for (auto& [seat_id, seat] : gone->seats) seat.member->dismiss("This project was deleted.");
  gone->seats.clear();
  return {};
}

void Rooms::edit(const std::string& id, const std::string& batch, std::string_view text,
                 SeatId seat, EditDone done) {
  auto operations = project::operations_from_json(text);
  if (!operations) return done(operations.error());
  const auto live = room(id);
  std::lock_guard lock(live->document_mutex);
  if (auto loaded = live->load(state_->store); !loaded) return done(loaded.error());
  if (auto applied = live->document->apply(*operations); !applied) return done(applied.error());

  commit(live, batch, *operations, seat, std::move(done));
}

void Rooms::commit(const std::shared_ptr<Room>& live, const std::string& batch,
                   std::span<const project::Operation> operations, SeatId seat, EditDone done) {
  const std::string& id = live->project;
  auto rows = rows_of(operations);
  auto texts = std::make_shared<std::vector<std::string>>();
  for (const auto& row : rows) texts->push_back(row.text);
  live->operations_since_snapshot += static_cast<std::int64_t>(rows.size());
  const project::Value* title = live->document->find(project::kRoot, "title");
  const std::string new_title(title ? title->text() : std::string_view());
  // Before the operations, so that whoever is told of them finds the list in step.
  if (new_title != live->title) {
    state_->store.set_title(id, new_title);
    live->title = new_title;
  }
  state_->store.append(id, batch, std::move(rows),
                       [live, seat, texts, done](const Result<store::Appended>& appended) {
                         if (!appended) {
                           // The document here is ahead of the disk; it is read again before it is
                           // used again.
                           live->ahead_of_disk = true;
                           return done(appended.error());
                         }
                         if (!appended->fresh.empty()) {
                           std::vector<std::string> fresh;
                           for (const std::size_t index : appended->fresh)
                             fresh.push_back((*texts)[index]);
                           live->tell_others(seat, std::make_shared<const std::string>(
                                                       "{\"type\":\"ops\",\"revision\":" +
                                                       std::to_string(appended->revision) +
                                                       ",\"ops\":" + list_of(fresh) + "}"));
                         }
                         done(appended->revision);
                       });
  if (live->operations_since_snapshot >= kSnapshotEvery) (void)live->snapshot(state_->store);
}

Result<void> Rooms::read(const std::string& id,
                         const std::function<void(const project::Document&)>& look) {
  const auto live = room(id);
  std::lock_guard lock(live->document_mutex);
  if (auto loaded = live->load(state_->store); !loaded) return loaded.error();
  look(*live->document);
  return {};
}

void Rooms::change(const std::string& id, const Work& work, EditDone done) {
  const auto live = room(id);
  std::lock_guard lock(live->document_mutex);
  if (auto loaded = live->load(state_->store); !loaded) return done(loaded.error());
  project::Document& document = *live->document;
  if (live->actor == 0) live->actor = new_actor();
  document.set_actor(live->actor);
  document.begin_edit("server");
  const Result<void> worked = work(document);
  if (worked) {
    document.end_edit();
  } else {
    document.cancel_edit();
  }
  const auto operations = document.take_operations();
  document.forget_history();
  document.set_actor(0);
  if (!worked) {
    // What the work wrote and took back is known nowhere else: begin again from the disk.
    if (!operations.empty()) live->ahead_of_disk = true;
    return done(worked.error());
  }
  if (operations.empty()) return done(std::int64_t{0});
  commit(live, "server-" + store::random_name(), operations, 0, std::move(done));
}

Result<std::int64_t> Rooms::change_and_wait(const std::string& id, const Work& work) {
  auto promise = std::make_shared<std::promise<Result<std::int64_t>>>();
  auto future = promise->get_future();
  change(id, work,
         [promise](const Result<std::int64_t>& revision) { promise->set_value(revision); });
  return future.get();
}

Result<std::int64_t> Rooms::edit_and_wait(const std::string& id, const std::string& batch,
                                          std::string_view operations) {
  auto promise = std::make_shared<std::promise<Result<std::int64_t>>>();
  auto future = promise->get_future();
  edit(id, batch, operations, 0,
       [promise](const Result<std::int64_t>& revision) { promise->set_value(revision); });
  return future.get();
}

Result<Rooms::Since> Rooms::since(const std::string& id, std::int64_t revision) {
  auto row = state_->store.project(id);
  if (!row) return row.error();
  // From somebody who knows more than this library (it was put back from a backup): tell all.
  if (revision > row->revision || revision < 0) revision = 0;
  auto rows = state_->store.operations_since(id, revision);
  if (!rows) return rows.error();
  Since since{row->revision, "["};
  for (const auto& operation : *rows) {
    if (since.operations.size() > 1) since.operations += ',';
    since.operations += operation.text;
    since.revision = std::max(since.revision, operation.revision);
  }
  since.operations += ']';
  return since;
}

Result<SeatId> Rooms::join(const std::string& id, std::int64_t revision,
                           std::shared_ptr<Member> member) {
  if (auto row = state_->store.project(id); !row) return row.error();
  const auto live = room(id);
  const SeatId seat_id = state_->next_seat++;
  {
    // Seated before reading: what is committed meanwhile is held back, and may come twice, which
    // merging forgives; nothing is missed.
    std::lock_guard lock(live->seats_mutex);
    live->seats[seat_id].member = member;
  }
  auto missed = since(id, revision);
  if (!missed) {
    leave(id, seat_id);
    return missed.error();
  }
  {
    std::lock_guard lock(live->seats_mutex);
    auto& seat = live->seats[seat_id];
    member->send(std::make_shared<const std::string>(
        "{\"type\":\"welcome\",\"revision\":" + std::to_string(missed->revision) + ",\"you\":\"" +
        std::to_string(seat_id) + "\",\"ops\":" + missed->operations + "}"));
    for (const Message& message : seat.held) member->send(message);
    seat.held.clear();
    seat.welcomed = true;
  }
  live->tell_presence();
  return seat_id;
}

Result<SeatId> Rooms::listen(const std::string& id, std::shared_ptr<Member> member) {
  if (auto row = state_->store.project(id); !row) return row.error();
  const auto live = room(id);
  const SeatId seat_id = state_->next_seat++;
  std::lock_guard lock(live->seats_mutex);
  auto& seat = live->seats[seat_id];
  seat.member = std::move(member);
  seat.welcomed = true;
  return seat_id;
}

void Rooms::present(const std::string& id, SeatId seat_id, const std::string& name,
                    const std::string& colour, const std::string& where) {
  const auto live = room(id);
  {
    std::lock_guard lock(live->seats_mutex);
    const auto found = live->seats.find(seat_id);
    if (found == live->seats.end()) return;
    found->second.name = name;
    found->second.colour = colour;
    found->second.where = where;
    found->second.presented = true;
  }
  live->tell_presence();
}

void Rooms::leave(const std::string& id, SeatId seat_id) {
  std::shared_ptr<Room> live;
  {
    std::lock_guard lock(state_->mutex);
    const auto found = state_->rooms.find(id);
    if (found == state_->rooms.end()) return;
    live = found->second;
  }
  bool seen = false;
  {
    std::lock_guard lock(live->seats_mutex);
    const auto found = live->seats.find(seat_id);
    if (found == live->seats.end()) return;
    seen = found->second.presented;
    live->seats.erase(found);
  }
  if (seen) live->tell_presence();
}

RoomCounts Rooms::counts() const {
  RoomCounts counts;
  std::lock_guard lock(state_->mutex);
  counts.rooms = state_->rooms.size();
  for (const auto& [id, live] : state_->rooms) {
    std::lock_guard seats(live->seats_mutex);
    counts.members += live->seats.size();
  }
  return counts;
}

}  // namespace tutti::rooms
