#include "engine/project/history.h"

#include <utility>

namespace tutti::project {

void History::begin(std::string label) {
  if (depth_++ == 0) current_ = {std::move(label), {}};
}

bool History::end() {
  if (depth_ == 0 || --depth_ > 0) return false;
  in_current_.clear();
  // A field that ends as it began was not edited; its new stamp stands for the old one.
  std::erase_if(current_.changes, [&](const HistoryChange& c) {
    if (!(c.before == c.after)) return false;
    same_[{c.after_stamp, c.field.name}] = c.before_stamp;
    return true;
  });
  if (!current_.changes.empty()) {
    undo_.push_back(std::move(current_));
    redo_.clear();
  }
  current_ = {};
  return true;
}

Stamp History::original(const WriteKey& write) const {
  const auto found = same_.find(write);
  return found == same_.end() ? write.stamp : found->second;
}

void History::record(const HistoryChange& change) {
  HistoryChange c = change;
  c.before_stamp = original({change.before_stamp, change.field.name});
  const auto [found, fresh] = in_current_.try_emplace(c.field, current_.changes.size());
  if (!fresh) {
    // Twice in one edit, as a drag does: one step, unless somebody else wrote in between.
    auto& earlier = current_.changes[found->second];
    if (earlier.after_stamp == c.before_stamp) {
      earlier.after = c.after;
      earlier.after_stamp = c.after_stamp;
      return;
    }
    found->second = current_.changes.size();
  }
  current_.changes.push_back(std::move(c));
}

std::vector<HistoryWrite> History::undo_writes(const Edit& edit, const StampOf& stamp_of) const {
  std::vector<HistoryWrite> out;
  // Stamps as they will be once the writes chosen so far are made.
  std::unordered_map<FieldKey, Stamp, HistoryHash> written;
  for (std::size_t i = edit.changes.size(); i-- > 0;) {
    const auto& c = edit.changes[i];
    const auto ahead = written.find(c.field);
    const Stamp now =
        ahead != written.end() ? ahead->second : original({stamp_of(c.field), c.field.name});
    if (now != c.after_stamp) continue;
    written[c.field] = c.before_stamp;
    out.push_back({c.field, c.before, c.before_stamp});
  }
  return out;
}

std::vector<HistoryWrite> History::redo_writes(const Edit& edit, const StampOf& stamp_of) const {
  std::vector<HistoryWrite> out;
  std::unordered_map<FieldKey, Stamp, HistoryHash> written;
  for (const auto& c : edit.changes) {
    const auto ahead = written.find(c.field);
    const Stamp now =
        ahead != written.end() ? ahead->second : original({stamp_of(c.field), c.field.name});
    if (now != c.before_stamp) continue;
    written[c.field] = c.after_stamp;
    out.push_back({c.field, c.after, c.after_stamp});
  }
  return out;
}

std::vector<HistoryWrite> History::undo(const StampOf& stamp_of) {
  while (!undo_.empty()) {
    Edit edit = std::move(undo_.back());
    undo_.pop_back();
    auto writes = undo_writes(edit, stamp_of);
    if (writes.empty()) continue;
    redo_.push_back(std::move(edit));
    return writes;
  }
  return {};
}

std::vector<HistoryWrite> History::redo(const StampOf& stamp_of) {
  while (!redo_.empty()) {
    Edit edit = std::move(redo_.back());
    redo_.pop_back();
    auto writes = redo_writes(edit, stamp_of);
    if (writes.empty()) continue;
    undo_.push_back(std::move(edit));
    return writes;
  }
  return {};
}

std::vector<HistoryWrite> History::cancel(const StampOf& stamp_of) {
  depth_ = 0;
  in_current_.clear();
  const Edit edit = std::exchange(current_, {});
  return undo_writes(edit, stamp_of);
}

void History::wrote(const HistoryWrite& write, Stamp stamp) {
  same_[{stamp, write.field.name}] = write.stands_for;
}

void History::forget() {
  undo_.clear();
  redo_.clear();
  same_.clear();
}

}  // namespace tutti::project
