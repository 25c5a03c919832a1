#include "wasm/effect_table.h"

#include <deque>
#include <string>
#include <vector>

#include "engine/base/json.h"
#include "engine/registry/effects.h"

namespace tutti {
namespace {

// Texts and rows that descriptions refer to; nothing in it ever moves.
struct Store {
  std::deque<std::string> texts;
  std::deque<std::vector<std::string_view>> names;
  std::deque<std::vector<param::Description>> parameters;
  std::deque<std::vector<param::PresetValue>> values;
  std::deque<std::vector<param::Preset>> presets;
  std::deque<param::EffectInfo> infos;
  std::vector<const param::EffectInfo*> list;
};

Store& store() {
  static Store one;
  return one;
}

std::string_view keep(std::string_view text) {
  return store().texts.emplace_back(text);
}

std::string_view text_of(const json::object& o, std::string_view name) {
  const auto* value = o.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  const auto& s = value->get_string();
  return {s.data(), s.size()};
}

double number_of(const json::object& o, std::string_view name) {
  double value = 0;
  json_get(o.if_contains(name), value);
  return value;
}

bool truth_of(const json::object& o, std::string_view name) {
  const auto* value = o.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

const json::array& list_of(const json::object& o, std::string_view name) {
  static const json::array none;
  const auto* value = o.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

std::span<const std::string_view> names_of(const json::object& o, std::string_view name) {
  auto& out = store().names.emplace_back();
  for (const auto& entry : list_of(o, name)) {
    if (!entry.is_string()) continue;
    const auto& s = entry.get_string();
    out.push_back(keep({s.data(), s.size()}));
  }
  return out;
}

param::Scale scale_of(std::string_view name) {
  for (const auto scale : {param::Scale::logarithmic, param::Scale::integer, param::Scale::choice,
                           param::Scale::toggle}) {
    if (name == param::name_of(scale)) return scale;
  }
  return param::Scale::linear;
}

param::Unit unit_of(std::string_view name) {
  for (const auto unit :
       {param::Unit::decibels, param::Unit::hertz, param::Unit::seconds, param::Unit::milliseconds,
        param::Unit::percent, param::Unit::cents, param::Unit::semitones}) {
    if (name == param::name_of(unit)) return unit;
  }
  return param::Unit::none;
}

std::span<const param::Description> parameters_of(const json::object& o) {
  auto& out = store().parameters.emplace_back();
  for (const auto& entry : list_of(o, "parameters")) {
    if (!entry.is_object()) continue;
    const auto& p = entry.get_object();
    param::Description d;
    d.id = keep(text_of(p, "id"));
    d.name = keep(text_of(p, "name"));
    d.unit = unit_of(text_of(p, "unit"));
    d.min = number_of(p, "min");
    d.max = number_of(p, "max");
    d.initial = number_of(p, "initial");
    d.scale = scale_of(text_of(p, "scale"));
    d.choices = names_of(p, "choices");
    d.structural = truth_of(p, "structural");
    out.push_back(d);
  }
  return out;
}

std::span<const param::Preset> presets_of(const json::object& o) {
  auto& out = store().presets.emplace_back();
  for (const auto& entry : list_of(o, "presets")) {
    if (!entry.is_object()) continue;
    const auto& p = entry.get_object();
    auto& values = store().values.emplace_back();
    if (const auto* given = p.if_contains("values"); given != nullptr && given->is_object()) {
      for (const auto& [id, value] : given->get_object()) {
        double number = 0;
        if (json_get(&value, number)) values.push_back({keep({id.data(), id.size()}), number});
      }
    }
    out.push_back({keep(text_of(p, "name")), values});
  }
  return out;
}

}  // namespace

namespace registry {

std::span<const param::EffectInfo* const> effects() {
  return store().list;
}

}  // namespace registry

namespace wasm {

Result<void> set_effects(std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  if (!parsed->is_array())
    return Error{Code::bad_input, "This is no list of effects.", "Reload the page."};
  Store& s = store();
  s.list.clear();
  for (const auto& entry : parsed->get_array()) {
    if (!entry.is_object()) continue;
    const auto& o = entry.get_object();
    param::EffectInfo info;
    info.id = keep(text_of(o, "id"));
    info.name = keep(text_of(o, "name"));
    info.aliases = names_of(o, "aliases");
    info.parameters = parameters_of(o);
    info.presets = presets_of(o);
    info.side_chain = truth_of(o, "sideChain");
    info.impulse = truth_of(o, "impulse");
    s.list.push_back(&s.infos.emplace_back(info));
  }
  return {};
}

}  // namespace wasm
}  // namespace tutti
