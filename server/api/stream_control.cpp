#include "server/api/stream_control.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/base/suggest.h"
#include "engine/compose/setting_text.h"
#include "server/api/chain_text.h"
#include "server/api/describe_json.h"
#include "server/api/route.h"

namespace tutti::api {
namespace {

const param::Description& described(compose::Setting s) {
  return compose::setting_table()[static_cast<std::size_t>(s)];
}

Result<double> value_of(compose::Setting setting, const json::value& value) {
  const param::Description& d = described(setting);
  if (const bool* on = value.if_bool(); on && d.scale == param::Scale::toggle) return *on ? 1 : 0;
  if (value.is_number()) return compose::checked(setting, value.to_number<double>());
  if (const json::string* text = value.if_string())
    return compose::value_from_text(setting, {text->data(), text->size()});
  return Error{Code::bad_input,
               "The setting '" + std::string(d.id) + "' must be a number" +
                   (d.scale == param::Scale::choice   ? " or a name."
                    : d.scale == param::Scale::toggle ? ", true or false."
                                                      : "."),
               "Correct it and send it again."};
}

// The nearest of all names that a control may have.
Error unknown(std::string_view id, std::initializer_list<std::string_view> others) {
  std::vector<std::string> known{"seed"};
  known.insert(known.end(), others.begin(), others.end());
  for (const auto& d : compose::setting_table()) known.emplace_back(d.id);
  const std::string shown(id.substr(0, 40));
  const std::string near = id.size() <= 40 ? suggestion(id, known) : std::string();
  return with_field({Code::bad_input,
                     "There is no setting '" + shown + "'" +
                         (near.empty() ? "." : "; did you mean '" + near + "'?"),
                     "GET /api/stream/settings lists them all."},
                    shown);
}

json::value schema_of_setting(const param::Description& d) {
  json::object number{{"type", "number"}, {"minimum", d.min}, {"maximum", d.max}};
  if (d.scale == param::Scale::integer) number["type"] = "integer";
  json::object schema;
  if (d.scale == param::Scale::choice) {
    json::array names;
    for (const std::string_view name : d.choices) names.emplace_back(name);
    number["type"] = "integer";
    schema["oneOf"] =
        json::array{json::object{{"type", "string"}, {"enum", std::move(names)}}, number};
  } else if (d.scale == param::Scale::toggle) {
    number["type"] = "integer";
    schema["oneOf"] = json::array{json::object{{"type", "boolean"}}, number};
  } else {
    schema = std::move(number);
  }
  std::string words(d.name);
  if (d.unit != param::Unit::none) words += ", " + std::string(param::name_of(d.unit));
  schema["description"] = words + ".";
  return schema;
}

}  // namespace

Result<std::uint64_t> seed_of(std::string_view text) {
  std::uint64_t seed = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
    return with_field({Code::bad_input, "A seed is a whole number from 0 to 2^64-1, in digits.",
                       "Write it as \"seed\": \"7\"."},
                      "seed");
  return seed;
}

Result<Control> control_of(const json::object& object,
                           std::initializer_list<std::string_view> others) {
  Control control;
  std::array<std::optional<double>, compose::kSettings> values;
  for (const auto& [key, value] : object) {
    const std::string_view id(key.data(), key.size());
    if (std::find(others.begin(), others.end(), id) != others.end()) continue;
    if (id == "seed") {
      std::string digits;
      if (const json::string* text = value.if_string()) {
        digits.assign(text->data(), text->size());
      } else if (value.is_int64() || value.is_uint64()) {
        digits = json::serialize(value);
      }
      auto seed = seed_of(digits);
      if (!seed) return seed.error();
      control.seed = *seed;
      continue;
    }
    const auto setting = compose::setting_from_id(id);
    if (!setting) return unknown(id, others);
    auto number = value_of(*setting, value);
    if (!number) return in_field(number.error(), std::string(id));
    values[static_cast<std::size_t>(*setting)] = *number;
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i]) control.changes.push_back({static_cast<compose::Setting>(i), *values[i]});
  return control;
}

json::object settings_json(const compose::Settings& settings) {
  json::object object;
  for (std::size_t i = 0; i < settings.values.size(); ++i)
    object[compose::setting_table()[i].id] = settings.values[i];
  return object;
}

StreamSettingTable setting_list() {
  StreamSettingTable table;
  for (int i = 0; i < compose::kSettings; ++i) {
    const auto setting = static_cast<compose::Setting>(i);
    const param::Description& d = described(setting);
    table.settings.push_back(
        {std::string(d.id), std::string(d.name), std::string(param::name_of(d.unit)), d.min, d.max,
         d.initial, std::string(param::name_of(d.scale)),
         std::vector<std::string>(d.choices.begin(), d.choices.end()),
         compose::when_of(setting) == compose::When::at_once ? "at_once" : "at_bar"});
  }
  return table;
}

json::value control_schema(json::object& schemas, const char* name, const json::object& more,
                           std::initializer_list<const char*> required) {
  if (!schemas.contains(name)) {
    json::object properties;
    for (const auto& d : compose::setting_table()) properties[d.id] = schema_of_setting(d);
    properties["seed"] = {{"type", "string"},
                          {"description",
                           "A whole number from 0 to 2^64-1, in digits: other music, from the next "
                           "bar on."}};
    for (const auto& [key, schema] : more) properties[key] = schema;
    json::object whole{{"type", "object"}, {"properties", std::move(properties)}};
    if (required.size() > 0) {
      json::array names;
      for (const char* one : required) names.emplace_back(one);
      whole["required"] = std::move(names);
    }
    schemas[name] = std::move(whole);
  }
  return {{"$ref", std::string("#/components/schemas/") + name}};
}

json::value control_schema(json::object& schemas) {
  return control_schema(schemas, "StreamControl", {});
}

}  // namespace tutti::api
