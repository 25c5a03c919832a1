// Any bytes as a plan: decoded, encoded, adopted and played without fault.
#include "engine/graph/plan.h"

#include <cstdint>
#include <cstdlib>
#include <span>

#include "engine/graph/player.h"
#include "engine/registry/registry.h"

using namespace tutti;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto plan = graph::decode({reinterpret_cast<const std::byte*>(data), size});
  if (!plan) return plan.error().next.empty() ? std::abort(), 0 : 0;
  const auto again = graph::decode(graph::encode(*plan));
  if (!again || *again != *plan) std::abort();
  // Big mixes take long and show nothing new.
  if (plan->nodes.size() > 8 || plan->curves.size() > 16) return 0;
  std::size_t inserts = plan->master_inserts.size();
  for (const auto& node : plan->nodes) inserts += node.inserts.size();
  if (inserts > 6) return 0;
  graph::Player player(registry::factory());
  if (!player.prepare(8000, 256)) std::abort();
  (void)player.add_audio("take", 11025, std::vector<float>(500, 0.25f), {});
  if (!player.adopt(*plan)) return 0;
  player.set_metronome(true, 0);
  player.count_in(static_cast<int>(size % 2));
  player.play();
  float left[256], right[256];
  for (int i = 0; i < 6; ++i) player.process(left, right, 256);
  player.set_loop({0}, plan->end, true);
  player.seek(plan->end);
  for (int i = 0; i < 6; ++i) player.process(left, right, 100);
  // Half of it while it plays, then all of it again.
  auto half = *plan;
  for (auto& node : half.nodes) {
    if (!node.inserts.empty()) node.inserts.pop_back();
    node.output = graph::PlanNode::kMaster;
  }
  if (!player.adopt(half)) std::abort();
  for (int i = 0; i < 3; ++i) player.process(left, right, 200);
  if (!player.adopt(*plan)) std::abort();
  for (int i = 0; i < 3; ++i) player.process(left, right, 256);
  for (float x : left) {
    if (!(x >= -1 && x <= 1)) std::abort();
  }
  return 0;
}
