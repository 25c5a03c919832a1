#include "engine/registry/effects.h"

#include <algorithm>

#include "engine/base/suggest.h"

namespace tutti::registry {
namespace {

// Letters and digits only, small.
std::string plain(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

std::string quoted(std::string_view word) {
  return '"' + std::string(word) + '"';
}

}  // namespace

const param::EffectInfo* find_effect(std::string_view name) {
  const std::string wanted = plain(name);
  for (const auto* info : effects()) {
    if (plain(info->id) == wanted) return info;
  }
  for (const auto* info : effects()) {
    for (const auto alias : info->aliases) {
      if (plain(alias) == wanted) return info;
    }
  }
  return nullptr;
}

Result<const param::EffectInfo*> require_effect(std::string_view name) {
  if (const auto* info = find_effect(name)) return info;
  std::vector<std::string> known;
  for (const auto* info : effects()) {
    known.emplace_back(info->id);
    known.insert(known.end(), info->aliases.begin(), info->aliases.end());
  }
  const std::string near = suggestion(name, known);
  return Error{
      Code::not_found, "There is no effect named " + quoted(name) + ".",
      near.empty() ? "List the effects with: tutti fx list" : "Did you mean " + quoted(near) + "?"};
}

Result<int> require_parameter(const param::EffectInfo& info, std::string_view id) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < info.parameters.size(); ++i) {
    if (info.parameters[i].id == id) return static_cast<int>(i);
    known.emplace_back(info.parameters[i].id);
  }
  const std::string near = suggestion(id, known);
  return Error{Code::not_found,
               "The effect " + quoted(info.id) + " has no parameter named " + quoted(id) + ".",
               near.empty() ? "List its parameters with: tutti fx describe " + std::string(info.id)
                            : "Did you mean " + quoted(near) + "?"};
}

}  // namespace tutti::registry
