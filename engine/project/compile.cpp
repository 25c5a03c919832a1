#include "engine/project/compile.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include "engine/base/json.h"
#include "engine/base/math.h"
#include "engine/project/lane_target.h"
#include "engine/project/plan_builder.h"
#include "engine/project/routing.h"
#include "engine/project/solo.h"
#include "engine/registry/effects.h"
#include "engine/registry/synth_names.h"

namespace tutti::project {
namespace {

using Index = std::uint32_t;
constexpr Index kNoNode = 0xffffffff;

// A muted bus: the output of tracks whose sends are heard and they are not.
constexpr std::uint64_t kNowhereId = 0xfffffffffffffffe;

Ticks in_song(Ticks at) {
  return std::min(at, Ticks{graph::kFurthestTick});
}

class Compiler {
 public:
  Compiler(const Document& d, const CompileOptions& options)
      : d_(d), options_(options), project_(info(d)), routes_(routes(d)), heard_(heard(routes_)) {}

  Result<graph::Plan> compile() {
    const auto found = circle(routes_);
    if (!found.empty()) return circle_error(routes_, found, Code::bad_input);
    const std::size_t count = routes_.tracks.size();
    strips_.assign(count, kNoNode);
    listened_.assign(count, false);
    for (const auto& devices : routes_.devices) {
      for (const auto& device : devices) {
        if (const auto side = routes_.find(device.side)) listened_[*side] = true;
      }
    }
    for (const auto& device : devices(d_, kRoot)) {
      if (const auto side = routes_.find(device.side)) listened_[*side] = true;
    }
    for (std::size_t i = 0; i < count; ++i) add_track(i);
    for (std::size_t i = 0; i < count; ++i) connect(i);
    add_master();
    return out_.finish(project_.tempo);
  }

 private:
  graph::Plan& plan() { return out_.plan(); }

  // What the sound of a track goes through, whatever makes it.
  void fader(graph::PlanNode& node, std::size_t i) const {
    const auto& t = routes_.tracks[i];
    node.name = t.name;
    node.gain = math::db_to_gain(t.gain_db);
    node.pan = t.pan;
    node.mute = t.mute || heard_[i] == Heard::no;
    node.pan_law = t.pan_law;
    node.invert_left = t.invert_left;
    node.invert_right = t.invert_right;
  }

  bool frozen(const Track& t) const {
    return t.freeze_on && !t.freeze.empty() && !options_.ignore_freeze;
  }

  void add_track(std::size_t i) {
    const auto& t = routes_.tracks[i];
    lanes_ = lanes(d_, t.id);
    const auto clips = takes(d_, t.id);
    for (const auto& take : clips) {
      if (take.blob.empty()) continue;
      const double end = project_.tempo.seconds(take.start) + length_of(take, project_.tempo);
      plan().end = std::max(plan().end, in_song(project_.tempo.ticks(end)));
    }
    if (frozen(t)) {
      graph::PlanNode node;
      node.id = to_number(t.id);
      node.kind = "clip";
      node.resource = t.freeze;
      fader(node, i);
      // Polarity is before the effects, so it is in the frozen sound already.
      node.invert_left = node.invert_right = false;
      strips_[i] = out_.add_node(std::move(node));
      if (t.kind == TrackKind::notes) note_ends(t);
      curves(i, strips_[i]);
      return;
    }
    std::vector<Take> sounding;
    for (const auto& take : clips) {
      if (!take.blob.empty()) sounding.push_back(take);
    }
    const bool notes_too = t.kind == TrackKind::notes;
    const std::size_t sources = sounding.size() + (notes_too ? 1 : 0);
    const bool in_common = t.kind == TrackKind::bus || listened_[i] ||
                           !routes_.devices[i].empty() || !routes_.sends[i].empty() ||
                           heard_[i] == Heard::sends_only || has_curves() ||
                           (options_.one_node_a_track && sources > 0);
    const bool single_clip =
        options_.merge_single_clips && t.kind == TrackKind::audio && sources == 1;
    if (in_common && t.kind != TrackKind::bus && sources == 0 && !listened_[i]) return;
    const bool strip = in_common && !single_clip && !(notes_too && sources == 1);
    if (strip) {
      graph::PlanNode node;
      node.id = to_number(t.id);
      node.kind = "bus";
      fader(node, i);
      strips_[i] = out_.add_node(std::move(node));
    }
    if (notes_too) {
      const Index index = add_notes(i, strip);
      if (!strip) strips_[i] = index;
    }
    for (const auto& take : sounding) {
      const Index index = add_take(i, take, strip, single_clip);
      if (single_clip) strips_[i] = index;
      if (!strip && !single_clip) loose_.emplace_back(index, i);
    }
    if (strips_[i] != kNoNode) curves(i, strips_[i]);
  }

  Index add_notes(std::size_t i, bool strip) {
    const auto& t = routes_.tracks[i];
    graph::PlanNode node;
    // Beside its own strip the instrument needs a number of its own.
    node.id = strip ? to_number(t.id) ^ 1 : to_number(t.id);
    // A synthesiser of a newer program: the SoundFont plays in its stead.
    const auto* synth = registry::find_synth_name(t.instrument);
    node.kind = synth != nullptr ? synth->id : "sampler";
    if (synth == nullptr) node.resource = t.soundfont;
    if (strip) {
      node.output = static_cast<std::int32_t>(strips_[i]);
    } else {
      fader(node, i);
    }
    const Index index = out_.add_node(std::move(node));
    if (synth == nullptr) out_.instrument(index, t.channel, t.program, t.bank);
    if (t.trim_db != 0) plan().nodes[index].params.push_back({"trim", t.trim_db});
    out_.controls(index, t.channel, controls(lanes_));
    std::vector<score::Note> list;
    for (const auto& n : notes(d_, t.id)) {
      list.push_back({n.start, n.duration, n.key, n.velocity, t.channel, 1});
    }
    out_.notes(index, t.channel, std::move(list));
    return index;
  }

  void note_ends(const Track& t) {
    for (const auto& n : notes(d_, t.id))
      plan().end = std::max(plan().end, in_song(n.start + n.duration));
  }

  Index add_take(std::size_t i, const Take& take, bool strip, bool single) {
    const double ratio = stretch_of(take, project_.tempo);
    const bool stretched = std::abs(ratio - 1) > 1e-9 || take.shift != 0;
    graph::PlanNode node;
    node.id = to_number(single && options_.one_node_a_track ? take.track : take.id);
    node.kind = "clip";
    node.name = take.name;
    node.resource = stretched ? stretched_name({take.blob, ratio, take.shift}) : take.blob;
    node.params = {{"level", take.gain_db},
                   {"offset", take.offset * ratio},
                   {"length", length_of(take, project_.tempo)}};
    const auto param = [&](const char* id, double value) {
      if (value != 0) node.params.push_back({id, value});
    };
    param("fade_in", take.fade_in);
    param("fade_out", take.fade_out);
    param("fade_shape", take.fade_shape);
    param("loop", take.loop ? 1 : 0);
    param("loop_length", take.loop ? take.loop_length * ratio : 0);
    param("reverse", take.reverse ? 1 : 0);
    node.start = in_song(take.start);
    if (strip) {
      node.mute = take.mute;
      node.output = static_cast<std::int32_t>(strips_[i]);
    } else {
      fader(node, i);
      node.mute = node.mute || take.mute;
    }
    return out_.add_node(std::move(node));
  }

  bool has_curves() const {
    return std::any_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) {
      return !lane.points.empty() && mix_target(lane.target).has_value();
    });
  }

  // The continuous curves of the present track's lanes. What a solo silences stays silent.
  void curves(std::size_t i, Index node) {
    const auto& t = routes_.tracks[i];
    for (const auto& lane : lanes_) {
      const auto target = mix_target(lane.target);
      if (!target || lane.points.empty()) continue;
      if (target->owner == kRoot) {
        if (target->param == "mute" && heard_[i] == Heard::no) continue;
        add_curve(node, 0, target->param, range_of(target->param), lane);
      } else if (const auto* send = find(routes_.sends[i], target->owner)) {
        add_curve(node, to_number(send->id), "gain_db", range_of("gain_db"), lane);
      } else if (const auto* device = find(routes_.devices[i], target->owner)) {
        if (!frozen(t)) device_curve(node, *device, target->param, lane);
      }
    }
  }

  struct Range {
    double low = 0, high = 0;
  };
  static Range range_of(const std::string& param) {
    if (param == "pan") return {-1, 1};
    if (param == "mute") return {0, 1};
    return {-120, 24};
  }

  void device_curve(Index node, const Device& device, const std::string& param, const Lane& lane) {
    const auto* info = registry::find_effect(device.effect);
    if (info == nullptr) return;
    const auto* description = param::find(info->parameters, param);
    if (description == nullptr || description->structural) return;
    add_curve(node, to_number(device.id), param, {description->min, description->max}, lane);
  }

  void add_curve(Index node, std::uint64_t owner, const std::string& param, Range range,
                 const Lane& lane) {
    graph::PlanCurve curve{node, owner, param, {}};
    curve.points.reserve(lane.points.size());
    for (const auto& p : lane.points) {
      curve.points.push_back(
          {in_song(p.at), std::clamp(p.value, range.low, range.high), p.shape, p.bend});
    }
    plan().curves.push_back(std::move(curve));
  }

  template <class T>
  static const T* find(const std::vector<T>& list, EntityId id) {
    const auto found =
        std::find_if(list.begin(), list.end(), [id](const T& entry) { return entry.id == id; });
    return found == list.end() ? nullptr : &*found;
  }

  std::vector<graph::PlanInsert> inserts(const std::vector<Device>& devices) const {
    std::vector<graph::PlanInsert> out;
    for (const auto& device : devices) {
      const auto* info = registry::find_effect(device.effect);
      if (info == nullptr) continue;  // of a newer program: passes sound as it is
      graph::PlanInsert insert;
      insert.id = to_number(device.id);
      insert.kind = info->id;
      insert.bypass = device.bypass;
      insert.resource = device.impulse;
      insert.side_before_fader = device.side_pre;
      for (const auto& [id, value] : device.params) {
        const auto* p = param::find(info->parameters, id);
        if (p != nullptr) insert.params.push_back({id, param::clamp(*p, value)});
      }
      const auto side = routes_.find(device.side);
      if (side && info->side_chain && strips_[*side] != kNoNode)
        insert.side = static_cast<std::int32_t>(strips_[*side]);
      out.push_back(std::move(insert));
    }
    return out;
  }

  std::int32_t output_of(std::size_t i) {
    if (heard_[i] == Heard::sends_only) {
      if (nowhere_ == kNoNode) {
        graph::PlanNode node;
        node.id = kNowhereId;
        node.kind = "bus";
        node.mute = true;
        nowhere_ = out_.add_node(std::move(node));
      }
      return static_cast<std::int32_t>(nowhere_);
    }
    if (routes_.output[i] < 0) return graph::PlanNode::kMaster;
    return static_cast<std::int32_t>(strips_[static_cast<std::size_t>(routes_.output[i])]);
  }

  // Outputs, sends and effects, once every strip has its number.
  void connect(std::size_t i) {
    const Index index = strips_[i];
    const std::int32_t output = output_of(i);
    while (next_loose_ < loose_.size() && loose_[next_loose_].second == i)
      plan().nodes[loose_[next_loose_++].first].output = output;
    if (index == kNoNode) return;
    auto& node = plan().nodes[index];
    node.output = output;
    const auto& t = routes_.tracks[i];
    if (!frozen(t)) node.inserts = inserts(routes_.devices[i]);
    for (const auto& send : routes_.sends[i]) {
      const auto to = routes_.bus(send.to);
      if (!to) continue;
      graph::PlanSend out;
      out.id = to_number(send.id);
      out.to = strips_[*to];
      out.gain = math::db_to_gain(send.gain_db);
      out.before_fader = send.pre;
      out.mute = send.mute || heard_[i] == Heard::no;
      node.sends.push_back(out);
    }
  }

  void add_master() {
    plan().master_gain = math::db_to_gain(project_.master_gain_db);
    plan().master_pan = project_.master_pan;
    const auto row = devices(d_, kRoot);
    plan().master_inserts = inserts(row);
    for (const auto& lane : lanes(d_, kRoot)) {
      const auto target = mix_target(lane.target);
      if (!target || lane.points.empty()) continue;
      if (target->owner == kRoot) {
        if (target->param != "mute")
          add_curve(graph::PlanCurve::kMasterNode, 0, target->param, range_of(target->param), lane);
      } else if (const auto* device = find(row, target->owner)) {
        device_curve(graph::PlanCurve::kMasterNode, *device, target->param, lane);
      }
    }
  }

  const Document& d_;
  CompileOptions options_;
  ProjectInfo project_;
  Routes routes_;
  std::vector<Heard> heard_;
  PlanBuilder out_;
  std::vector<Index> strips_;   // per track: the node with its fader; kNoNode: none or loose clips
  std::vector<bool> listened_;  // some device has it as its side-chain
  std::vector<Lane> lanes_;     // of the track that is being added
  std::vector<std::pair<Index, std::size_t>> loose_;  // clips without a strip, and their track
  std::size_t next_loose_ = 0;
  Index nowhere_ = kNoNode;
};

}  // namespace

Result<graph::Plan> compile(const Document& d, const CompileOptions& options) {
  return Compiler(d, options).compile();
}

Result<graph::Plan> compile(const score::Score& score, const std::string& soundfont) {
  PlanBuilder out;
  for (std::size_t i = 0; i < score.parts.size(); ++i) {
    const auto& part = score.parts[i];
    graph::PlanNode node;
    node.id = to_number({i + 1, 1});
    node.kind = "sampler";
    node.resource = soundfont;
    const auto index = out.add_node(std::move(node));
    out.instrument(index, part.channel, part.program, part.bank);
    out.controls(index, part.channel, part.controls);
    out.notes(index, part.channel, part.notes);
  }
  return out.finish(score.tempo);
}

}  // namespace tutti::project
