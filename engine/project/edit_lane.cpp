// Edits of automation: lanes and their points.

#include <algorithm>

#include "engine/project/edit_tools.h"
#include "engine/project/edits.h"
#include "engine/project/lane_target.h"
#include "engine/registry/effects.h"

namespace tutti::project {
namespace {

Result<void> check_target(const Document& d, EntityId owner, std::string_view target) {
  const Error nonsense{Code::wrong_usage,
                       "Nothing named \"" + std::string(target) + "\" can be automated here.",
                       "Use gain_db, pan, mute, device:<id>:<parameter>, send:<id>:gain_db, or for "
                       "notes cc0 to cc127, bend, pressure, program."};
  const auto mix = mix_target(target);
  if (!mix) {
    if (owner == kRoot || !control_of(std::string(target), {})) return nonsense;
    return {};
  }
  if (mix->owner == kRoot) {
    if (owner == kRoot && mix->param == "mute") return nonsense;
    return {};
  }
  if (d.parent(mix->owner) != owner) return gone();
  if (target.starts_with("send:")) {
    if (!send(d, mix->owner)) return gone();
    return {};
  }
  const auto device_there = device(d, mix->owner);
  if (!device_there) return gone();
  const auto info = registry::require_effect(device_there->effect);
  if (!info) return info.error();
  const auto index = registry::require_parameter(**info, mix->param);
  if (!index) return index.error();
  const auto& parameter = (*info)->parameters[static_cast<std::size_t>(*index)];
  if (parameter.structural) {
    return Error{Code::wrong_usage,
                 "\"" + std::string(parameter.name) +
                     "\" cannot be automated: it shapes the effect "
                     "itself.",
                 "Set it once for the whole song."};
  }
  return {};
}

Fields point_fields(const LanePoint& have, const LanePoint& want) {
  Differences out;
  out.add("at", have.at, std::max(want.at, Ticks{}));
  out.add("value", have.value, want.value);
  out.add("shape", static_cast<int>(have.shape), static_cast<int>(want.shape));
  out.add("bend", have.bend, std::clamp(want.bend, -1.0, 1.0));
  return out.take();
}

Result<void> check_point(const LanePoint& p) {
  if (p.value == p.value && p.value - p.value == 0) return {};
  return Error{Code::wrong_usage, "The value of a point must be a number.", "Set it again."};
}

Result<EntityId> new_point(Document& d, EntityId lane, const LanePoint& p) {
  if (auto ok = check_point(p); !ok) return ok.error();
  auto fields = point_fields({}, p);
  std::erase_if(fields, [](const Field& f) { return f.first == "at" || f.first == "value"; });
  fields.emplace_back("at", std::max(p.at, Ticks{}));
  fields.emplace_back("value", p.value);
  return d.add("point", lane, std::move(fields));
}

}  // namespace

Result<EntityId> add_lane(Document& d, EntityId owner, std::string_view target) {
  if (owner != kRoot && !track(d, owner)) return gone();
  if (auto ok = check_target(d, owner, target); !ok) return ok.error();
  for (const EntityId id : d.children(owner, "lane")) {
    if (d.get(id, "target").text() == target) return id;
  }
  Step step(d, "Add a curve");
  auto added = d.add("lane", owner, {{"target", target}});
  if (added) step.done();
  return added;
}

Result<EntityId> add_point(Document& d, EntityId id, const LanePoint& point) {
  if (auto ok = check_point(point); !ok) return ok.error();
  const auto there = lane(d, id);
  if (!there) return gone();
  Step step(d, "Add a point");
  for (const auto& p : there->points) {
    if (p.at != point.at) continue;
    LanePoint moved = point;
    moved.id = p.id;
    if (auto ok = set_point(d, moved); !ok) return ok.error();
    step.done();
    return p.id;
  }
  auto added = new_point(d, id, point);
  if (added) step.done();
  return added;
}

Result<void> set_point(Document& d, const LanePoint& want) {
  if (auto ok = check_point(want); !ok) return ok;
  const auto owner = lane(d, d.parent(want.id));
  if (!owner) return gone();
  const auto have = std::find_if(owner->points.begin(), owner->points.end(),
                                 [&](const LanePoint& p) { return p.id == want.id; });
  if (have == owner->points.end()) return gone();
  Step step(d, "Move a point");
  auto fields = point_fields(*have, want);
  if (!fields.empty()) {
    if (auto ok = d.set(want.id, std::move(fields)); !ok) return ok;
  }
  step.done();
  return {};
}

Result<std::vector<EntityId>> write_points(Document& d, EntityId id, Ticks from, Ticks to,
                                           std::span<const LanePoint> points) {
  const auto there = lane(d, id);
  if (!there) return gone();
  Step step(d, "Draw a curve");
  for (const auto& p : there->points) {
    if (p.at < from || p.at > to) continue;
    if (auto ok = d.remove(p.id); !ok) return ok.error();
  }
  std::vector<EntityId> out;
  out.reserve(points.size());
  for (const auto& p : points) {
    auto added = new_point(d, id, p);
    if (!added) return added.error();
    out.push_back(*added);
  }
  step.done();
  return out;
}

}  // namespace tutti::project
