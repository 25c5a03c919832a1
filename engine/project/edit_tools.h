// What the edits share. Inside engine/project only.
#pragma once

#include <string>
#include <utility>

#include "engine/project/document.h"

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

// The position behind the last child of a kind.
std::string last_position(const Document&, EntityId parent, std::string_view kind);

}  // namespace tutti::project
