// What the document tests share: pictures of a document, and a naive model of merging.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/random.h"
#include "engine/project/document.h"

namespace tutti::project {

// So that failures can be read.
inline void PrintTo(const Stamp& s, std::ostream* os) {
  *os << to_text(s);
}

namespace test {

// Everything a person could see: alive entities with their fields.
using Picture = std::map<EntityId, Fields>;

inline Picture picture(const Document& d) {
  Picture out;
  out[kRoot] = d.fields(kRoot);
  for (const EntityId id : d.entities()) {
    if (!d.alive(id)) continue;
    auto fields = d.fields(id);
    // "Not removed" may be said or left unsaid.
    std::erase_if(fields, [](const Field& f) { return f.first == "removed"; });
    out[id] = std::move(fields);
  }
  return out;
}

// Merging as the words say it, with no thought for speed: all operations ever seen, the last writer
// of each field found by looking through all of them.
class Oracle {
 public:
  void see(const Operation& op) { ops_.push_back(op); }

  std::string canonical() const {
    std::map<EntityId, std::string> kinds;
    std::map<EntityId, std::map<std::string, std::pair<Stamp, Value>>> fields;
    for (const auto& op : ops_) {
      if (op.verb == Verb::add) kinds[op.entity] = std::max(kinds[op.entity], op.kind);
      for (const auto& [name, value] : op.fields) {
        auto& field = fields[op.entity];
        const auto found = field.find(name);
        if (found == field.end() || found->second < std::pair(op.stamp, value)) {
          field[name] = {op.stamp, value};
        }
      }
    }
    std::map<EntityId, std::string> lines;
    for (const auto& [id, kind] : kinds)
      lines[id] = "{\"id\":\"" + to_text(id) + "\",\"kind\":\"" + kind + "\"";
    for (const auto& [id, field] : fields) {
      if (!lines.contains(id))
        lines[id] =
            "{\"id\":\"" + to_text(id) + "\"" + (id == kRoot ? ",\"kind\":\"project\"" : "");
    }
    std::string out;
    for (auto& [id, line] : lines) {
      std::string set;
      std::string at;
      for (const auto& [name, write] : fields[id]) {
        const std::string one = operations_to_json(
            std::vector<Operation>{{{1, 1}, Verb::set, {}, "", {{name, write.second}}}});
        const auto from = one.find("\"set\":{") + 7;
        set += (set.empty() ? "" : ",") + one.substr(from, one.size() - from - 3);
        if (write.first != id)
          at += (at.empty() ? "\"" : ",\"") + name + "\":\"" + to_text(write.first) + "\"";
      }
      out += (out.empty() ? "" : ",\n") + line + ",\"set\":{" + set + "}" +
             (at.empty() ? "" : ",\"at\":{" + at + "}") + "}";
    }
    return out;
  }

 private:
  std::vector<Operation> ops_;
};

// Some edit of some kind; what it is depends only on the random numbers and the document.
inline void any_edit(Document& d, Random& random) {
  const auto all = d.entities();
  const auto pick = [&](std::string_view kind) -> EntityId {
    std::vector<EntityId> found;
    for (const EntityId id : all) {
      if (d.kind(id) == kind) found.push_back(id);
    }
    return found.empty() ? kRoot : found[random.below(found.size())];
  };
  const auto value = [&]() -> Value {
    switch (random.below(6)) {
      case 0:
        return Value();
      case 1:
        return Value(random.below(2) == 0);
      case 2:
        return Value(random.uniform() * 1e3);
      case 3:
        return Value("text \xC3\xA9 " + std::to_string(random.below(5)));
      default:
        return Value(static_cast<std::int64_t>(random.below(8)));
    }
  };
  constexpr const char* kFields[] = {"start", "key", "name", "gain"};
  const bool grouped = random.below(4) == 0;
  if (grouped) d.begin_edit("Group");
  for (auto n = grouped ? 1 + random.below(4) : 1; n > 0; --n) {
    const auto what = random.below(12);
    const EntityId track = pick("track");
    const EntityId note = pick("note");
    if (what < 2 || track == kRoot) {
      static_cast<void>(
          d.add("track", kRoot, {{"name", value()}, {"position", position_between("", "")}}));
    } else if (what < 5 || note == kRoot) {
      static_cast<void>(d.add("note", track, {{"start", value()}, {"key", value()}}));
    } else if (what < 9) {
      const EntityId target = random.below(6) == 0 ? kRoot : random.below(4) == 0 ? track : note;
      static_cast<void>(d.set(target, kFields[random.below(4)], value()));
    } else if (what == 9) {
      const auto siblings = d.children(kRoot, "track");
      const EntityId after = siblings.empty() || random.below(3) == 0
                                 ? kRoot
                                 : siblings[random.below(siblings.size())];
      if (after != track) static_cast<void>(d.move(track, kRoot, after));
    } else if (what == 10) {
      static_cast<void>(d.remove(random.below(4) == 0 ? track : note));
    } else {
      static_cast<void>(d.restore(random.below(4) == 0 ? track : note));
    }
  }
  if (grouped) {
    if (random.below(5) == 0) {
      d.cancel_edit();
    } else {
      d.end_edit();
    }
  }
}

}  // namespace test
}  // namespace tutti::project
