// One track out of a plan, for freezing and bouncing; and the names of stretched recordings.

#include <algorithm>

#include "engine/base/json.h"
#include "engine/project/compile.h"
#include "engine/project/song.h"

namespace tutti::project {
namespace {

// What runs into a node, itself included.
std::vector<bool> upstream(const graph::Plan& plan, std::size_t target) {
  const std::size_t count = plan.nodes.size();
  std::vector<std::vector<std::size_t>> from(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& node = plan.nodes[i];
    if (node.output >= 0) from[static_cast<std::size_t>(node.output)].push_back(i);
    for (const auto& send : node.sends) from[send.to].push_back(i);
    for (const auto& insert : node.inserts)
      if (insert.side >= 0) from[i].push_back(static_cast<std::size_t>(insert.side));
  }
  std::vector<bool> kept(count, false);
  std::vector<std::size_t> next = {target};
  kept[target] = true;
  while (!next.empty()) {
    const auto at = next.back();
    next.pop_back();
    for (const auto source : from[at]) {
      if (kept[source]) continue;
      kept[source] = true;
      next.push_back(source);
    }
  }
  return kept;
}

// The plan without the nodes that are not kept; those whose output went are silent themselves.
graph::Plan pruned(graph::Plan plan, const std::vector<bool>& kept, std::size_t target) {
  constexpr std::uint64_t kNowhereId = 0xfffffffffffffffd;
  std::vector<std::int32_t> moved(plan.nodes.size(), -1);
  std::int32_t count = 0;
  for (std::size_t i = 0; i < kept.size(); ++i)
    if (kept[i]) moved[i] = count++;
  graph::Plan out = plan;
  out.nodes.clear();
  bool nowhere = false;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i]) continue;
    auto node = std::move(plan.nodes[i]);
    const bool gone = node.output < 0 || !kept[static_cast<std::size_t>(node.output)];
    if (i == target) {
      node.output = graph::PlanNode::kMaster;
    } else {
      node.output = gone ? count : moved[static_cast<std::size_t>(node.output)];
      nowhere = nowhere || gone;
    }
    std::erase_if(node.sends, [&](const auto& send) { return !kept[send.to]; });
    for (auto& send : node.sends) send.to = static_cast<std::uint32_t>(moved[send.to]);
    for (auto& insert : node.inserts)
      if (insert.side >= 0) insert.side = moved[static_cast<std::size_t>(insert.side)];
    out.nodes.push_back(std::move(node));
  }
  if (nowhere) {
    graph::PlanNode node;
    node.id = kNowhereId;
    node.kind = "bus";
    node.mute = true;
    out.nodes.push_back(std::move(node));
  }
  std::erase_if(out.events, [&](const auto& event) { return !kept[event.node]; });
  for (auto& event : out.events) event.node = static_cast<std::uint32_t>(moved[event.node]);
  std::erase_if(out.curves, [&](const auto& curve) {
    return curve.node == graph::PlanCurve::kMasterNode || !kept[curve.node];
  });
  for (auto& curve : out.curves) curve.node = static_cast<std::uint32_t>(moved[curve.node]);
  out.master_gain = 1;
  out.master_pan = 0;
  out.master_inserts.clear();
  return out;
}

}  // namespace

Result<graph::Plan> compile_track(const Document& d, EntityId id, bool with_fader) {
  const auto there = track(d, id);
  if (!there) {
    return Error{Code::not_found, "This track is no longer there.", "Choose another track."};
  }
  // Nobody's solo decides what a track alone sounds like.
  Document alone = d.clone();
  alone.set_actor(1);
  for (const auto& t : tracks(alone)) {
    if (!t.solo) continue;
    if (auto ok = alone.set(t.id, "solo", false); !ok) return ok.error();
  }
  if (auto ok = alone.set(id, "freeze_on", false); !ok) return ok.error();
  CompileOptions options;
  options.one_node_a_track = options.merge_single_clips = true;
  auto plan = compile(alone, options);
  if (!plan) return plan;
  const auto found = std::find_if(plan->nodes.begin(), plan->nodes.end(),
                                  [&](const auto& node) { return node.id == to_number(id); });
  if (found == plan->nodes.end()) {
    graph::Plan empty;
    empty.tempos = plan->tempos;
    empty.metres = plan->metres;
    return empty;
  }
  const auto target = static_cast<std::size_t>(found - plan->nodes.begin());
  const auto kept = upstream(*plan, target);
  auto out = pruned(*std::move(plan), kept, target);
  const auto place = static_cast<std::size_t>(
      std::count(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(target), true));
  auto& node = out.nodes[place];
  node.sends.clear();
  node.mute = false;
  std::erase_if(out.curves, [&](const auto& curve) {
    if (curve.node != place) return false;
    const bool of_insert = std::any_of(node.inserts.begin(), node.inserts.end(),
                                       [&](const auto& i) { return i.id == curve.owner; });
    return !of_insert && (curve.owner != 0 || !with_fader || curve.param == "mute");
  });
  if (!with_fader) {
    node.gain = 1;
    node.pan = 0;
    node.pan_law = graph::PanLaw::balance;
  }
  return out;
}

std::string stretched_name(const Stretched& s) {
  std::string out = "stretch:";
  append_json_number(out, s.ratio);
  out += ':';
  append_json_number(out, s.semitones);
  return out + ':' + s.blob;
}

std::optional<Stretched> stretched_from_name(std::string_view name) {
  if (!name.starts_with("stretch:")) return std::nullopt;
  name.remove_prefix(8);
  const auto first = name.find(':');
  const auto second = first == std::string_view::npos ? first : name.find(':', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  Stretched out;
  out.blob = name.substr(second + 1);
  const auto ratio = parse_json(name.substr(0, first));
  const auto semitones = parse_json(name.substr(first + 1, second - first - 1));
  if (!ratio || !semitones || !json_get(&*ratio, out.ratio) ||
      !json_get(&*semitones, out.semitones) || !is_blob(out.blob)) {
    return std::nullopt;
  }
  if (!(out.ratio >= 0.1 && out.ratio <= 10) || !(out.semitones >= -24 && out.semitones <= 24))
    return std::nullopt;
  return out;
}

}  // namespace tutti::project
