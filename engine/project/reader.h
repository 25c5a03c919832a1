// The fields of one entity, read by the table of its kind. Inside engine/project only.
#pragma once

#include <string>
#include <string_view>

#include "engine/project/document.h"
#include "engine/project/schema.h"

namespace tutti::project {

// A missing row is our own mistake and would show in every test that reads the field.
class Reader {
 public:
  Reader(const Document& d, EntityId id, std::string_view kind) : d_(d), id_(id), kind_(kind) {}

  double number(std::string_view name) const { return read_number(d_, id_, spec(name)); }
  bool truth(std::string_view name) const { return read_truth(d_, id_, spec(name)); }
  std::string text(std::string_view name) const { return read_text(d_, id_, spec(name)); }
  std::int64_t whole(std::string_view name) const { return read_whole(d_, id_, spec(name)); }
  int integer(std::string_view name) const { return static_cast<int>(whole(name)); }
  Ticks ticks(std::string_view name) const { return {whole(name)}; }
  EntityId entity(std::string_view name) const {
    const Value* v = d_.find(id_, name);
    return v == nullptr ? kRoot : stamp_from_text(v->text()).value_or(kRoot);
  }
  bool has(std::string_view name) const {
    const Value* v = d_.find(id_, name);
    return v != nullptr && v->is_number();
  }

 private:
  const FieldSpec& spec(std::string_view name) const {
    static constexpr FieldSpec kNone{"", "", FieldType::text, 0, 0, 0, ""};
    const FieldSpec* found = field_spec(kind_, name);
    return found == nullptr ? kNone : *found;
  }
  const Document& d_;
  EntityId id_;
  std::string_view kind_;
};

inline bool is(const Document& d, EntityId id, std::string_view kind) {
  return d.kind(id) == kind && d.alive(id);
}

}  // namespace tutti::project
