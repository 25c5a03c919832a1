// The effects as the page reads them: one JSON array, members named as in web/core/mix_types.ts.
#pragma once

#include <string>

#include "engine/registry/chain.h"

namespace tutti::wasm {

// [{"id","name","category","summary","aliases":[…],"parameters":[{"id","name","unit","min","max",
//   "initial","scale","choices":[…],"structural"}],"presets":[{"name","values":{…}}],
//   "readings":[…],"sideChain","impulse"}]
std::string effects_json();

// {"effect","bypass","impulse","values":[…]}
std::string chain_effect_json(const registry::ChainEffect&);

}  // namespace tutti::wasm
