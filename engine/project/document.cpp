#include "engine/project/document.h"

#include <algorithm>
#include <utility>

#include "engine/project/state.h"

namespace tutti::project {
namespace {

Error gone() {
  return {Code::not_found, "This is no longer there.",
          "Somebody may have removed it; undo brings back what you removed."};
}

Verb verb_for(std::string_view field) {
  if (field == kParent || field == kPosition) return Verb::move;
  return field == kRemoved ? Verb::remove : Verb::set;
}

}  // namespace

Document::Document(std::uint64_t actor, const DocumentLimits& limits)
    : s_(std::make_unique<State>(std::min(actor, kMaxActor), limits)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Document Document::clone() const {
  Document copy(s_->actor, s_->limits);
  copy.s_->store = Store(s_->store);
  return copy;
}

std::uint64_t Document::actor() const {
  return s_->actor;
}
void Document::set_actor(std::uint64_t actor) {
  s_->actor = std::min(actor, kMaxActor);
}
std::uint64_t Document::clock() const {
  return s_->store.clock();
}

Result<void> Document::apply(std::span<const Operation> ops) {
  if (auto ok = s_->store.check(ops, false); !ok) return ok;
  for (const auto& op : ops) s_->store.merge(op);
  return {};
}

Result<void> Document::restore_state(std::span<const Operation> ops) {
  if (auto ok = s_->store.check(ops, true); !ok) return ok;
  for (const auto& op : ops) s_->store.merge(op);
  return {};
}

// --- editing here
// ----------------------------------------------------------------------------------

Result<void> Document::State::perform(Operation op) {
  if (actor == 0) {
    return Error{Code::wrong_usage, "This copy of the project can only be looked at.",
                 "Open it for editing first."};
  }
  if (store.clock() >= kMaxCounter) {
    return Error{Code::too_large, "This project has seen as many changes as it can hold.",
                 "Save it under a new name from its notes (as MIDI) and go on there."};
  }
  op.stamp = {store.clock() + 1, actor};
  if (op.verb == Verb::add) op.entity = op.stamp;
  if (auto ok = store.check(std::span(&op, 1), false); !ok) return ok;

  const bool alone = !history.open();
  if (alone) history.begin("Edit");
  if (op.verb == Verb::add) {
    // Before it was added it was as good as removed; its own number stands for that write.
    history.record({{op.entity, store.intern(kRemoved)}, Value(true), op.entity, Value(false), {}});
  } else {
    const Record* record = store.find(op.entity);
    for (const auto& [name, value] : op.fields) {
      const Atom atom = store.intern(name);
      const Slot* slot = record == nullptr ? nullptr : record->find(atom);
      Value before = slot == nullptr ? Value() : slot->value;
      if (name == kRemoved) before = Value(before.boolean());
      history.record({{op.entity, atom},
                      std::move(before),
                      slot == nullptr ? Stamp{} : slot->stamp,
                      value,
                      op.stamp});
    }
  }
  store.merge(op);
  outbox.push_back(std::move(op));
  if (alone) history.end();
  return {};
}

bool Document::State::write_back(const std::vector<HistoryWrite>& writes) {
  for (std::size_t i = 0; i < writes.size();) {
    Operation op;
    op.entity = writes[i].field.entity;
    op.verb = verb_for(store.names().text(writes[i].field.name));
    op.stamp = {store.clock() + 1, actor};
    if (op.stamp.counter > kMaxCounter) return false;
    const std::size_t first = i;
    for (; i < writes.size() && writes[i].field.entity == op.entity; ++i) {
      const auto name = store.names().text(writes[i].field.name);
      const auto same_name = [&](const Field& f) { return f.first == name; };
      if (verb_for(name) != op.verb || std::any_of(op.fields.begin(), op.fields.end(), same_name)) {
        break;
      }
      op.fields.emplace_back(name, writes[i].value);
    }
    for (std::size_t j = first; j < i; ++j) history.wrote(writes[j], op.stamp);
    store.merge(op);
    outbox.push_back(std::move(op));
  }
  return !writes.empty();
}

void Document::begin_edit(std::string label) {
  s_->history.begin(std::move(label));
}
void Document::end_edit() {
  s_->history.end();
}
bool Document::editing() const {
  return s_->history.open();
}

namespace {

History::StampOf stamps(const Store& store) {
  return [&store](const FieldKey& key) {
    const Record* record = store.find(key.entity);
    const Slot* slot = record == nullptr ? nullptr : record->find(key.name);
    return slot == nullptr ? Stamp{} : slot->stamp;
  };
}

}  // namespace

void Document::cancel_edit() {
  if (s_->history.open()) s_->write_back(s_->history.cancel(stamps(s_->store)));
}

Result<EntityId> Document::add(std::string_view kind, EntityId parent, Fields fields) {
  if (!known(parent)) return gone();
  Operation op;
  op.verb = Verb::add;
  op.kind = kind;
  op.fields = std::move(fields);
  op.fields.emplace_back(kParent, parent);
  if (auto ok = s_->perform(std::move(op)); !ok) return ok.error();
  return EntityId{s_->store.clock(), s_->actor};
}

Result<void> Document::set(EntityId id, std::string_view field, Value value) {
  Fields fields;
  fields.emplace_back(field, std::move(value));
  return set(id, std::move(fields));
}

Result<void> Document::set(EntityId id, Fields fields) {
  const Record* record = s_->store.find(id);
  if (record == nullptr || record->kind == 0) return gone();
  std::erase_if(fields, [&](const Field& field) { return get(id, field.first) == field.second; });
  if (fields.empty()) return {};
  Operation op;
  op.entity = id;
  op.fields = std::move(fields);
  return s_->perform(std::move(op));
}

Result<void> Document::move(EntityId id, EntityId parent, EntityId after) {
  if (!known(id) || !known(parent) || id == kRoot) return gone();
  const auto position_of = [&](EntityId e) { return std::string(get(e, kPosition).text()); };
  auto siblings = children(parent, kind(id));
  std::erase(siblings, id);
  std::size_t next = 0;
  if (after != kRoot) {
    const auto found = std::find(siblings.begin(), siblings.end(), after);
    if (found == siblings.end()) return gone();
    next = static_cast<std::size_t>(found - siblings.begin()) + 1;
  }
  // Siblings may share a position, if two people chose the same place at once. Those that must come
  // behind are moved along.
  std::string low = next == 0 ? std::string() : position_of(siblings[next - 1]);
  std::size_t behind = next;
  while (next > 0 && behind < siblings.size() && position_of(siblings[behind]) <= low) ++behind;
  const std::string high = behind < siblings.size() ? position_of(siblings[behind]) : std::string();

  s_->history.begin("Move");
  const auto place = [&](EntityId e) -> Result<void> {
    low = position_between(low, high);
    Operation op;
    op.verb = Verb::move;
    op.entity = e;
    if (this->parent(e) != parent) op.fields.emplace_back(kParent, parent);
    op.fields.emplace_back(kPosition, low);
    return s_->perform(std::move(op));
  };
  auto done = place(id);
  for (std::size_t i = next; done.ok() && i < behind; ++i) done = place(siblings[i]);
  s_->history.end();
  return done;
}

Result<void> Document::set_removed(EntityId id, bool removed) {
  if (id == kRoot) {
    return Error{Code::wrong_usage, "The project itself cannot be removed from within.",
                 "Remove it from the list of projects."};
  }
  if (!known(id)) return gone();
  if (get(id, kRemoved).boolean() == removed) return {};
  Operation op;
  op.verb = Verb::remove;
  op.entity = id;
  op.fields.emplace_back(kRemoved, removed);
  return s_->perform(std::move(op));
}

Result<void> Document::remove(EntityId id) {
  return set_removed(id, true);
}
Result<void> Document::restore(EntityId id) {
  return set_removed(id, false);
}

std::vector<Operation> Document::take_operations() {
  return std::exchange(s_->outbox, {});
}

bool Document::can_undo() const {
  return s_->history.can_undo();
}
bool Document::can_redo() const {
  return s_->history.can_redo();
}
std::string Document::undo_label() const {
  return s_->history.undo_label();
}
std::string Document::redo_label() const {
  return s_->history.redo_label();
}
bool Document::undo() {
  if (s_->history.open()) return false;
  return s_->write_back(s_->history.undo(stamps(s_->store)));
}
bool Document::redo() {
  if (s_->history.open()) return false;
  return s_->write_back(s_->history.redo(stamps(s_->store)));
}
void Document::forget_history() {
  s_->history.forget();
}

}  // namespace tutti::project
