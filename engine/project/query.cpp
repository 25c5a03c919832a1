// What can be asked of a document, and its state as text and as operations.

#include <algorithm>
#include <map>

#include "engine/project/state.h"

namespace tutti::project {

bool Document::known(EntityId id) const {
  return !kind(id).empty();
}

bool Document::alive(EntityId id) const {
  const Record* record = s_->store.find(id);
  return record != nullptr && s_->store.alive(*record);
}

std::string_view Document::kind(EntityId id) const {
  const Record* record = s_->store.find(id);
  return record == nullptr ? std::string_view{} : s_->store.names().text(record->kind);
}

EntityId Document::parent(EntityId id) const {
  const Record* record = s_->store.find(id);
  if (record == nullptr || record->parent == kNone) return kRoot;
  return s_->store.at(record->parent).id;
}

const Value* Document::find(EntityId id, std::string_view field) const {
  const Record* record = s_->store.find(id);
  Atom atom = 0;
  if (record == nullptr || !s_->store.names().find(field, atom)) return nullptr;
  const Slot* slot = record->find(atom);
  return slot == nullptr ? nullptr : &slot->value;
}

Value Document::get(EntityId id, std::string_view field) const {
  const Value* value = find(id, field);
  return value == nullptr ? Value() : *value;
}

std::vector<EntityId> Document::children(EntityId parent, std::string_view kind) const {
  const auto& store = s_->store;
  const Record* record = store.find(parent);
  if (record == nullptr || !store.alive(*record)) return {};
  Atom position = 0, wanted = 0;
  const bool placed = store.names().find(kPosition, position);
  if (!kind.empty() && !store.names().find(kind, wanted)) return {};
  std::vector<std::pair<std::string_view, EntityId>> found;
  found.reserve(record->children.size());
  for (const Index i : record->children) {
    const Record& child = store.at(i);
    if (child.kind == 0 || child.removed) continue;
    if (!kind.empty() && child.kind != wanted) continue;
    if (!store.alive(child)) continue;
    const Slot* slot = placed ? child.find(position) : nullptr;
    found.emplace_back(slot == nullptr ? std::string_view{} : slot->value.text(), child.id);
  }
  if (!std::is_sorted(found.begin(), found.end())) std::sort(found.begin(), found.end());
  std::vector<EntityId> out;
  out.reserve(found.size());
  for (const auto& entry : found) out.push_back(entry.second);
  return out;
}

std::vector<EntityId> Document::entities() const {
  std::vector<EntityId> out;
  out.reserve(s_->store.known());
  for (Index i = 1; i < s_->store.records(); ++i) {
    if (s_->store.at(i).kind != 0) out.push_back(s_->store.at(i).id);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Fields Document::fields(EntityId id) const {
  Fields out;
  const Record* record = s_->store.find(id);
  if (record == nullptr) return out;
  for (const auto& slot : record->slots) {
    if (!slot.value.is_null()) out.emplace_back(s_->store.names().text(slot.name), slot.value);
  }
  std::sort(out.begin(), out.end(),
            [](const Field& a, const Field& b) { return a.first < b.first; });
  return out;
}

std::size_t Document::size() const {
  return s_->store.known();
}

std::size_t Document::waiting() const {
  std::size_t count = 0;
  for (Index i = 1; i < s_->store.records(); ++i) {
    const auto& record = s_->store.at(i);
    if (record.kind == 0 && !record.slots.empty()) ++count;
  }
  return count;
}

std::uint64_t Document::revision() const {
  return s_->store.revision();
}

std::vector<EntityId> Document::changed_since(std::uint64_t revision) const {
  return s_->store.changed_since(revision);
}

namespace {

// Records in the order of their ids, without those that are only pointed at.
std::vector<const Record*> in_order(const Store& store) {
  std::vector<const Record*> out;
  out.reserve(store.records());
  for (Index i = 0; i < store.records(); ++i) {
    const auto& record = store.at(i);
    if (!record.slots.empty() || (record.kind != 0 && record.id != kRoot)) out.push_back(&record);
  }
  std::sort(out.begin(), out.end(), [](const Record* a, const Record* b) { return a->id < b->id; });
  return out;
}

std::vector<const Slot*> by_name(const Store& store, const Record& record) {
  std::vector<const Slot*> out;
  out.reserve(record.slots.size());
  for (const auto& slot : record.slots) out.push_back(&slot);
  std::sort(out.begin(), out.end(), [&](const Slot* a, const Slot* b) {
    return store.names().text(a->name) < store.names().text(b->name);
  });
  return out;
}

void append_record(std::string& out, const Store& store, const Record& record) {
  out += "{\"id\":\"" + to_text(record.id) + '"';
  if (record.kind != 0) {
    out += ",\"kind\":\"";
    out += store.names().text(record.kind);
    out += '"';
  }
  const auto slots = by_name(store, record);
  out += ",\"set\":{";
  bool first = true;
  for (const Slot* slot : slots) {
    out += first ? "\"" : ",\"";
    first = false;
    out += store.names().text(slot->name);
    out += "\":";
    append_value(out, slot->value);
  }
  // Stamps are written where they differ from the entity's own.
  first = true;
  for (const Slot* slot : slots) {
    if (slot->stamp == record.id) continue;
    out += first ? "},\"at\":{\"" : ",\"";
    first = false;
    out += store.names().text(slot->name);
    out += "\":\"" + to_text(slot->stamp) + '"';
  }
  out += "}}";
}

Verb verb_of(std::string_view field) {
  if (field == kParent || field == kPosition) return Verb::move;
  return field == kRemoved ? Verb::remove : Verb::set;
}

}  // namespace

std::string Document::canonical() const {
  std::string out;
  for (const Record* record : in_order(s_->store)) {
    if (!out.empty()) out += ",\n";
    append_record(out, s_->store, *record);
  }
  return out;
}

std::vector<Operation> Document::to_operations() const {
  const auto& store = s_->store;
  std::vector<Operation> out;
  for (const Record* record : in_order(store)) {
    const bool known = record->kind != 0 && record->id != kRoot;
    if (known) {
      out.push_back(
          {record->id, Verb::add, record->id, std::string(store.names().text(record->kind)), {}});
    }
    std::map<std::pair<Stamp, Verb>, Operation> later;
    for (const Slot* slot : by_name(store, *record)) {
      const auto name = store.names().text(slot->name);
      if (known && slot->stamp == record->id) {
        out.back().fields.emplace_back(name, slot->value);
        continue;
      }
      const Verb verb = verb_of(name);
      auto& op = later[{slot->stamp, verb}];
      op.stamp = slot->stamp;
      op.verb = verb;
      op.entity = record->id;
      op.fields.emplace_back(name, slot->value);
    }
    for (auto& entry : later) out.push_back(std::move(entry.second));
  }
  return out;
}

}  // namespace tutti::project
