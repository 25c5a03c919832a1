#include "wasm/effect_json.h"

#include "engine/base/json.h"
#include "engine/registry/effects.h"

namespace tutti::wasm {
namespace {

json::array names(std::span<const std::string_view> list) {
  json::array out;
  for (const auto name : list) out.push_back(json::string(name));
  return out;
}

json::array parameters(std::span<const param::Description> list) {
  json::array out;
  for (const auto& p : list) {
    out.push_back(json::object{{"id", p.id},
                               {"name", p.name},
                               {"unit", param::name_of(p.unit)},
                               {"min", p.min},
                               {"max", p.max},
                               {"initial", p.initial},
                               {"scale", param::name_of(p.scale)},
                               {"choices", names(p.choices)},
                               {"structural", p.structural}});
  }
  return out;
}

json::array presets(std::span<const param::Preset> list) {
  json::array out;
  for (const auto& preset : list) {
    json::object values;
    for (const auto& [id, value] : preset.values) values[id] = value;
    out.push_back(json::object{{"name", preset.name}, {"values", std::move(values)}});
  }
  return out;
}

}  // namespace

std::string effects_json() {
  json::array all;
  for (const auto* e : registry::effects()) {
    all.push_back(json::object{{"id", e->id},
                               {"name", e->name},
                               {"category", param::name_of(e->category)},
                               {"summary", e->summary},
                               {"aliases", names(e->aliases)},
                               {"parameters", parameters(e->parameters)},
                               {"presets", presets(e->presets)},
                               {"readings", parameters(e->readings)},
                               {"sideChain", e->side_chain},
                               {"impulse", e->impulse}});
  }
  return write_json(all);
}

std::string chain_effect_json(const registry::ChainEffect& e) {
  json::array values;
  for (const double v : e.values) values.push_back(v);
  return write_json(json::object{{"effect", e.info->id},
                                 {"bypass", e.bypass},
                                 {"impulse", e.impulse},
                                 {"values", std::move(values)}});
}

}  // namespace tutti::wasm
