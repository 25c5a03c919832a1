// The synthesisers by id and name, for documents and menus.
//
// Apart from their sound (instruments/synth.h), so that the page's document does not carry it; a
// test holds both lists equal. Immutable and thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "engine/base/result.h"

namespace tutti::registry {

struct SynthName {
  std::string_view id;       // saved in projects
  std::string_view name;     // for a person
  std::string_view summary;  // one sentence
};

// In the order of instruments::synths().
std::span<const SynthName> synth_names() noexcept;
// Null if unknown.
const SynthName* find_synth_name(std::string_view id) noexcept;
// As find_synth_name; not_found naming the nearest known one.
Result<const SynthName*> require_synth_name(std::string_view id);

}  // namespace tutti::registry
