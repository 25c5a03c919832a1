// What is said about a document: stamps, values, operations, and their JSON form.
//
// A stamp is a Lamport counter and the actor who wrote (Lamport 1978); stamps order all operations
// the same way everywhere. An entity's id is the stamp of the operation that added it, so an id
// cannot be given twice. Plain data, thread-safe; not for the audio thread.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/ticks.h"

namespace tutti::project {

inline constexpr std::uint64_t kMaxCounter = (1ull << 53) - 1;  // whole in every JSON reader
inline constexpr std::uint64_t kMaxActor = (1ull << 48) - 1;

// counter 1 … kMaxCounter, actor 1 … kMaxActor for operations; {0, 0} is the project itself.
struct Stamp {
  std::uint64_t counter = 0;
  std::uint64_t actor = 0;
  friend constexpr auto operator<=>(const Stamp&, const Stamp&) = default;
};

using EntityId = Stamp;
inline constexpr EntityId kRoot{};  // the project entity: always there, never removed

// "counter.actor", decimal and lower-case hexadecimal: "12.a3f". The root is "0.0".
std::string to_text(Stamp);
std::optional<Stamp> stamp_from_text(std::string_view);
// 64 bits for places that want one number (plan nodes); 0 only for the root.
std::uint64_t to_number(EntityId);

// Null, a truth value, a number or a text. Numbers that are whole and within ±2^53 are always held
// as integers, others as finite doubles (NaN and infinity become null), so that a value is equal
// after any JSON reader and writer.
class Value {
 public:
  Value() = default;
  Value(bool v) : v_(v) {}
  template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
  Value(T v) {
    hold(static_cast<std::int64_t>(v));
  }
  Value(double v);
  Value(Ticks t) { hold(t.value); }
  Value(EntityId id) : v_(to_text(id)) {}
  Value(std::string v) : v_(std::move(v)) {}
  Value(std::string_view v) : v_(std::string(v)) {}
  Value(const char* v) : v_(std::string(v)) {}

  bool is_null() const { return v_.index() == 0; }
  bool is_number() const { return v_.index() == 2 || v_.index() == 3; }
  // The value where it has the wanted type (numbers convert), else the fallback.
  bool boolean(bool fallback = false) const;
  std::int64_t integer(std::int64_t fallback = 0) const;  // doubles round to nearest
  double number(double fallback = 0) const;
  std::string_view text(std::string_view fallback = {}) const;
  const std::string* if_text() const { return std::get_if<std::string>(&v_); }

  const std::variant<std::monostate, bool, std::int64_t, double, std::string>& raw() const {
    return v_;
  }
  // A total order (by type, then value), which settles two writes that claim one stamp.
  friend bool operator<(const Value& a, const Value& b) { return a.v_ < b.v_; }
  friend bool operator==(const Value& a, const Value& b) { return a.v_ == b.v_; }

 private:
  void hold(std::int64_t);
  std::variant<std::monostate, bool, std::int64_t, double, std::string> v_;
};

using Field = std::pair<std::string, Value>;
using Fields = std::vector<Field>;

enum class Verb {
  add,     // a new entity: `entity` equals `stamp`, `kind` says what it is
  set,     // fields of an entity
  move,    // its place: fields "parent" and "position" only
  remove,  // field "removed" only: true, or false to bring it back
};

struct Operation {
  Stamp stamp;
  Verb verb = Verb::set;
  EntityId entity;
  std::string kind;  // add only
  Fields fields;     // each name once
  friend bool operator==(const Operation&, const Operation&) = default;
};

// A list as JSON: [{"at":"12.a3f","op":"add","kind":"note","set":{"start":0,"key":60}},
// {"at":"13.a3f","op":"set","id":"12.a3f","set":{"start":960}},
// {"at":"14.a3f","op":"move","id":"12.a3f","set":{"parent":"2.a3f","position":"V"}},
// {"at":"15.a3f","op":"remove","id":"12.a3f","set":{"removed":true}}]
std::string operations_to_json(std::span<const Operation>);
// Checks shape and stamps of each (see Document::apply for limits). bad_input names the place.
Result<std::vector<Operation>> operations_from_json(std::string_view json);

}  // namespace tutti::project

template <>
struct std::hash<tutti::project::Stamp> {
  std::size_t operator()(const tutti::project::Stamp& s) const noexcept {
    std::uint64_t z = s.counter * 0x9e3779b97f4a7c15ull ^ (s.actor + 0x7f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return static_cast<std::size_t>(z ^ (z >> 31));
  }
};
