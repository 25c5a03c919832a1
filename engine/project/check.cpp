// What a document refuses: operations that are malformed, forged or over a limit.
//
// Whether an operation is well-formed depends on nothing but itself, so that replicas cannot differ
// in what they accept. Limits depend on the state; a server that refuses keeps its clients
// together.

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "engine/base/utf8.h"
#include "engine/project/state.h"

namespace tutti::project {
namespace {

constexpr const char* kForgedNext =
    "Reload the project. If it happens again, tell who runs the server.";

Error forged(const Operation& op, const char* what) {
  return {Code::bad_input, "The change " + to_text(op.stamp) + " was refused: " + what + ".",
          kForgedNext};
}
Error too_much(const char* what) {
  return {Code::too_large, std::string("This project is full: ") + what + ".",
          "Take away what is not needed, or begin a new project."};
}

bool valid_stamp(Stamp s) {
  return s.counter >= 1 && s.counter <= kMaxCounter && s.actor >= 1 && s.actor <= kMaxActor;
}

// Anything that is pointed at must have been there before.
bool points_back(const Operation& op, EntityId to) {
  return to == kRoot || (valid_stamp(to) && to.counter < op.stamp.counter && to != op.entity);
}

bool place_value(const Operation& op, const Field& field) {
  if (field.second.is_null()) return true;
  const auto* text = field.second.if_text();
  if (text == nullptr) return false;
  if (field.first != kParent) return text->size() <= 256;
  const auto parent = stamp_from_text(*text);
  return parent && to_text(*parent) == *text && points_back(op, *parent);
}

bool removed_value(const Value& value) {
  return value.is_null() || value == Value(true) || value == Value(false);
}

Result<void> check_field(const Operation& op, const Field& field, const DocumentLimits& limits) {
  const auto& [name, value] = field;
  if (!valid_name(name, limits.max_name)) return forged(op, "a field has an impossible name");
  const bool place = name == kParent || name == kPosition;
  const bool removed = name == kRemoved;
  const bool allowed = op.verb == Verb::add      ? true
                       : op.verb == Verb::move   ? place
                       : op.verb == Verb::remove ? removed
                                                 : !place && !removed;
  if (!allowed) return forged(op, "it sets a field that it may not set");
  if (place && !place_value(op, field)) return forged(op, "it names an impossible place");
  if (removed && !removed_value(value)) return forged(op, "it removes in an unknown way");
  if (const auto* text = value.if_text()) {
    if (text->size() > limits.max_text) return too_much("a text is too long");
    if (!is_utf8(*text)) return forged(op, "a text is not UTF-8");
  }
  return {};
}

Result<void> check_form(const Operation& op, const DocumentLimits& limits) {
  if (!valid_stamp(op.stamp)) return forged(op, "its stamp is impossible");
  if (op.fields.size() > limits.max_fields) return too_much("an entity has too many fields");
  if (op.verb == Verb::add) {
    if (op.entity != op.stamp) return forged(op, "it adds under a foreign number");
    if (!valid_name(op.kind, limits.max_name)) return forged(op, "what it adds has no kind");
  } else {
    if (!op.kind.empty()) return forged(op, "it changes what a thing is");
    if (op.fields.empty()) return forged(op, "it changes nothing");
    if (op.entity == kRoot) {
      if (op.verb != Verb::set) return forged(op, "the project itself cannot be moved or removed");
    } else if (!valid_stamp(op.entity) || op.entity.counter >= op.stamp.counter) {
      return forged(op, "it changes what was not there yet");
    }
  }
  for (std::size_t i = 0; i < op.fields.size(); ++i) {
    if (auto ok = check_field(op, op.fields[i], limits); !ok) return ok;
    for (std::size_t j = 0; j < i; ++j) {
      if (op.fields[j].first == op.fields[i].first) return forged(op, "it sets a field twice");
    }
  }
  return {};
}

}  // namespace

// How much a batch would add, counted exactly: what is said twice counts once, what loses against a
// later writer not at all. Only needed where the quick count comes near a limit.
Result<void> Store::check_exactly(std::span<const Operation> ops) const {
  struct Winner {
    Stamp stamp;
    std::size_t text = 0;
  };
  std::unordered_map<EntityId, std::map<std::string_view, Winner>> said;
  for (const auto& op : ops) {
    auto& fields = said[op.entity];
    for (const auto& [name, value] : op.fields) {
      auto& winner = fields[name];
      if (winner.stamp <= op.stamp) {
        winner = {op.stamp, std::max(value.text().size(),
                                     winner.stamp == op.stamp ? winner.text : std::size_t{0})};
      }
      if (name == kParent) {
        if (const auto parent = stamp_from_text(value.text())) said.try_emplace(*parent);
      }
    }
  }
  std::size_t fresh = 0;
  std::size_t text = text_bytes_;
  for (const auto& [id, fields] : said) {
    const Record* record = find(id);
    std::size_t count = record == nullptr ? 0 : record->slots.size();
    if (record == nullptr) ++fresh;
    for (const auto& [name, winner] : fields) {
      Atom atom = 0;
      const Slot* slot =
          record != nullptr && names_.find(name, atom) ? record->find(atom) : nullptr;
      if (slot == nullptr) {
        ++count;
        text += winner.text;
      } else if (slot->stamp < winner.stamp) {
        text += winner.text - slot->value.text().size();
      }
    }
    if (count > limits_.max_fields) return too_much("an entity has too many fields");
  }
  if (records_.size() - 1 + fresh > limits_.max_entities) return too_much("it has too many parts");
  if (text > limits_.max_total_text) return too_much("its texts are too long together");
  return {};
}

Result<void> Store::check(std::span<const Operation> ops, bool trusted) const {
  if (!trusted && ops.size() > limits_.max_operations) return too_much("too many changes at once");
  std::unordered_set<std::string_view> new_names;
  const auto name_it = [&](std::string_view name) {
    Atom atom = 0;
    if (!names_.find(name, atom)) new_names.insert(name);
  };
  // Upper bounds, without looking for repetitions.
  std::size_t entities = records_.size() - 1;
  std::size_t text = text_bytes_;
  bool plain = true;  // new entities in rising order, or one change of what is there
  Stamp last_add;
  for (const auto& op : ops) {
    if (auto ok = check_form(op, limits_); !ok) return ok;
    if (!trusted && op.stamp.counter > clock_ + limits_.max_clock_jump) {
      return forged(op, "its clock runs far ahead");
    }
    const Record* record = find(op.entity);
    if (op.verb == Verb::add) name_it(op.kind);
    if (op.verb == Verb::add && record == nullptr && last_add < op.stamp) {
      last_add = op.stamp;
    } else if (ops.size() > 1 || record == nullptr ||
               record->slots.size() + op.fields.size() > limits_.max_fields) {
      plain = false;
    }
    entities += 2;  // itself and a parent not yet known
    for (const auto& [name, value] : op.fields) {
      name_it(name);
      text += value.text().size();
    }
  }
  if (names_.size() + new_names.size() > Names::kMost) return too_much("it has too many names");
  if (!plain || entities > limits_.max_entities || text > limits_.max_total_text) {
    return check_exactly(ops);
  }
  return {};
}

}  // namespace tutti::project
