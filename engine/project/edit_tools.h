// What the edits share. Inside engine/project only.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "engine/project/document.h"
#include "engine/project/operation.h"

namespace tutti::project {

// One step of undo: closed by done(), taken back if the scope is left without. Inside an edit that
// the caller has open, what was done so far stays with that edit.
class Step {
 public:
  Step(Document& d, const char* label) : d_(d), inside_(d.editing()) { d_.begin_edit(label); }
  ~Step() {
    if (done_) return;
    if (inside_) {
      d_.end_edit();
    } else {
      d_.cancel_edit();
    }
  }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  void done() {
    done_ = true;
    d_.end_edit();
  }

 private:
  Document& d_;
  bool inside_;
  bool done_ = false;
};

inline Error gone() {
  return {Code::not_found, "This is no longer there.",
          "Somebody may have removed it; undo brings back what you removed."};
}

// What of `want` differs from `have`; texts, numbers and truth values that are as they were stay
// unsaid, so that two people setting different things do not undo each other.
class Differences {
 public:
  template <class T>
  void add(const char* name, const T& have, const T& want) {
    if (have == want) return;
    if constexpr (std::is_same_v<T, EntityId>) {
      fields_.emplace_back(name, want == kRoot ? Value(std::string()) : Value(to_text(want)));
    } else {
      fields_.emplace_back(name, want);
    }
  }
  Fields take() { return std::move(fields_); }

 private:
  Fields fields_;
};

// May the sound of `from` go to the bus `to` (kRoot: the master)? wrong_usage if `to` is no bus or
// its sound comes back to `from`.
Result<void> check_route(const Document&, EntityId from, EntityId to);
// May a device of `owner` listen to `side`? kRoot: neither matters.
Result<void> check_side_chain(const Document&, EntityId side, EntityId owner);

// The position behind the last child of a kind.
std::string last_position(const Document&, EntityId parent, std::string_view kind);

}  // namespace tutti::project
