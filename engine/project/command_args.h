// Reading the parameters of edits by name. Inside engine/project only.
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json.h"
#include "engine/project/edits.h"
#include "engine/project/names.h"

namespace tutti::project {

// The parameters of one command. What is missing or of the wrong form is remembered; the command is
// carried out only if nothing was.
class Args {
 public:
  explicit Args(const json::value& v) : v_(v) {}

  bool has(std::string_view name) const {
    const auto* found = json_find(v_, name);
    return found != nullptr && !found->is_null();
  }
  bool given(std::string_view name) const { return json_find(v_, name) != nullptr; }  // null too
  const json::object* object(std::string_view name) {
    const auto* found = json_find(v_, name);
    if (found == nullptr) return nullptr;
    if (found->if_object() == nullptr) wrong(name);
    return found->if_object();
  }
  const json::array* array(std::string_view name) {
    const auto* found = json_find(v_, name);
    const auto* list = found == nullptr ? nullptr : found->if_array();
    if (list == nullptr) wrong(name);
    return list;
  }
  double number(std::string_view name) {
    double out = 0;
    if (!json_get(json_find(v_, name), out)) wrong(name);
    return out;
  }
  double number(std::string_view name, double fallback) {
    return has(name) ? number(name) : fallback;
  }
  int whole(std::string_view name) {
    const double n = number(name);
    constexpr double kMost = std::numeric_limits<int>::max();
    if (!(std::fabs(n) <= kMost)) return wrong(name), 0;
    return static_cast<int>(std::floor(n + 0.5));
  }
  int whole(std::string_view name, int fallback) { return has(name) ? whole(name) : fallback; }
  Ticks ticks(std::string_view name) {
    const double n = number(name);
    if (!(std::fabs(n) <= 0x1p52)) return wrong(name), Ticks{};
    return {static_cast<std::int64_t>(std::floor(n + 0.5))};
  }
  Ticks ticks(std::string_view name, Ticks fallback) { return has(name) ? ticks(name) : fallback; }
  bool truth(std::string_view name, bool fallback) {
    if (!has(name)) return fallback;
    const auto* b = json_find(v_, name)->if_bool();
    if (b == nullptr) wrong(name);
    return b != nullptr && *b;
  }
  std::string text(std::string_view name) {
    const auto* found = json_find(v_, name);
    const auto* s = found == nullptr ? nullptr : found->if_string();
    if (s == nullptr) return wrong(name), std::string();
    return std::string(s->data(), s->size());
  }
  std::string text(std::string_view name, const char* fallback) {
    return has(name) ? text(name) : std::string(fallback);
  }
  EntityId id(std::string_view name) {
    const auto parsed = stamp_from_text(text(name));
    if (!parsed) wrong(name);
    return parsed.value_or(kRoot);
  }
  EntityId id(std::string_view name, EntityId fallback) { return has(name) ? id(name) : fallback; }
  std::vector<EntityId> ids(std::string_view name) {
    std::vector<EntityId> out;
    const auto* found = json_find(v_, name);
    const auto* list = found == nullptr ? nullptr : found->if_array();
    if (list == nullptr) return wrong(name), out;
    out.reserve(list->size());
    for (const auto& entry : *list) {
      const auto* s = entry.if_string();
      const auto parsed =
          s == nullptr ? std::nullopt : stamp_from_text(std::string_view(s->data(), s->size()));
      if (!parsed) return wrong(name), out;
      out.push_back(*parsed);
    }
    return out;
  }
  std::optional<score::Key> key(std::string_view name) {
    if (!has(name)) return std::nullopt;
    const auto key = score::key_from_name(text(name));
    if (!key) wrong(name);
    return key;
  }

  void wrong(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }
  const std::string& first_wrong() const { return wrong_; }

 private:
  const json::value& v_;
  std::string wrong_;
};

inline json::value to_value(EntityId id) {
  return json::value(to_text(id));
}
inline json::value to_value(const std::string& text) {
  return json::value(text);
}
inline json::value to_value(const std::vector<EntityId>& ids) {
  json::array out;
  for (const EntityId id : ids) out.push_back(to_value(id));
  return out;
}

using Answer = Result<json::value>;
inline Answer answer(Result<void> r) {
  if (!r) return r.error();
  return json::value();
}
template <class T>
Answer answer(Result<T> r) {
  if (!r) return r.error();
  return to_value(*r);
}

// A command first reads its parameters, then does its work: nothing happens with wrong ones.
using Work = std::function<Answer(Document&)>;
struct Command {
  std::string_view name;
  Work (*prepare)(const Document&, Args&);
};

std::span<const Command> song_commands();
std::span<const Command> mix_commands();
Track read_track(Args&, Track);
Take read_take(Args&, Take);  // all but what the recording itself is

}  // namespace tutti::project
