#include <algorithm>

#include "engine/project/state.h"

namespace tutti::project {

Names::Names(const Names& other) {
  for (const auto* text : other.texts_) intern(*text);
}

Atom Names::intern(std::string_view name) {
  if (const auto found = atoms_.find(name); found != atoms_.end()) return found->second;
  const auto atom = static_cast<Atom>(texts_.size());
  const auto place = atoms_.emplace(std::string(name), atom).first;
  texts_.push_back(&place->first);
  return atom;
}

bool Names::find(std::string_view name, Atom& out) const {
  const auto found = atoms_.find(name);
  if (found == atoms_.end()) return false;
  out = found->second;
  return true;
}

Store::Store(const DocumentLimits& limits) : limits_(limits) {
  names_.intern("");  // 0: the kind of what has not been added
  parent_ = names_.intern(kParent);
  removed_ = names_.intern(kRemoved);
  Record root;
  root.kind = names_.intern("project");
  records_.push_back(std::move(root));
  index_.emplace(kRoot, 0);
}

const Record* Store::find(EntityId id) const {
  const auto found = index_.find(id);
  return found == index_.end() ? nullptr : &records_[found->second];
}

bool Store::alive(const Record& record) const {
  const Record* r = &record;
  for (int depth = 0; depth < kDeepest; ++depth) {
    if (r->kind == 0 || r->removed) return false;
    if (r->id == kRoot) return true;
    if (r->parent == kNone) return false;
    r = &records_[r->parent];
  }
  return false;
}

Index Store::index_of(EntityId id) {
  const auto [found, fresh] = index_.try_emplace(id, static_cast<Index>(records_.size()));
  if (fresh) {
    records_.emplace_back();
    records_.back().id = id;
  }
  return found->second;
}

void Store::merge(const Operation& op) {
  clock_ = std::max(clock_, op.stamp.counter);
  const Index i = index_of(op.entity);
  if (op.verb == Verb::add) {
    auto& record = records_[i];
    if (record.kind == 0) {
      record.kind = names_.intern(op.kind);
      record.slots.reserve(op.fields.size());
      ++known_;
      touch_with_children(i);
    } else if (names_.text(record.kind) < op.kind) {
      // Two adds with one stamp are a forgery; all replicas settle on the same one.
      record.kind = names_.intern(op.kind);
      touch(i);
    }
  }
  for (const auto& [name, value] : op.fields) set_slot(i, names_.intern(name), value, op.stamp);
}

void Store::set_slot(Index i, Atom name, const Value& value, Stamp stamp) {
  auto& slots = records_[i].slots;
  const auto slot =
      std::find_if(slots.begin(), slots.end(), [&](const Slot& s) { return s.name == name; });
  if (slot == slots.end()) {
    slots.push_back({name, value, stamp});
  } else {
    if (stamp < slot->stamp || (stamp == slot->stamp && !(slot->value < value))) return;
    text_bytes_ -= slot->value.text().size();
    slot->value = value;
    slot->stamp = stamp;
  }
  text_bytes_ += value.text().size();
  if (name == parent_ || name == removed_) {
    place_changed(i, name, value);
  } else {
    touch(i);
  }
}

void Store::place_changed(Index i, Atom name, const Value& value) {
  if (name == removed_) {
    records_[i].removed = value.boolean();
  } else {
    detach(i);
    if (const auto parent = stamp_from_text(value.text())) attach(i, index_of(*parent));
  }
  touch_with_children(i);
}

void Store::detach(Index i) {
  const Index parent = records_[i].parent;
  if (parent == kNone) return;
  auto& siblings = records_[parent].children;
  const Index place = records_[i].place;
  siblings[place] = siblings.back();
  records_[siblings[place]].place = place;
  siblings.pop_back();
  records_[i].parent = kNone;
}

void Store::attach(Index i, Index parent) {
  auto& siblings = records_[parent].children;
  records_[i].parent = parent;
  records_[i].place = static_cast<Index>(siblings.size());
  siblings.push_back(i);
}

void Store::touch(Index i) {
  records_[i].revision = ++revision_;
  log_.emplace_back(revision_, i);
  if (log_.size() < 1024 || log_.size() < 2 * records_.size()) return;
  // Only the latest mention of a record says anything.
  std::erase_if(log_,
                [&](const auto& entry) { return records_[entry.second].revision != entry.first; });
}

void Store::touch_with_children(Index i, int depth) {
  touch(i);
  if (depth >= kDeepest) return;
  for (const Index child : records_[i].children) touch_with_children(child, depth + 1);
}

std::vector<EntityId> Store::changed_since(std::uint64_t revision) const {
  const auto first =
      std::upper_bound(log_.begin(), log_.end(), revision,
                       [](std::uint64_t r, const auto& entry) { return r < entry.first; });
  std::vector<EntityId> out;
  for (auto entry = first; entry != log_.end(); ++entry) {
    const auto& record = records_[entry->second];
    if (record.revision == entry->first && record.kind != 0) out.push_back(record.id);
  }
  return out;
}

}  // namespace tutti::project
