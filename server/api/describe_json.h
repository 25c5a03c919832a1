// JSON, validation and JSON Schema from one Boost.Describe description of a type.
//
// Reading says which field is wrong and why (the `field` of the problem document). Unknown fields
// are ignored, so that newer clients can talk to older servers. Pure; thread-safe.
#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/base/result.h"
#include "server/api/types.h"

namespace tutti::api {

namespace json = boost::json;

struct BadField {
  std::string field;  // "settings.rate", "tracks[2].id"
  std::string message;
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
const FieldNote* note_of(std::string_view field) {
  if constexpr (requires { field_notes(static_cast<const T*>(nullptr)); }) {
    static constexpr auto notes = field_notes(static_cast<const T*>(nullptr));
    for (const FieldNote& note : notes)
      if (field == note.field) return &note;
  }
  return nullptr;
}

// A member's name on the wire: `default_` is "default", since C++ keeps that word for itself.
constexpr std::string_view wire_name(std::string_view member) {
  if (member.ends_with('_')) member.remove_suffix(1);
  return member;
}

bool allows(const FieldNote* note, std::string_view text);
std::string choices(const FieldNote* note);  // "one of a, b or c"

// --- To JSON
// ---------------------------------------------------------------------------------------

template <class T>
json::value to_json(const T& value) {
  if constexpr (std::is_same_v<T, json::value> || std::is_same_v<T, json::object> ||
                std::is_same_v<T, json::array> || std::is_arithmetic_v<T>) {
    return value;
  } else if constexpr (std::is_same_v<T, std::string>) {
    return json::value(json::string_view(value));
  } else if constexpr (IsOptional<T>::value) {
    return value ? to_json(*value) : json::value();
  } else if constexpr (IsVector<T>::value) {
    json::array list;
    list.reserve(value.size());
    for (const auto& item : value) list.push_back(to_json(item));
    return list;
  } else {
    json::object object;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
        [&](auto member) {
          const auto& field = value.*member.pointer;
          if constexpr (IsOptional<std::decay_t<decltype(field)>>::value) {
            if (!field) return;
          }
          object.emplace(wire_name(member.name), to_json(field));
        });
    return object;
  }
}

// --- From JSON
// -------------------------------------------------------------------------------------

template <class T>
std::optional<BadField> from_json(const json::value& value, T& out, const std::string& at,
                                  const FieldNote* note) {
  const auto bad = [&](std::string message) { return BadField{at, std::move(message)}; };
  if constexpr (std::is_same_v<T, json::value>) {
    out = value;
  } else if constexpr (std::is_same_v<T, json::object>) {
    if (!value.is_object()) return bad("must be an object");
    out = value.get_object();
  } else if constexpr (std::is_same_v<T, json::array>) {
    if (!value.is_array()) return bad("must be a list");
    out = value.get_array();
    if (note && note->high > note->low &&
        (static_cast<double>(out.size()) < note->low ||
         static_cast<double>(out.size()) > note->high))
      return bad("must hold " + std::to_string(static_cast<long long>(note->low)) + " to " +
                 std::to_string(static_cast<long long>(note->high)) + " items");
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!value.is_bool()) return bad("must be true or false");
    out = value.get_bool();
  } else if constexpr (std::is_arithmetic_v<T>) {
    if (!value.is_number()) return bad("must be a number");
    const double number = value.to_number<double>();
    if (note && note->high > note->low && !(number >= note->low && number <= note->high))
      return bad("must lie between " + json::serialize(json::value(note->low)) + " and " +
                 json::serialize(json::value(note->high)));
    if constexpr (std::is_integral_v<T>) {
      if (number != std::floor(number) || std::fabs(number) > 9007199254740992.0 ||
          number < static_cast<double>(std::numeric_limits<T>::min()) ||
          number > static_cast<double>(std::numeric_limits<T>::max()))
        return bad("must be a whole number");
    }
    out = static_cast<T>(number);
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!value.is_string()) return bad("must be text");
    const auto& text = value.get_string();
    if (note && note->high > note->low &&
        (static_cast<double>(text.size()) < note->low ||
         static_cast<double>(text.size()) > note->high))
      return bad("must be " + std::to_string(static_cast<long long>(note->low)) + " to " +
                 std::to_string(static_cast<long long>(note->high)) + " characters long");
    out.assign(text.data(), text.size());
    if (!allows(note, out)) return bad("must be " + choices(note));
  } else if constexpr (IsOptional<T>::value) {
    if (value.is_null()) {
      out.reset();
    } else {
      return from_json(value, out.emplace(), at, note);
    }
  } else if constexpr (IsVector<T>::value) {
    if (!value.is_array()) return bad("must be a list");
    out.clear();
    for (const json::value& item : value.get_array()) {
      const std::string place = at + "[" + std::to_string(out.size()) + "]";
      if (auto wrong = from_json(item, out.emplace_back(), place, nullptr)) return wrong;
    }
  } else {
    if (!value.is_object()) return bad("must be an object");
    const json::object& object = value.get_object();
    std::optional<BadField> wrong;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
        [&](auto member) {
          if (wrong) return;
          auto& field = out.*member.pointer;
          const std::string name(wire_name(member.name));
          const std::string place = at.empty() ? name : at + "." + name;
          const json::value* found = object.if_contains(name);
          if (found) {
            wrong = from_json(*found, field, place, note_of<T>(name));
          } else if constexpr (!IsOptional<std::decay_t<decltype(field)>>::value) {
            wrong = BadField{place, "is missing"};
          }
        });
    return wrong;
  }
  return std::nullopt;
}

template <class T>
Result<T> from_json(const json::value& value, BadField& wrong) {
  T out{};
  if (auto bad = from_json(value, out, std::string(), nullptr)) {
    wrong = *bad;
    const std::string where = bad->field.empty() ? "The request" : "The field " + bad->field;
    return Error{Code::bad_input, where + " " + bad->message + ".",
                 "Correct it and send it again; /docs shows what is expected."};
  }
  return out;
}

// --- JSON Schema (2020-12, as OpenAPI 3.1 uses it)
// ---------------------------------------------------

template <class T>
std::string type_name();  // the struct's own name, without namespaces
std::string plain_type_name(const char* mangled);

// Writes the schema of T into `schemas` under its name where it is a struct; answers a reference.
template <class T>
json::value schema_of(json::object& schemas, const FieldNote* note = nullptr) {
  json::object schema;
  const bool bounded = note && note->high > note->low;
  if constexpr (std::is_same_v<T, json::value>) {
  } else if constexpr (std::is_same_v<T, json::object>) {
    schema["type"] = "object";
  } else if constexpr (std::is_same_v<T, json::array>) {
    schema = {{"type", "array"}, {"items", {{"type", "object"}}}};
    if (bounded) schema["minItems"] = note->low, schema["maxItems"] = note->high;
  } else if constexpr (std::is_same_v<T, bool>) {
    schema["type"] = "boolean";
  } else if constexpr (std::is_arithmetic_v<T>) {
    schema["type"] = std::is_integral_v<T> ? "integer" : "number";
    if (bounded) schema["minimum"] = note->low, schema["maximum"] = note->high;
  } else if constexpr (std::is_same_v<T, std::string>) {
    schema["type"] = "string";
    if (bounded) {
      schema["minLength"] = static_cast<std::int64_t>(note->low);
      schema["maxLength"] = static_cast<std::int64_t>(note->high);
    }
    if (note && *note->allowed) {
      json::array values;
      const std::string_view all = note->allowed;
      for (std::size_t from = 0; from <= all.size();) {
        const std::size_t to = std::min(all.find('|', from), all.size());
        values.emplace_back(all.substr(from, to - from));
        from = to + 1;
      }
      schema["enum"] = std::move(values);
    }
  } else if constexpr (IsOptional<T>::value) {
    return schema_of<typename T::value_type>(schemas, note);
  } else if constexpr (IsVector<T>::value) {
    schema = {{"type", "array"}, {"items", schema_of<typename T::value_type>(schemas)}};
  } else {
    const std::string name = type_name<T>();
    if (!schemas.contains(name)) {
      schemas[name] = nullptr;  // marks it as begun
      json::object properties;
      json::array required;
      boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
          [&](auto member) {
            using Field = std::decay_t<decltype(std::declval<T>().*member.pointer)>;
            const std::string_view name = wire_name(member.name);
            properties[name] = schema_of<Field>(schemas, note_of<T>(name));
            if constexpr (!IsOptional<Field>::value) required.emplace_back(name);
          });
      json::object whole{{"type", "object"}, {"properties", std::move(properties)}};
      if (!required.empty()) whole["required"] = std::move(required);
      schemas[name] = std::move(whole);
    }
    schema["$ref"] = "#/components/schemas/" + name;
  }
  if (note && *note->text) schema["description"] = note->text;
  return schema;
}

template <class T>
std::string type_name() {
  return plain_type_name(__PRETTY_FUNCTION__);
}

}  // namespace tutti::api
