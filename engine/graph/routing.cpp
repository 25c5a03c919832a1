#include "engine/graph/routing.h"

#include <algorithm>
#include <cmath>

namespace tutti::graph {
namespace {

Error damaged() {
  return {Code::bad_input, "This song cannot be played: its plan is damaged.",
          "Prepare it anew from the project."};
}

bool is_bus(const Plan& plan, std::int64_t index) {
  return index >= 0 && index < static_cast<std::int64_t>(plan.nodes.size()) &&
         plan.nodes[static_cast<std::size_t>(index)].kind == "bus";
}

bool routed(const Plan& plan) {
  const auto sides_exist = [&](const std::vector<PlanInsert>& inserts) {
    return std::all_of(inserts.begin(), inserts.end(), [&](const PlanInsert& i) {
      return i.side == PlanInsert::kNone ||
             (i.side >= 0 && static_cast<std::size_t>(i.side) < plan.nodes.size());
    });
  };
  for (const PlanNode& node : plan.nodes) {
    if (node.output != PlanNode::kMaster && !is_bus(plan, node.output)) return false;
    if (!sides_exist(node.inserts)) return false;
    for (const PlanSend& send : node.sends) {
      if (!is_bus(plan, send.to)) return false;
    }
  }
  return sides_exist(plan.master_inserts);
}

// listeners[n]: the nodes that hear node n.
std::vector<std::vector<std::uint32_t>> listeners_of(const Plan& plan) {
  std::vector<std::vector<std::uint32_t>> listeners(plan.nodes.size());
  for (std::uint32_t n = 0; n < plan.nodes.size(); ++n) {
    const PlanNode& node = plan.nodes[n];
    if (node.output != PlanNode::kMaster)
      listeners[n].push_back(static_cast<std::uint32_t>(node.output));
    for (const PlanSend& send : node.sends) listeners[n].push_back(send.to);
    for (const PlanInsert& insert : node.inserts) {
      if (insert.side != PlanInsert::kNone)
        listeners[static_cast<std::size_t>(insert.side)].push_back(n);
    }
  }
  return listeners;
}

std::string name_of(const PlanNode& node, std::uint32_t index) {
  return "\"" + (node.name.empty() ? "track " + std::to_string(index + 1) : node.name) + "\"";
}

// The circle that some of the nodes with `waiting` inputs left must lie in or lead from.
Error circle(const Plan& plan, const std::vector<std::vector<std::uint32_t>>& listeners,
             const std::vector<int>& waiting) {
  // Backwards from any node that still waits, always to one that waits too, until one comes again.
  std::vector<std::int64_t> speaker(plan.nodes.size(), -1);
  for (std::uint32_t n = 0; n < plan.nodes.size(); ++n) {
    if (waiting[n] == 0) continue;
    for (std::uint32_t to : listeners[n]) {
      if (speaker[to] < 0) speaker[to] = n;
    }
  }
  auto at = static_cast<std::uint32_t>(
      std::find_if(waiting.begin(), waiting.end(), [](int w) { return w > 0; }) - waiting.begin());
  std::vector<bool> seen(plan.nodes.size());
  while (!seen[at]) {
    seen[at] = true;
    at = static_cast<std::uint32_t>(speaker[at]);
  }
  std::vector<std::uint32_t> ring{at};
  for (auto n = static_cast<std::uint32_t>(speaker[at]); n != at;
       n = static_cast<std::uint32_t>(speaker[n]))
    ring.push_back(n);
  std::reverse(ring.begin() + 1, ring.end());
  std::string path;
  for (std::uint32_t n : ring) path += name_of(plan.nodes[n], n) + " to ";
  return {Code::bad_input,
          "The signal runs in a circle: " + path + name_of(plan.nodes[at], at) + ".",
          "Change the output, a send or a side-chain of one of them."};
}

bool finite(const std::vector<PlanParam>& params) {
  return std::all_of(params.begin(), params.end(),
                     [](const PlanParam& p) { return std::isfinite(p.value); });
}

bool finite(const std::vector<PlanInsert>& inserts) {
  return std::all_of(inserts.begin(), inserts.end(),
                     [](const PlanInsert& i) { return finite(i.params); });
}

bool near(Ticks t) {
  return t.value >= -kFurthestTick && t.value <= kFurthestTick;
}

// Every node can be told from all others and from the master, which is 0.
bool distinct(const Plan& plan) {
  std::vector<std::uint64_t> ids;
  for (const PlanNode& n : plan.nodes) ids.push_back(n.id);
  std::sort(ids.begin(), ids.end());
  return std::adjacent_find(ids.begin(), ids.end()) == ids.end() &&
         (ids.empty() || ids.front() != 0);
}

bool sound(const Plan& plan) {
  if (!near(plan.end) || !std::isfinite(plan.master_gain) || !std::isfinite(plan.master_pan))
    return false;
  for (const auto& t : plan.tempos) {
    if (!near(t.at)) return false;
  }
  for (const auto& m : plan.metres) {
    if (!near(m.at)) return false;
  }
  for (const PlanNode& n : plan.nodes) {
    if (!near(n.start) || !std::isfinite(n.gain) || !std::isfinite(n.pan) || !finite(n.params) ||
        !finite(n.inserts))
      return false;
    if (static_cast<int>(n.pan_law) > 3) return false;
    for (const PlanSend& s : n.sends) {
      if (!std::isfinite(s.gain)) return false;
    }
  }
  for (std::size_t i = 0; i < plan.events.size(); ++i) {
    const PlanEvent& e = plan.events[i];
    if (!near(e.at) || e.node >= plan.nodes.size() || e.status < 0x80 || e.status >= 0xf0 ||
        e.data1 > 127 || e.data2 > 127)
      return false;
    if (i > 0 && e.at < plan.events[i - 1].at) return false;
  }
  for (const PlanCurve& c : plan.curves) {
    if (c.node != PlanCurve::kMasterNode && c.node >= plan.nodes.size()) return false;
    for (std::size_t i = 0; i < c.points.size(); ++i) {
      const PlanPoint& p = c.points[i];
      if (!near(p.at) || !std::isfinite(p.value) || !std::isfinite(p.bend) ||
          static_cast<int>(p.shape) > 3)
        return false;
      if (i > 0 && p.at < c.points[i - 1].at) return false;
    }
  }
  return finite(plan.master_inserts);
}

}  // namespace

Result<void> check(const Plan& plan) {
  if (!sound(plan) || !distinct(plan)) return damaged();
  if (auto levels = levels_of(plan); !levels) return levels.error();
  return {};
}

Result<std::vector<int>> levels_of(const Plan& plan) {
  if (!routed(plan)) return damaged();
  const auto listeners = listeners_of(plan);
  std::vector<int> waiting(plan.nodes.size()), levels(plan.nodes.size());
  for (const auto& list : listeners) {
    for (std::uint32_t to : list) ++waiting[to];
  }
  std::vector<std::uint32_t> ready;
  for (std::uint32_t n = 0; n < plan.nodes.size(); ++n) {
    if (waiting[n] == 0) ready.push_back(n);
  }
  std::size_t done = 0;
  for (; done < ready.size(); ++done) {
    const std::uint32_t n = ready[done];
    for (std::uint32_t to : listeners[n]) {
      levels[to] = std::max(levels[to], levels[n] + 1);
      if (--waiting[to] == 0) ready.push_back(to);
    }
  }
  if (done < plan.nodes.size()) return circle(plan, listeners, waiting);
  return levels;
}

std::vector<std::uint32_t> order_of(const std::vector<int>& levels) {
  std::vector<std::uint32_t> order(levels.size());
  for (std::uint32_t n = 0; n < order.size(); ++n) order[n] = n;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return levels[a] < levels[b]; });
  return order;
}

Latencies latencies_of(const Plan& plan, const std::vector<int>& levels,
                       const std::vector<OwnLatency>& own,
                       const std::vector<std::int64_t>& own_master) {
  Latencies all;
  all.nodes.resize(plan.nodes.size());
  const auto pass = [&](const std::vector<PlanInsert>& inserts,
                        const std::vector<std::int64_t>& latency, std::int64_t at,
                        std::vector<std::int64_t>& before) {
    for (std::size_t i = 0; i < inserts.size(); ++i) {
      if (inserts[i].side != PlanInsert::kNone)
        at = std::max(at, all.nodes[static_cast<std::size_t>(inserts[i].side)].output);
      before.push_back(at);
      at += latency[i];
    }
    return at;
  };
  for (std::uint32_t n : order_of(levels)) {
    const PlanNode& node = plan.nodes[n];
    NodeLatency& here = all.nodes[n];
    // A bus has already been told by all that lead to it.
    here.input = std::max(here.input, own[n].source);
    here.output = pass(node.inserts, own[n].inserts, here.input, here.inserts);
    std::int64_t& next = node.output == PlanNode::kMaster
                             ? all.master
                             : all.nodes[static_cast<std::size_t>(node.output)].input;
    next = std::max(next, here.output);
    for (const PlanSend& send : node.sends) {
      auto& input = all.nodes[send.to].input;
      input = std::max(input, here.output);
    }
  }
  all.output = pass(plan.master_inserts, own_master, all.master, all.master_inserts);
  return all;
}

}  // namespace tutti::graph
