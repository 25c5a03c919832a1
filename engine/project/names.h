// Small pieces that the files of this room share: names, and values as JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "engine/project/document.h"
#include "engine/project/operation.h"

namespace tutti::project {

// Fields that operations set by verbs of their own.
inline constexpr std::string_view kParent = "parent";      // text of an EntityId
inline constexpr std::string_view kPosition = "position";  // order among siblings
inline constexpr std::string_view kRemoved = "removed";    // truth value

// Names of kinds and fields: a lower-case letter, then lower-case letters, digits and underscores.
bool valid_name(std::string_view name, std::size_t longest);

void append_value(std::string& out, const Value&);
void append_fields(std::string& out, const Fields&);
std::optional<Value> value_from_json(const json::value&);  // nothing for lists and objects
Result<std::vector<Operation>> operations_from_json_value(const json::value&);
Result<Document> load_tutti_value(const json::value&, std::uint64_t actor, const DocumentLimits&);
Result<Document> import_maa_value(const json::value&, std::uint64_t actor, const DocumentLimits&);

}  // namespace tutti::project
