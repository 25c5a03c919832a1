// The mixer as a musician sees it: devices, sends, lanes, and how long a clip sounds.

#include <algorithm>
#include <cmath>

#include "engine/project/reader.h"
#include "engine/project/song.h"

namespace tutti::project {
namespace {

Lane read_lane(const Document& d, EntityId id) {
  Lane lane{id, d.parent(id), Reader(d, id, "lane").text("target"), {}};
  for (const EntityId p : d.children(id, "point")) {
    const Reader r(d, p, "point");
    lane.points.push_back({p, r.ticks("at"), r.number("value"),
                           static_cast<graph::Shape>(r.integer("shape")), r.number("bend")});
  }
  std::stable_sort(lane.points.begin(), lane.points.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return lane;
}

Device read_device(const Document& d, EntityId id) {
  const Reader r(d, id, "device");
  Device out;
  out.id = id;
  out.owner = d.parent(id);
  out.effect = r.text("effect");
  out.bypass = r.truth("bypass");
  for (const auto& [name, value] : d.fields(id)) {
    if (!name.starts_with("p_") || !value.is_number()) continue;
    // The table has one row for all of them.
    out.params.emplace_back(name.substr(2), std::clamp(value.number(0), -1e9, 1e9));
  }
  out.impulse = r.text("impulse");
  if (!is_blob(out.impulse)) out.impulse.clear();
  out.side = r.entity("side");
  out.side_pre = r.truth("side_pre");
  return out;
}

Send read_send(const Document& d, EntityId id) {
  const Reader r(d, id, "send");
  return {id, d.parent(id), r.entity("to"), r.number("gain_db"), r.truth("pre"), r.truth("mute")};
}

}  // namespace

std::vector<Lane> lanes(const Document& d, EntityId track) {
  std::vector<Lane> out;
  for (const EntityId id : d.children(track, "lane")) out.push_back(read_lane(d, id));
  return out;
}

std::optional<Lane> lane(const Document& d, EntityId id) {
  if (!is(d, id, "lane")) return std::nullopt;
  return read_lane(d, id);
}

std::vector<Device> devices(const Document& d, EntityId owner) {
  std::vector<Device> out;
  for (const EntityId id : d.children(owner, "device")) out.push_back(read_device(d, id));
  return out;
}

std::optional<Device> device(const Document& d, EntityId id) {
  if (!is(d, id, "device")) return std::nullopt;
  return read_device(d, id);
}

std::vector<Send> sends(const Document& d, EntityId track) {
  std::vector<Send> out;
  for (const EntityId id : d.children(track, "send")) out.push_back(read_send(d, id));
  return out;
}

std::optional<Send> send(const Document& d, EntityId id) {
  if (!is(d, id, "send")) return std::nullopt;
  return read_send(d, id);
}

double stretch_of(const Take& take, const score::TempoMap& tempo) {
  if (!take.follow_tempo || !(take.bpm > 0)) return take.stretch;
  const double source = static_cast<double>(take.frames) / take.rate - take.offset;
  if (!(source > 0)) return 1;
  const double quarters = source * take.bpm / 60;
  const double end = static_cast<double>(take.start.value) + quarters * kTicksPerQuarter;
  const double sounds = tempo.seconds(Ticks{static_cast<std::int64_t>(std::min(end, 1e15) + 0.5)}) -
                        tempo.seconds(take.start);
  return std::clamp(sounds / source, 0.1, 10.0);
}

double length_of(const Take& take, const score::TempoMap& tempo) {
  const double source = std::max(0.0, static_cast<double>(take.frames) / take.rate - take.offset);
  const double whole = source * stretch_of(take, tempo);
  if (!(take.length > 0) || whole == 0) return whole;
  return take.loop ? take.length : std::min(take.length, whole);
}

}  // namespace tutti::project
