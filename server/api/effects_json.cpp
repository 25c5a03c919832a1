#include "server/api/effects_json.h"

#include "engine/base/json.h"
#include "engine/registry/effects.h"
#include "server/api/describe_json.h"

namespace tutti::api {

EffectDescription describe(const param::EffectInfo& info) {
  EffectDescription out;
  out.id = info.id;
  out.name = info.name;
  out.category = param::name_of(info.category);
  out.summary = info.summary;
  out.method = info.method;
  out.aliases.assign(info.aliases.begin(), info.aliases.end());
  for (const auto& p : info.parameters) {
    ParameterInfo parameter{std::string(p.id),
                            std::string(p.name),
                            std::string(param::name_of(p.unit)),
                            p.min,
                            p.max,
                            p.initial,
                            std::string(param::name_of(p.scale)),
                            std::nullopt,
                            p.structural};
    if (!p.choices.empty()) parameter.choices.emplace(p.choices.begin(), p.choices.end());
    out.parameters.push_back(std::move(parameter));
  }
  for (const auto& preset : info.presets) {
    json::object values;
    for (const auto& [id, value] : preset.values) values[id] = value;
    out.presets.push_back({std::string(preset.name), std::move(values)});
  }
  for (const auto& r : info.readings)
    out.readings.push_back({std::string(r.id), std::string(r.name),
                            std::string(param::name_of(r.unit)), r.min, r.max});
  out.mono = info.mono;
  out.side_chain = info.side_chain;
  out.impulse = info.impulse;
  return out;
}

EffectList describe_effects() {
  EffectList list;
  for (const auto* info : registry::effects()) list.effects.push_back(describe(*info));
  return list;
}

std::string effects_typescript() {
  std::string out =
      "// Made by `tutti openapi --effects` from the program's registry. Not for editing.\n"
      "import type { components } from './api';\n\n"
      "type Preset = { readonly name: string; readonly values: Readonly<Record<string, number>> "
      "};\n"
      "export type EffectDescription = Omit<components['schemas']['EffectDescription'], 'presets'> "
      "& {\n"
      "  readonly presets: readonly Preset[];\n"
      "};\n"
      "export type ParameterInfo = components['schemas']['ParameterInfo'];\n\n"
      "export const effects: readonly EffectDescription[] = [\n";
  for (const auto& effect : describe_effects().effects)
    out += "  " + write_json(to_json(effect)) + ",\n";
  return out + "];\n";
}

}  // namespace tutti::api
