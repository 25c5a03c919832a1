// Putting a plan together: nodes, events in their order, tempo. Inside engine/project only.
#pragma once

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/graph/plan.h"
#include "engine/score/midi_score.h"
#include "engine/score/tempo_map.h"

namespace tutti::project {

inline constexpr std::size_t kMostNodes = 65535;

class PlanBuilder {
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
  // At one tick: ends, then settings, then beginnings.
  static int rank(const graph::PlanEvent& e) {
    const int kind = e.status & 0xF0;
    return kind == 0x80 ? 0 : kind == 0x90 ? 2 : 1;
  }
  graph::Plan plan_;
};

}  // namespace tutti::project
