#include "engine/project/compile.h"

#include <algorithm>
#include <tuple>

#include "engine/base/math.h"
#include "engine/project/lane_target.h"
#include "engine/project/schema.h"

namespace tutti::project {
namespace {

constexpr std::size_t kMostNodes = 65535;

// At one tick: ends, then settings, then beginnings.
int rank(const graph::PlanEvent& e) {
  const int kind = e.status & 0xF0;
  return kind == 0x80 ? 0 : kind == 0x90 ? 2 : 1;
}

class Compiler {
 public:
  std::uint32_t add_node(graph::PlanNode node) {
    plan_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(plan_.nodes.size() - 1);
  }

  void event(Ticks at, std::uint32_t node, int kind, int channel, int data1, int data2) {
    plan_.events.push_back({at, node, static_cast<std::uint8_t>(kind | (channel & 15)),
                            static_cast<std::uint8_t>(data1), static_cast<std::uint8_t>(data2)});
  }

  // As parameters too, so that a key tried out before the song has ever run sounds on it.
  void instrument(std::uint32_t node, int channel, int program, int bank) {
    const bool drums = channel == 9;
    plan_.nodes[node].params = {{"bank", drums ? 128.0 : static_cast<double>(bank / 128)},
                                {"program", static_cast<double>(program)}};
    event({}, node, 0xB0, channel, 0, bank / 128);
    event({}, node, 0xB0, channel, 32, bank % 128);
    event({}, node, 0xC0, channel, program, 0);
  }

  void controls(std::uint32_t node, int channel, const std::vector<score::Control>& list) {
    for (const auto& c : list) event(c.at, node, c.kind, channel, c.data1, c.data2);
  }

  // On one key a note ends where the next begins: an instrument has one string a key. Of notes that
  // begin together the longest sounds.
  void notes(std::uint32_t node, int channel, std::vector<score::Note> list) {
    std::stable_sort(list.begin(), list.end(), [](const score::Note& a, const score::Note& b) {
      return std::tie(a.key, a.start, a.duration) < std::tie(b.key, b.start, b.duration);
    });
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto& n = list[i];
      Ticks end = n.start + n.duration;
      if (i + 1 < list.size() && list[i + 1].key == n.key) {
        if (list[i + 1].start == n.start) continue;
        end = std::min(end, list[i + 1].start);
      }
      event(n.start, node, 0x90, channel, n.key, n.velocity);
      event(end, node, 0x80, channel, n.key, 64);
      plan_.end = std::max(plan_.end, n.start + n.duration);
    }
  }

  Result<graph::Plan> finish(const score::TempoMap& tempo) {
    if (plan_.nodes.size() > kMostNodes) {
      return Error{Code::too_large,
                   "This project has more tracks and recordings than can be played.",
                   "Remove some tracks or recordings."};
    }
    plan_.tempos = tempo.tempos();
    plan_.metres = tempo.metres();
    std::stable_sort(plan_.events.begin(), plan_.events.end(), [](const auto& a, const auto& b) {
      return std::tuple(a.at, rank(a), a.node) < std::tuple(b.at, rank(b), b.node);
    });
    return std::move(plan_);
  }

  graph::Plan& plan() { return plan_; }

 private:
  graph::Plan plan_;
};

void compile_notes(Compiler& out, const Document& d, const Track& t, bool mute) {
  graph::PlanNode node;
  node.id = to_number(t.id);
  node.kind = "sampler";
  node.resource = t.soundfont;
  node.gain = math::db_to_gain(t.gain_db);
  node.pan = t.pan;
  node.mute = mute;
  const auto index = out.add_node(std::move(node));
  out.instrument(index, t.channel, t.program, t.bank);
  out.controls(index, t.channel, controls(d, t.id));
  std::vector<score::Note> list;
  for (const auto& n : notes(d, t.id)) {
    list.push_back({n.start, n.duration, n.key, n.velocity, t.channel, 1});
  }
  out.notes(index, t.channel, std::move(list));
}

void compile_takes(Compiler& out, const Document& d, const Track& t, bool mute,
                   const score::TempoMap& tempo) {
  for (const auto& take : takes(d, t.id)) {
    if (take.blob.empty()) continue;
    graph::PlanNode node;
    node.id = to_number(take.id);
    node.kind = "clip";
    node.resource = take.blob;
    node.params = {{"offset", take.offset}, {"length", length_of(take, tempo)}};
    node.start = take.start;
    node.gain = math::db_to_gain(t.gain_db + take.gain_db);
    node.pan = t.pan;
    node.mute = mute || take.mute;
    out.add_node(std::move(node));
    const Ticks end = tempo.ticks(tempo.seconds(take.start) + length_of(take, tempo));
    out.plan().end = std::max(out.plan().end, end);
  }
}

}  // namespace

Result<graph::Plan> compile(const Document& d, const CompileOptions&) {
  Compiler out;
  const auto project = info(d);
  const auto all = tracks(d);
  const bool any_solo = std::any_of(all.begin(), all.end(), [](const Track& t) { return t.solo; });
  for (const auto& t : all) {
    const bool mute = t.mute || (any_solo && !t.solo);
    if (t.kind == TrackKind::notes) compile_notes(out, d, t, mute);
    compile_takes(out, d, t, mute, project.tempo);
  }
  out.plan().master_gain = math::db_to_gain(project.master_gain_db);
  return out.finish(project.tempo);
}

Result<graph::Plan> compile(const score::Score& score, const std::string& soundfont) {
  Compiler out;
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
