// The registry's effects as clients see them.
#pragma once

#include <string>

#include "engine/param/effect.h"
#include "server/api/studio_types.h"

namespace tutti::api {

EffectDescription describe(const param::EffectInfo&);
EffectList describe_effects();

// The same as a module of constants for the page (web/contract/effects.ts).
std::string effects_typescript();

}  // namespace tutti::api
