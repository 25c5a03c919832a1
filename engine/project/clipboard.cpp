// Notes as text: copy, cut, paste, duplicate.

#include <algorithm>

#include "engine/base/json.h"
#include "engine/project/edit_tools.h"
#include "engine/project/edits.h"
#include "engine/project/schema.h"

namespace tutti::project {
namespace {

Error no_notes() {
  return {Code::bad_input, "There are no notes on the clipboard.", "Copy some notes first."};
}

bool whole_at(const json::value& v, std::string_view key, double low, double high,
              std::int64_t& out) {
  double number = 0;
  if (!json_get(json_find(v, key), number) || !(number >= low) || !(number <= high)) return false;
  out = static_cast<std::int64_t>(number);
  return true;
}

}  // namespace

std::string copy_notes(const Document& d, std::span<const EntityId> ids) {
  std::vector<Note> all;
  for (const EntityId id : ids) {
    if (auto n = note(d, id)) all.push_back(*n);
  }
  std::sort(all.begin(), all.end(), [](const Note& a, const Note& b) {
    return std::tie(a.start, a.key, a.id) < std::tie(b.start, b.key, b.id);
  });
  json::array list;
  for (const Note& n : all) {
    list.push_back(json::object{{"start", (n.start - all.front().start).value},
                                {"duration", n.duration.value},
                                {"key", n.key},
                                {"velocity", n.velocity}});
  }
  return write_json(
      json::value(json::object{{"tutti", "notes"}, {"version", 1}, {"notes", std::move(list)}}));
}

Result<std::string> cut_notes(Document& d, std::span<const EntityId> ids) {
  auto text = copy_notes(d, ids);
  Step step(d, "Cut notes");
  if (auto ok = remove_notes(d, ids); !ok) return ok.error();
  step.done();
  return text;
}

Result<std::vector<EntityId>> paste_notes(Document& d, EntityId id, Ticks at,
                                          std::string_view clipboard) {
  const auto parsed = parse_json(clipboard);
  if (!parsed) return no_notes();
  const auto* mark = json_find(*parsed, "tutti");
  const auto* notes = json_find(*parsed, "notes");
  if (mark == nullptr || *mark != json::value("notes") || notes == nullptr || !notes->is_array()) {
    return no_notes();
  }
  std::vector<Note> list;
  for (const auto& v : *notes->if_array()) {
    constexpr auto kMost = static_cast<double>(kLastTick);
    std::int64_t start = 0;
    std::int64_t duration = 0;
    std::int64_t key = 0;
    std::int64_t velocity = 100;
    if (!whole_at(v, "start", 0, kMost, start) || !whole_at(v, "duration", 1, kMost, duration) ||
        !whole_at(v, "key", 0, 127, key)) {
      return no_notes();
    }
    whole_at(v, "velocity", 1, 127, velocity);
    Note n;
    n.start = std::max(at, Ticks{}) + Ticks{start};
    n.duration = {duration};
    n.key = static_cast<int>(key);
    n.velocity = static_cast<int>(velocity);
    list.push_back(n);
  }
  Step step(d, "Paste notes");
  auto added = add_notes(d, id, std::span<const Note>(list));
  if (added) step.done();
  return added;
}

Result<std::vector<EntityId>> duplicate_notes(Document& d, std::span<const EntityId> ids,
                                              Ticks by) {
  Step step(d, "Duplicate notes");
  std::vector<EntityId> out;
  for (const EntityId id : ids) {
    auto n = note(d, id);
    if (!n) return gone();
    n->start += by;
    auto added = add_note(d, n->track, *n);
    if (!added) return added.error();
    out.push_back(*added);
  }
  step.done();
  return out;
}

}  // namespace tutti::project
