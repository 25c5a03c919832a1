#include "engine/project/operation.h"

#include <charconv>
#include <cmath>

#include "engine/base/json.h"
#include "engine/project/names.h"

namespace tutti::project {
namespace {

constexpr std::int64_t kMaxWhole = 1ll << 53;

Error malformed(std::size_t index, const std::string& what) {
  return {Code::bad_input, "Change " + std::to_string(index + 1) + " of the list " + what + ".",
          "Reload the project; what you did since the last save is kept on this computer."};
}

bool read_number(std::string_view text, int base, std::uint64_t most, std::uint64_t& out) {
  // One way to write each number: no signs, no leading zeros, lower case.
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  for (const char c : text) {
    if (c >= 'A' && c <= 'F') return false;
  }
  const auto done = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return done.ec == std::errc() && done.ptr == text.data() + text.size() && out <= most;
}

std::string_view name_of(Verb verb) {
  switch (verb) {
    case Verb::add:
      return "add";
    case Verb::set:
      return "set";
    case Verb::move:
      return "move";
    case Verb::remove:
      return "remove";
  }
  return "set";
}

std::optional<Verb> verb_from(std::string_view name) {
  for (const Verb verb : {Verb::add, Verb::set, Verb::move, Verb::remove}) {
    if (name == name_of(verb)) return verb;
  }
  return std::nullopt;
}

std::optional<std::string_view> text_member(const json::value& v, std::string_view key) {
  const auto* found = json_find(v, key);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string_view(text->data(), text->size());
}

Result<Operation> read_operation(const json::value& v, std::size_t index) {
  Operation op;
  const auto at = stamp_from_text(text_member(v, "at").value_or(""));
  if (!at) return malformed(index, "has no stamp");
  op.stamp = *at;
  const auto verb = verb_from(text_member(v, "op").value_or(""));
  if (!verb) return malformed(index, "does not say what to do");
  op.verb = *verb;
  if (op.verb == Verb::add) {
    op.entity = op.stamp;
    op.kind = text_member(v, "kind").value_or("");
  } else {
    const auto id = stamp_from_text(text_member(v, "id").value_or(""));
    if (!id) return malformed(index, "does not say what it changes");
    op.entity = *id;
  }
  if (const auto* set = json_find(v, "set")) {
    const auto* object = set->if_object();
    if (object == nullptr) return malformed(index, "has fields of a wrong form");
    op.fields.reserve(object->size());
    for (const auto& member : *object) {
      auto value = value_from_json(member.value());
      if (!value) return malformed(index, "has a value that is a list or an object");
      op.fields.emplace_back(std::string(member.key().data(), member.key().size()),
                             *std::move(value));
    }
  } else if (op.verb == Verb::remove) {
    op.fields.emplace_back("removed", true);
  }
  return op;
}

}  // namespace

std::string to_text(Stamp stamp) {
  char buffer[48];
  auto end = std::to_chars(buffer, buffer + 24, stamp.counter).ptr;
  *end++ = '.';
  end = std::to_chars(end, buffer + sizeof buffer, stamp.actor, 16).ptr;
  return {buffer, end};
}

std::optional<Stamp> stamp_from_text(std::string_view text) {
  const std::size_t dot = text.find('.');
  Stamp stamp;
  if (dot == text.npos || !read_number(text.substr(0, dot), 10, kMaxCounter, stamp.counter) ||
      !read_number(text.substr(dot + 1), 16, kMaxActor, stamp.actor)) {
    return std::nullopt;
  }
  return stamp;
}

std::uint64_t to_number(EntityId id) {
  if (id == kRoot) return 0;
  // SplitMix64's finish over both halves; collisions are as rare as among random numbers.
  std::uint64_t z = id.counter * 0x9e3779b97f4a7c15ull + id.actor * 0xd1b54a32d192ed03ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  z ^= z >> 31;
  return z == 0 ? 1 : z;
}

Value::Value(double v) {
  if (!std::isfinite(v)) return;
  if (v >= -static_cast<double>(kMaxWhole) && v <= static_cast<double>(kMaxWhole) &&
      std::floor(v) == v) {
    v_ = static_cast<std::int64_t>(v);
  } else {
    v_ = v;
  }
}

void Value::hold(std::int64_t v) {
  if (v >= -kMaxWhole && v <= kMaxWhole) {
    v_ = v;
  } else {
    v_ = static_cast<double>(v);
  }
}

bool Value::boolean(bool fallback) const {
  const auto* b = std::get_if<bool>(&v_);
  return b == nullptr ? fallback : *b;
}

std::int64_t Value::integer(std::int64_t fallback) const {
  if (const auto* i = std::get_if<std::int64_t>(&v_)) return *i;
  if (const auto* d = std::get_if<double>(&v_)) {
    if (*d >= static_cast<double>(kMaxWhole)) return kMaxWhole;
    if (*d <= -static_cast<double>(kMaxWhole)) return -kMaxWhole;
    return static_cast<std::int64_t>(std::floor(*d + 0.5));
  }
  return fallback;
}

double Value::number(double fallback) const {
  if (const auto* i = std::get_if<std::int64_t>(&v_)) return static_cast<double>(*i);
  if (const auto* d = std::get_if<double>(&v_)) return *d;
  return fallback;
}

std::string_view Value::text(std::string_view fallback) const {
  const auto* s = std::get_if<std::string>(&v_);
  return s == nullptr ? fallback : std::string_view(*s);
}

bool valid_name(std::string_view name, std::size_t longest) {
  if (name.empty() || name.size() > longest || name[0] < 'a' || name[0] > 'z') return false;
  for (const char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}

void append_value(std::string& out, const Value& value) {
  const auto& raw = value.raw();
  if (const auto* b = std::get_if<bool>(&raw)) {
    out += *b ? "true" : "false";
  } else if (const auto* i = std::get_if<std::int64_t>(&raw)) {
    append_json_number(out, *i);
  } else if (const auto* d = std::get_if<double>(&raw)) {
    append_json_number(out, *d);
  } else if (const auto* s = std::get_if<std::string>(&raw)) {
    append_json_string(out, *s);
  } else {
    out += "null";
  }
}

void append_fields(std::string& out, const Fields& fields) {
  out += '{';
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i != 0) out += ',';
    append_json_string(out, fields[i].first);
    out += ':';
    append_value(out, fields[i].second);
  }
  out += '}';
}

std::optional<Value> value_from_json(const json::value& v) {
  std::optional<Value> out;
  if (v.is_null()) {
    out.emplace();
  } else if (const auto* b = v.if_bool()) {
    out.emplace(*b);
  } else if (const auto* i = v.if_int64()) {
    out.emplace(*i);
  } else if (const auto* u = v.if_uint64()) {
    out.emplace(static_cast<double>(*u));
  } else if (const auto* d = v.if_double()) {
    out.emplace(*d);
  } else if (const auto* s = v.if_string()) {
    out.emplace(std::string_view(s->data(), s->size()));
  }
  return out;
}

std::string operations_to_json(std::span<const Operation> operations) {
  std::string out = "[";
  for (const auto& op : operations) {
    if (out.size() > 1) out += ',';
    out += "{\"at\":\"" + to_text(op.stamp) + "\",\"op\":\"";
    out += name_of(op.verb);
    out += '"';
    if (op.verb == Verb::add) {
      out += ",\"kind\":";
      append_json_string(out, op.kind);
    } else {
      out += ",\"id\":\"" + to_text(op.entity) + '"';
    }
    out += ",\"set\":";
    append_fields(out, op.fields);
    out += '}';
  }
  out += ']';
  return out;
}

Result<std::vector<Operation>> operations_from_json(std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  return operations_from_json_value(*parsed);
}

Result<std::vector<Operation>> operations_from_json_value(const json::value& parsed) {
  const auto* list = parsed.if_array();
  if (list == nullptr) {
    return Error{Code::bad_input, "This is not a list of changes.", "Reload the project."};
  }
  std::vector<Operation> out;
  out.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto op = read_operation((*list)[i], i);
    if (!op) return op.error();
    out.push_back(*std::move(op));
  }
  return out;
}

}  // namespace tutti::project
