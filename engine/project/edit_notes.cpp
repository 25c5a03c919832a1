// Edits of notes.

#include <algorithm>
#include <cmath>

#include "engine/project/edit_tools.h"
#include "engine/project/edits.h"
#include "engine/project/schema.h"

namespace tutti::project {
namespace {

constexpr Ticks kEnd{kLastTick};

// All of the notes, or an error if one is gone.
Result<std::vector<Note>> read_all(const Document& d, std::span<const EntityId> ids) {
  std::vector<Note> out;
  out.reserve(ids.size());
  for (const EntityId id : ids) {
    auto n = note(d, id);
    if (!n) return gone();
    out.push_back(*n);
  }
  return out;
}

// Writes what changed of each note, as one step.
template <class Change>
Result<void> change_all(Document& d, std::span<const EntityId> ids, const char* label,
                        Change change) {
  auto all = read_all(d, ids);
  if (!all) return all.error();
  Step step(d, label);
  for (const Note& before : *all) {
    Note n = before;
    change(n);
    Fields fields;
    if (n.start != before.start) fields.emplace_back("start", n.start);
    if (n.duration != before.duration) fields.emplace_back("duration", n.duration);
    if (n.key != before.key) fields.emplace_back("key", n.key);
    if (n.velocity != before.velocity) fields.emplace_back("velocity", n.velocity);
    if (fields.empty()) continue;
    if (auto ok = d.set(n.id, std::move(fields)); !ok) return ok;
  }
  step.done();
  return {};
}

Fields note_fields(const Note& n) {
  const Ticks start = std::clamp(n.start, Ticks{}, kEnd);
  Fields fields = {{"start", start},
                   {"duration", std::clamp(n.duration, Ticks{1}, kEnd)},
                   {"key", std::clamp(n.key, 0, 127)},
                   {"velocity", std::clamp(n.velocity, 1, 127)}};
  if (n.confidence != 1) fields.emplace_back("confidence", n.confidence);
  if (n.heard_start) {
    fields.emplace_back("heard_start", *n.heard_start);
    fields.emplace_back("heard_duration", n.heard_duration);
    fields.emplace_back("heard_pitch", n.heard_pitch);
    if (n.take != kRoot) fields.emplace_back("take", n.take);
  }
  return fields;
}

// The nearest line of the grid, counted from the start of the bar; every second one may swing. The
// next bar's start is a line too.
Ticks nearest_line(const score::TempoMap& tempo, Ticks at, const Quantise& q) {
  const Ticks bar = tempo.bar_start(at);
  const Ticks next_bar = bar + tempo.ticks_per_bar(at);
  const auto line = [&](std::int64_t k) {
    double ticks = static_cast<double>(q.grid.value) * static_cast<double>(k);
    if (k % 2 != 0) ticks += q.swing * static_cast<double>(q.grid.value) / 3;
    return std::min(bar + Ticks{static_cast<std::int64_t>(std::floor(ticks + 0.5))}, next_bar);
  };
  const std::int64_t k = (at - bar).value / q.grid.value;
  Ticks best = line(k);
  for (const std::int64_t other : {k - 1, k + 1}) {
    if (other < 0) continue;
    const Ticks candidate = line(other);
    if (std::abs((candidate - at).value) < std::abs((best - at).value)) best = candidate;
  }
  return best;
}

Ticks part_of_the_way(Ticks from, Ticks to, double strength) {
  const double way = static_cast<double>((to - from).value) * strength;
  return from + Ticks{static_cast<std::int64_t>(std::floor(way + 0.5))};
}

}  // namespace

Result<EntityId> add_note(Document& d, EntityId id, const Note& n) {
  if (!track(d, id)) return gone();
  Step step(d, "Add a note");
  auto added = d.add("note", id, note_fields(n));
  if (added) step.done();
  return added;
}

Result<std::vector<EntityId>> add_notes(Document& d, EntityId id, std::span<const Note> all) {
  if (!track(d, id)) return gone();
  Step step(d, "Add notes");
  std::vector<EntityId> out;
  out.reserve(all.size());
  for (const auto& n : all) {
    auto added = d.add("note", id, note_fields(n));
    if (!added) return added.error();
    out.push_back(*added);
  }
  step.done();
  return out;
}

Result<std::vector<EntityId>> add_notes(Document& d, EntityId id,
                                        std::span<const score::Note> all) {
  std::vector<Note> list;
  list.reserve(all.size());
  for (const auto& n : all) {
    Note out;
    out.start = n.start;
    out.duration = n.duration;
    out.key = n.key;
    out.velocity = n.velocity;
    out.confidence = n.confidence;
    list.push_back(out);
  }
  return add_notes(d, id, std::span<const Note>(list));
}

Result<void> remove_notes(Document& d, std::span<const EntityId> ids) {
  if (auto all = read_all(d, ids); !all) return all.error();
  Step step(d, "Delete notes");
  for (const EntityId id : ids) {
    if (auto ok = d.remove(id); !ok) return ok;
  }
  step.done();
  return {};
}

Result<void> move_notes(Document& d, std::span<const EntityId> ids, Ticks by, int keys) {
  auto all = read_all(d, ids);
  if (!all) return all.error();
  // The group keeps its shape: whoever meets a wall first stops all.
  by = std::clamp(by, Ticks{} - kEnd, kEnd);
  keys = std::clamp(keys, -127, 127);
  for (const Note& n : *all) {
    by = std::clamp(by, Ticks{} - n.start, kEnd - n.start);
    keys = std::clamp(keys, -n.key, 127 - n.key);
  }
  return change_all(d, ids, "Move notes", [&](Note& n) {
    n.start += by;
    n.key += keys;
  });
}

Result<void> stretch_notes(Document& d, std::span<const EntityId> ids, Ticks by, bool from_start,
                           Ticks least) {
  least = std::max(least, Ticks{1});
  by = std::clamp(by, Ticks{} - kEnd, kEnd);
  return change_all(d, ids, "Stretch notes", [&](Note& n) {
    // A note that is shorter already does not grow by being made shorter.
    const Ticks shortest = std::min(least, n.duration);
    if (from_start) {
      const Ticks end = n.start + n.duration;
      n.start = std::clamp(n.start + by, Ticks{}, end - shortest);
      n.duration = end - n.start;
    } else {
      n.duration = std::clamp(n.duration + by, shortest, kEnd);
    }
  });
}

Result<void> transpose(Document& d, std::span<const EntityId> ids, int semitones) {
  Step step(d, "Transpose");
  if (auto ok = move_notes(d, ids, {}, semitones); !ok) return ok;
  step.done();
  return {};
}

Result<void> set_velocity(Document& d, std::span<const EntityId> ids, int velocity) {
  return change_all(d, ids, "Velocity",
                    [&](Note& n) { n.velocity = std::clamp(velocity, 1, 127); });
}

Result<void> change_velocity(Document& d, std::span<const EntityId> ids, int by) {
  by = std::clamp(by, -127, 127);
  return change_all(d, ids, "Velocity",
                    [&](Note& n) { n.velocity = std::clamp(n.velocity + by, 1, 127); });
}

Result<void> quantise(Document& d, std::span<const EntityId> ids, const Quantise& given) {
  Quantise q = given;
  q.grid = std::clamp(q.grid, Ticks{1}, Ticks{1000 * kTicksPerQuarter});
  q.strength = q.strength >= 0 ? std::min(q.strength, 1.0) : 0;
  q.swing = q.swing >= 0 ? std::min(q.swing, 1.0) : 0;
  const auto tempo = tempo_map(d);
  return change_all(d, ids, "Quantise", [&](Note& n) {
    const Ticks end = n.start + n.duration;
    n.start = part_of_the_way(n.start, nearest_line(tempo, n.start, q), q.strength);
    if (!q.ends) return;
    Ticks line = nearest_line(tempo, end, q);
    if (line <= n.start) line = n.start + q.grid;
    n.duration = std::max(part_of_the_way(end, line, q.strength) - n.start, Ticks{1});
  });
}

Result<void> unquantise(Document& d, std::span<const EntityId> ids) {
  const auto tempo = tempo_map(d);
  return change_all(d, ids, "Back to what was sung", [&](Note& n) {
    if (!n.heard_start) return;
    double start = *n.heard_start;
    if (const auto heard_in = take(d, n.take)) {
      start += tempo.seconds(heard_in->start) - heard_in->offset;
    }
    n.start = std::clamp(tempo.ticks(start), Ticks{}, kEnd);
    const Ticks end = tempo.ticks(start + n.heard_duration);
    n.duration = std::clamp(end - n.start, Ticks{1}, kEnd);
  });
}

Result<void> snap_to_key(Document& d, std::span<const EntityId> ids, score::Key key) {
  return change_all(d, ids, "Snap to the key", [&](Note& n) { n.key = score::snap(key, n.key); });
}

}  // namespace tutti::project
