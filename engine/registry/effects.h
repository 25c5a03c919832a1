// Every effect by its stable id or one of its other names.
//
// The only place that names concrete effects. Immutable and thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/param/effect.h"

namespace tutti::registry {

// All of them: by category, then in the order a person would look for them.
std::span<const param::EffectInfo* const> effects();

// By id or alias; case, spaces, hyphens and underscores do not matter. Null if unknown.
const param::EffectInfo* find_effect(std::string_view name);

// As find_effect; not_found naming the nearest known name.
Result<const param::EffectInfo*> require_effect(std::string_view name);

// Index of the parameter with this id; not_found naming the nearest known one.
Result<int> require_parameter(const param::EffectInfo&, std::string_view id);

}  // namespace tutti::registry
