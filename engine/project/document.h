// The document: entities with fields, changed by operations that merge in any order.
//
// State is the last writer per field (by stamp), as in the last-writer-wins register map of Shapiro
// et al., "A comprehensive study of convergent and commutative replicated data types" (2011). The
// same set of operations gives the same document, in any order and with any repetition. Operations
// on an entity not yet known wait inside the document. Removing is a field, so it can be undone; an
// entity is alive when neither it nor a parent is removed. Undo writes the earlier value, unless
// somebody has changed the field since.
//
// Memory grows with the number of entities ever added. One thread at a time. Not for the audio
// thread. An edit costs microseconds, not depending on the size of the document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/project/operation.h"

namespace tutti::project {

// Above these an operation is refused with too_large; what is already there is never touched.
struct DocumentLimits {
  std::size_t max_entities = 400'000;         // removed and waiting ones count
  std::size_t max_fields = 192;               // of one entity; the largest effect has some 150
  std::size_t max_name = 64;                  // bytes of a kind or field name
  std::size_t max_text = 2u << 20;            // bytes of one text value
  std::size_t max_total_text = 64u << 20;     // bytes of all text values together
  std::size_t max_operations = 500'000;       // in one batch
  std::uint64_t max_clock_jump = 1ull << 32;  // counters further ahead than this are forged
};

class Document {
 public:
  // `actor` is this replica's own number, 1 … 2^48-1 and never shared by two replicas at work at
  // once; 0 can read and merge but not edit.
  explicit Document(std::uint64_t actor = 0, const DocumentLimits& = {});
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();
  Document clone() const;  // state and clock, without history

  std::uint64_t actor() const;
  void set_actor(std::uint64_t);
  std::uint64_t clock() const;  // highest counter seen

  // --- merging -----------------------------------------------------------------------------------
  // All or nothing: every operation of the batch is checked before the first takes effect. Errors:
  // bad_input (forged or malformed), too_large (limits).
  Result<void> apply(std::span<const Operation>);
  Result<void> apply(const Operation& op) { return apply(std::span(&op, 1)); }

  // --- editing here ------------------------------------------------------------------------------
  // Each call is one step of undo, unless between begin_edit and end_edit, which nest. Errors:
  // wrong_usage (no actor, bad name, the root removed), not_found (no such entity), too_large.
  void begin_edit(std::string label);
  bool editing() const;  // between begin_edit and end_edit
  void end_edit();
  void cancel_edit();  // takes back what the open edit did and forgets it; closes all nesting
  Result<EntityId> add(std::string_view kind, EntityId parent, Fields fields = {});
  Result<void> set(EntityId, std::string_view field, Value);  // no operation if already so
  Result<void> set(EntityId, Fields);
  // Under `parent`, right after sibling `after` (kRoot: first). Only among siblings of its kind.
  Result<void> move(EntityId, EntityId parent, EntityId after);
  Result<void> remove(EntityId);
  Result<void> restore(EntityId);
  // Operations made here (edits, undo, redo) since the last call, in order: send these.
  std::vector<Operation> take_operations();

  bool can_undo() const;
  bool can_redo() const;
  std::string undo_label() const;  // "" if nothing to undo
  std::string redo_label() const;
  bool undo();  // false if nothing of anybody's work was left to undo
  bool redo();
  void forget_history();

  // --- looking -----------------------------------------------------------------------------------
  bool known(EntityId) const;             // its add has arrived
  bool alive(EntityId) const;             // known, and neither it nor any parent removed
  std::string_view kind(EntityId) const;  // "" if not known
  EntityId parent(EntityId) const;
  Value get(EntityId, std::string_view field) const;          // null if absent
  const Value* find(EntityId, std::string_view field) const;  // valid until the next change
  // Alive children of a kind ("" any) by position, then id.
  std::vector<EntityId> children(EntityId parent, std::string_view kind = {}) const;
  std::vector<EntityId> entities() const;  // all known, alive or not, by id; without the root
  Fields fields(EntityId) const;           // by name, without nulls
  std::size_t size() const;                // known entities, alive or not
  std::size_t waiting() const;             // entities that are spoken of but not yet added

  // --- what changed ------------------------------------------------------------------------------
  // Grows with each change. An entity counts as changed when a field, its kind or its being alive
  // changed; those under a removed or restored parent count too.
  std::uint64_t revision() const;
  std::vector<EntityId> changed_since(std::uint64_t revision) const;

  // --- the whole state ---------------------------------------------------------------------------
  // Canonical: equal states give equal bytes. The state as operations: applying them to an empty
  // document gives the same state.
  std::string canonical() const;
  std::vector<Operation> to_operations() const;
  // As apply, for the whole state of a file: without the limits on clock and batch.
  Result<void> restore_state(std::span<const Operation>);

 private:
  Result<void> set_removed(EntityId, bool);
  struct State;
  std::unique_ptr<State> s_;
};

// A position text strictly between two others ("" = open end), digits 0-9 A-Z a-z in that order.
// With a >= b (two people chose the same place) the answer lies after a.
std::string position_between(std::string_view a, std::string_view b);

}  // namespace tutti::project
