// In which order the nodes of a plan are worked out, and how late the signal is at each place.
//
// Levels: a node's level is above the levels of all nodes it listens to, so nodes of one level are
// independent of each other. Latencies are frames behind the song. Pure; allocates.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/result.h"
#include "engine/graph/plan.h"

namespace tutti::graph {

// Level of every node (0: listens to none); bad_input naming the nodes if they run in a circle, or
// if an index is out of range.
Result<std::vector<int>> levels_of(const Plan&);

// What the latencies depend on: of each node its source's and each insert's own latency.
struct OwnLatency {
  std::int64_t source = 0;
  std::vector<std::int64_t> inserts;
};

struct NodeLatency {
  std::int64_t input = 0;  // where the inserts begin: the source's, or what a bus waits for
  // Before each insert the signal waits for its side-chain if that is later: its latency there.
  std::vector<std::int64_t> inserts;
  std::int64_t output = 0;  // at the fader
};
struct Latencies {
  std::vector<NodeLatency> nodes;
  std::int64_t master = 0;                   // where the master's inserts begin
  std::vector<std::int64_t> master_inserts;  // before each
  std::int64_t output = 0;                   // behind the last of them
};

// `levels` as levels_of gives them; `own` and `own_master` have an entry a node and an insert.
Latencies latencies_of(const Plan&, const std::vector<int>& levels,
                       const std::vector<OwnLatency>& own,
                       const std::vector<std::int64_t>& own_master);

// Node indices by level, in the plan's order within each.
std::vector<std::uint32_t> order_of(const std::vector<int>& levels);

}  // namespace tutti::graph
