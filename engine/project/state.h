// What a Document holds: records with fields, the tree they form, and the history of edits here.
//
// Inside engine/project only. Names of kinds and fields are kept once and numbered. Records are
// never taken away, so their numbers stay.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/project/document.h"
#include "engine/project/history.h"
#include "engine/project/names.h"

namespace tutti::project {

using Atom = std::uint16_t;  // a numbered name
using Index = std::uint32_t;
inline constexpr Index kNone = 0xFFFFFFFF;

// Numbers for names, in the order of their first use.
class Names {
 public:
  Names() = default;
  Names(const Names&);
  Names(Names&&) = default;
  Names& operator=(Names&&) = default;

  static constexpr std::size_t kMost = 4096;

  Atom intern(std::string_view name);
  bool find(std::string_view name, Atom& out) const;
  std::string_view text(Atom atom) const { return *texts_[atom]; }
  std::size_t size() const { return texts_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
  };
  std::unordered_map<std::string, Atom, Hash, std::equal_to<>> atoms_;
  std::vector<const std::string*> texts_;  // keys of the map, which stay where they are
};

struct Slot {
  Atom name = 0;
  Value value;
  Stamp stamp;
};

struct Record {
  EntityId id;
  Atom kind = 0;         // 0: its add has not arrived
  bool removed = false;  // as the field says
  Index parent = kNone;
  Index place = 0;  // among the parent's children
  std::vector<Slot> slots;
  std::vector<Index> children;
  std::uint64_t revision = 0;

  const Slot* find(Atom name) const {
    for (const auto& slot : slots) {
      if (slot.name == name) return &slot;
    }
    return nullptr;
  }
};

// The merged state. Merging never fails; what must not be merged is refused by `check` before.
class Store {
 public:
  explicit Store(const DocumentLimits& limits);

  const Record* find(EntityId) const;  // known or not; nullptr if never spoken of
  const Record& at(Index i) const { return records_[i]; }
  std::size_t records() const { return records_.size(); }
  std::size_t known() const { return known_; }
  bool alive(const Record&) const;
  const Names& names() const { return names_; }
  Atom intern(std::string_view name) { return names_.intern(name); }

  // Would the batch be accepted? `trusted` leaves out the limits on clock and batch, for files.
  Result<void> check(std::span<const Operation>, bool trusted) const;
  Result<void> check_exactly(std::span<const Operation>) const;
  void merge(const Operation&);

  std::uint64_t clock() const { return clock_; }
  void set_clock(std::uint64_t v) { clock_ = v; }
  std::uint64_t revision() const { return revision_; }
  std::vector<EntityId> changed_since(std::uint64_t) const;

 private:
  Index index_of(EntityId);
  void set_slot(Index, Atom, const Value&, Stamp);
  void place_changed(Index, Atom, const Value&);
  void detach(Index);
  void attach(Index, Index parent);
  void touch(Index);
  void touch_with_children(Index, int depth = 0);

  DocumentLimits limits_;
  Names names_;
  Atom parent_ = 0;
  Atom removed_ = 0;
  std::vector<Record> records_;
  std::unordered_map<EntityId, Index> index_;
  std::size_t known_ = 0;
  std::size_t text_bytes_ = 0;
  std::uint64_t clock_ = 0;
  std::uint64_t revision_ = 0;
  std::vector<std::pair<std::uint64_t, Index>> log_;  // what changed when, by revision
};

// How deep an entity may lie under the root; deeper ones, and rings of parents, are not alive.
inline constexpr int kDeepest = 16;

struct Document::State {
  explicit State(std::uint64_t actor_, const DocumentLimits& limits_)
      : limits(limits_), store(limits_), actor(actor_) {}

  // Makes an operation of this replica and merges it; the changes go into the open edit.
  Result<void> perform(Operation);
  // Writes fields back as part of undo or redo.
  bool write_back(const std::vector<HistoryWrite>&);

  DocumentLimits limits;
  Store store;
  std::uint64_t actor;
  History history;
  std::vector<Operation> outbox;
};

}  // namespace tutti::project
