// Undo and redo as inverse writes.
//
// Inside engine/project only. Each edit remembers, per field, the value and stamp before and after.
// Undoing writes the earlier value, but only where the field still is as the edit left it; so what
// others wrote later stays. A field that undo has restored carries a new stamp; `same_` remembers
// which earlier stamp it stands for, so that further undo and redo see it as untouched.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/project/operation.h"

namespace tutti::project {

// One field of one entity.
struct FieldKey {
  EntityId entity;
  std::uint16_t name = 0;
  friend bool operator==(const FieldKey&, const FieldKey&) = default;
};
// A write of one field: a stamp belongs to one operation, which may write several fields.
struct WriteKey {
  Stamp stamp;
  std::uint16_t name = 0;
  friend bool operator==(const WriteKey&, const WriteKey&) = default;
};

struct HistoryHash {
  std::size_t operator()(const FieldKey& k) const {
    return std::hash<Stamp>()(k.entity) ^ (k.name * 0x9e3779b9u);
  }
  std::size_t operator()(const WriteKey& k) const {
    return std::hash<Stamp>()(k.stamp) ^ (k.name * 0x9e3779b9u);
  }
};

struct HistoryChange {
  FieldKey field;
  Value before;
  Stamp before_stamp;
  Value after;
  Stamp after_stamp;
};

struct HistoryWrite {
  FieldKey field;
  Value value;
  Stamp stands_for;  // the stamp that this write restores
};

class History {
 public:
  void begin(std::string label);
  // True when the outermost edit has just closed.
  bool end();
  bool open() const { return depth_ > 0; }

  // A field was written here. `before_stamp` is that of the value it replaced.
  void record(const HistoryChange&);

  // What undoing (redoing) the next edit would write, given each field's present stamp. Edits that
  // others have wholly overwritten are passed over. The edit moves to the other stack.
  using StampOf = std::function<Stamp(const FieldKey&)>;
  std::vector<HistoryWrite> undo(const StampOf&);
  std::vector<HistoryWrite> redo(const StampOf&);
  // Closes the open edit and says what takes it back.
  std::vector<HistoryWrite> cancel(const StampOf&);
  // A write of undo() or redo() has been made with this stamp.
  void wrote(const HistoryWrite&, Stamp);

  bool can_undo() const { return !undo_.empty(); }
  bool can_redo() const { return !redo_.empty(); }
  std::string undo_label() const { return undo_.empty() ? std::string() : undo_.back().label; }
  std::string redo_label() const { return redo_.empty() ? std::string() : redo_.back().label; }
  void forget();

 private:
  struct Edit {
    std::string label;
    std::vector<HistoryChange> changes;
  };
  Stamp original(const WriteKey&) const;
  std::vector<HistoryWrite> undo_writes(const Edit&, const StampOf&) const;
  std::vector<HistoryWrite> redo_writes(const Edit&, const StampOf&) const;

  int depth_ = 0;
  Edit current_;
  std::unordered_map<FieldKey, std::size_t, HistoryHash> in_current_;
  std::vector<Edit> undo_;
  std::vector<Edit> redo_;
  std::unordered_map<WriteKey, Stamp, HistoryHash> same_;
};

}  // namespace tutti::project
