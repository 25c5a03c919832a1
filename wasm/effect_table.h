// What document.wasm knows of the effects: descriptions that the page hands over, no effect itself.
//
// The document checks names and ranges of parameters and compiles them into plans; it never makes
// an effect. Linking them all would triple what the page loads first, so this module has a list of
// its own (registry::effects()) that is empty until the page has brought it, before it opens the
// desk or plays a song with effects.
#pragma once

#include <string_view>

#include "engine/base/result.h"

namespace tutti::wasm {

// The JSON of effect_json.h. Replaces what was there; descriptions stay valid as long as the
// module.
Result<void> set_effects(std::string_view json);

}  // namespace tutti::wasm
