// .tutti: the state of a document with its stamps, an entity a line.

#include <algorithm>
#include <map>

#include "engine/project/files.h"
#include "engine/project/names.h"

namespace tutti::project {
namespace {

constexpr std::string_view kFormat = "tutti";

Error wrong(const std::string& what) {
  return {Code::bad_input, "This project file cannot be read: " + what + ".",
          "Open an earlier copy, or the project on the server it came from."};
}

std::string_view text_at(const json::value& v, std::string_view key) {
  const auto* found = json_find(v, key);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string_view{} : std::string_view(text->data(), text->size());
}

Verb verb_of(std::string_view field) {
  if (field == kParent || field == kPosition) return Verb::move;
  return field == kRemoved ? Verb::remove : Verb::set;
}

// One entity back into the operations that would make it.
Result<void> read_entity(const json::value& v, std::size_t index, std::vector<Operation>& out) {
  const std::string where = "entity " + std::to_string(index + 1);
  const auto id = stamp_from_text(text_at(v, "id"));
  if (!id) return wrong(where + " has no id");
  const auto kind = text_at(v, "kind");
  const bool known = !kind.empty() && *id != kRoot;
  Operation add{*id, Verb::add, *id, std::string(known ? kind : std::string_view{}), {}};
  std::map<std::pair<Stamp, Verb>, Operation> later;
  const auto* set = json_find(v, "set");
  const auto* fields = set == nullptr ? nullptr : set->if_object();
  if (set != nullptr && fields == nullptr) return wrong(where + " has fields of a wrong form");
  const auto* at = json_find(v, "at");
  if (fields != nullptr) {
    for (const auto& member : *fields) {
      const std::string_view name(member.key().data(), member.key().size());
      auto value = value_from_json(member.value());
      if (!value) return wrong(where + " has a value that is a list or an object");
      Stamp stamp = *id;
      if (at != nullptr && json_find(*at, name) != nullptr) {
        const auto given = stamp_from_text(text_at(*at, name));
        if (!given) return wrong(where + " has a stamp of a wrong form");
        stamp = *given;
      }
      if (known && stamp == *id) {
        add.fields.emplace_back(name, *std::move(value));
        continue;
      }
      const Verb verb = verb_of(name);
      auto& op = later[{stamp, verb}];
      op.stamp = stamp;
      op.verb = verb;
      op.entity = *id;
      op.fields.emplace_back(name, *std::move(value));
    }
  }
  if (known) out.push_back(std::move(add));
  for (auto& entry : later) out.push_back(std::move(entry.second));
  return {};
}

}  // namespace

std::string save_tutti(const Document& document) {
  std::string out =
      "{\"format\":\"tutti\",\"version\":" + std::to_string(kTuttiVersion) + ",\"entities\":[\n";
  out += document.canonical();
  out += "\n]}\n";
  return out;
}

Result<Document> load_tutti_value(const json::value& root, std::uint64_t actor,
                                  const DocumentLimits& limits) {
  if (text_at(root, "format") != kFormat) {
    return Error{Code::bad_input, "This is not a Tutti project.",
                 "Choose a file that ends in .tutti."};
  }
  double version = 0;
  if (!json_get(json_find(root, "version"), version) || version < 1) {
    return wrong("it has no version");
  }
  if (version > kTuttiVersion) {
    return Error{Code::unsupported,
                 "This project was saved by a newer Tutti (file version " +
                     std::to_string(static_cast<long long>(std::min(version, 1e9))) +
                     "; this one reads up to " + std::to_string(kTuttiVersion) + ").",
                 "Update Tutti, then open it again."};
  }
  const auto* entities = json_find(root, "entities");
  const auto* list = entities == nullptr ? nullptr : entities->if_array();
  if (list == nullptr) return wrong("it has no list of entities");
  std::vector<Operation> ops;
  ops.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (auto ok = read_entity((*list)[i], i, ops); !ok) return ok.error();
  }
  Document document(actor, limits);
  if (auto ok = document.restore_state(ops); !ok) return ok.error();
  return document;
}

Result<Document> load_tutti(std::string_view text, std::uint64_t actor,
                            const DocumentLimits& limits) {
  const auto parsed = parse_json(text, {.max_bytes = 512u << 20, .max_depth = 16});
  if (!parsed) return parsed.error();
  return load_tutti_value(*parsed, actor, limits);
}

}  // namespace tutti::project
