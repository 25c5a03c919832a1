// Edits by name, for callers across a language boundary (the page, a script).
//
// {"do":"move_notes","notes":["12.a"],"by":960,"keys":0}: the name of a function of edits.h and its
// parameters by their names; ticks as integers, ids as texts. docs/formats.md lists all. Answers
// {"changed":true,"result":…} with the new id or ids where the edit makes any, or the clipboard
// text.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/project/document.h"

namespace tutti::project {

// Beside the edits: "begin" {label}, "end", "cancel", "undo", "redo". Errors as the edit's own, and
// wrong_usage for an unknown name or a missing parameter.
Result<std::string> run_command(Document&, std::string_view json);

}  // namespace tutti::project
