// The kinds of entities and their fields, described once: names, types, ranges, defaults.
//
// Reading (song.cpp) brings fields into range by this table; the page's types and docs/formats.md
// follow it. A document keeps kinds and fields that are not listed here, so that an older program
// does not lose what a newer one wrote. Constant data, thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/project/document.h"

namespace tutti::project {

enum class FieldType { truth, whole, number, text };

struct FieldSpec {
  std::string_view kind;
  std::string_view name;
  FieldType type;
  double low = 0;  // of numbers
  double high = 0;
  double fallback = 0;  // of numbers and truth values; texts fall back to ""
  std::string_view meaning;
};

std::span<const FieldSpec> field_specs();
const FieldSpec* field_spec(std::string_view kind, std::string_view name);  // nullptr if not listed

// A field of an entity as its table row says: in range, or the fallback.
double read_number(const Document&, EntityId, const FieldSpec&);
std::int64_t read_whole(const Document&, EntityId, const FieldSpec&);
bool read_truth(const Document&, EntityId, const FieldSpec&);
std::string read_text(const Document&, EntityId, const FieldSpec&);

// [{"kind","name","type","low","high","fallback","meaning"}], for generators of types and tables.
std::string schema_json();

// Ticks of the document lie in 0 … kLastTick.
inline constexpr std::int64_t kLastTick = 1ll << 50;

}  // namespace tutti::project
