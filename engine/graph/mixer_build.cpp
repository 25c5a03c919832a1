#include <algorithm>
#include <map>

#include "engine/graph/mixer.h"

namespace tutti::graph {

int Mixer::view_of(std::int64_t latency) {
  for (std::size_t i = 0; i < views_.size(); ++i) {
    if (views_[i].latency == latency) return static_cast<int>(i);
  }
  views_.emplace_back();
  views_.back().latency = latency;
  return static_cast<int>(views_.size()) - 1;
}

// Lines between strips, their delays, side taps, and how late each place is.
void Mixer::connect(const Desk& desk, std::span<Strip* const> all) {
  std::map<std::uint64_t, Strip*> by_id;
  for (Strip* strip : all) by_id[strip->id] = strip;
  std::map<Strip*, std::int64_t> inputs;  // how late each strip's input is
  for (std::size_t n = 0; n < desk.strips.size(); ++n) {
    const bool master = n + 1 == desk.strips.size();
    inputs[desk.strips[n].get()] = master ? desk.latencies.master : desk.latencies.nodes[n].input;
  }
  for (Strip* strip : all) {
    strip->sides.clear();
    for (auto& line : strip->lines) line->from_level = -1;
  }
  // Every edge finds the line for its latency.
  for (std::size_t i = 0; i < all.size(); ++i) {
    Strip* strip = all[i];
    const bool leaving = strip->leaving;
    std::erase_if(strip->edges, [&](const Edge& edge) { return !by_id.count(edge.to); });
    for (Edge& edge : strip->edges) {
      Strip* to = by_id[edge.to];
      const std::size_t n = i - desk.leaving.size();
      const std::int64_t latency = leaving ? (edge.line != nullptr ? edge.line->latency : 0)
                                           : desk.latencies.nodes[n].output;
      auto found = std::find_if(to->lines.begin(), to->lines.end(),
                                [&](const auto& line) { return line->latency == latency; });
      if (found == to->lines.end()) {
        auto line = std::make_unique<Line>();
        line->to = edge.to;
        line->latency = latency;
        line->from_level = -1;
        line->delay.prepare(rate_, chunk_);
        const std::int64_t wait = inputs.count(to) ? inputs[to] - latency : 0;
        line->delay.set(std::max<std::int64_t>(0, wait), true);
        found = to->lines.insert(std::find_if(to->lines.begin(), to->lines.end(),
                                              [&](const auto& l) { return l->latency > latency; }),
                                 std::move(line));
      }
      if (edge.line != nullptr && edge.line != found->get()) {
        edge.line->let_rest(edge.last_left, edge.last_right, static_cast<int>(rate_ * 0.010));
        edge.level.rise();
      }
      edge.line = found->get();
      if (edge.line->from_level < 0 || strip->level < edge.line->from_level)
        edge.line->from_level = strip->level;
    }
  }
  for (Strip* strip : all) {
    // A line that nobody uses any more still gives what is in it.
    std::erase_if(strip->lines, [](const auto& line) {
      return line->from_level < 0 && line->quiet >= line->delay.memory() &&
             line->rest_at >= line->rest_frames;
    });
    for (auto& line : strip->lines) {
      if (line->from_level < 0)
        line->from_level = strip->level;
      else if (inputs.count(strip))
        line->delay.set(std::max<std::int64_t>(0, inputs[strip] - line->latency), desk.fresh);
    }
  }
  views_.clear();
  view_of(0);
  for (std::size_t n = 0; n < desk.strips.size(); ++n) {
    Strip& strip = *desk.strips[n];
    const bool master = n + 1 == desk.strips.size();
    const NodeLatency* here = master ? nullptr : &desk.latencies.nodes[n];
    const auto& before = master ? desk.latencies.master_inserts : here->inserts;
    const auto& inserts = master ? desk.plan.master_inserts : desk.plan.nodes[n].inserts;
    strip.view = view_of(master ? desk.latencies.output : here->output);
    std::int64_t at = master ? desk.latencies.master : here->input;
    std::size_t k = 0;
    for (auto& slot : strip.slots) {
      slot->ear = nullptr;
      slot->view = 0;
      if (slot->leaving()) continue;
      const PlanInsert& insert = inserts[k];
      const std::int64_t reached = before[k++];
      slot->view = view_of(reached);
      std::int64_t side_wait = 0;
      if (insert.side != PlanInsert::kNone) {
        const auto source = static_cast<std::size_t>(insert.side);
        Strip& heard = *desk.strips[source];
        side_wait = reached - desk.latencies.nodes[source].output;
        auto tap = std::find_if(heard.sides.begin(), heard.sides.end(), [&](const auto& t) {
          return t->before_fader == insert.side_before_fader;
        });
        if (tap == heard.sides.end()) {
          heard.sides.push_back(std::make_unique<SideTap>());
          tap = heard.sides.end() - 1;
          **tap = {insert.side_before_fader, heard.level, heard.level, nullptr, nullptr};
        }
        (*tap)->to_level = std::max((*tap)->to_level, strip.level);
        slot->ear = tap->get();
      }
      slot->align(reached - at, side_wait, slot->ear != nullptr, desk.fresh);
      at = reached + slot->latency();
    }
  }
  for (const auto& strip : desk.leaving) {
    strip->view = 0;
    for (auto& slot : strip->slots) {
      slot->view = 0;
      slot->ear = nullptr;
      slot->align(0, 0, false, false);
    }
  }
}

// Strips of one level and with the same inserts, in the plan's order.
void Mixer::group(std::span<Strip* const> all) {
  // The strips of old batches may be gone by now; what the batches themselves counted stays.
  for (const Batch& batch : batches_) bad_ += batch.bad;
  batches_.clear();
  using Signature = std::vector<const void*>;
  std::map<std::pair<int, Signature>, std::size_t> open;
  for (Strip* strip : all) {
    // Mono and stereo apart: side by side all blocks have as many channels.
    Signature signature{strip->mono_source() ? static_cast<const void*>(&kBatch) : nullptr};
    for (const auto& slot : strip->slots)
      signature.push_back(slot->insert() != nullptr ? &slot->insert()->info() : nullptr);
    const auto key = std::pair(strip->level, std::move(signature));
    const auto known = open.find(key);
    const bool full = known == open.end() || batches_[known->second].strips.size() == kBatch;
    if (full) {
      open[key] = batches_.size();
      batches_.emplace_back();
      batches_.back().level = strip->level;
    }
    Batch& batch = batches_[open[key]];
    batch.strips.push_back(strip);
    batch.slots = std::max(batch.slots, strip->slots.size());
    for (Edge& edge : strip->edges) {
      const auto sum = std::find(batch.sums.begin(), batch.sums.end(), edge.line);
      edge.partial = static_cast<int>(sum - batch.sums.begin());
      if (sum == batch.sums.end()) batch.sums.push_back(edge.line);
      ++batch.edges;
    }
  }
  std::stable_sort(batches_.begin(), batches_.end(),
                   [](const Batch& a, const Batch& b) { return a.level < b.level; });
}

// Two buffers for every sum and side tap, from the level where it is first written to the level
// where it is last read.
void Mixer::give_buffers(std::span<Strip* const> all) {
  struct Life {
    int from, to;
    float **left, **right;
  };
  std::vector<Life> lives;
  for (Strip* strip : all) {
    for (auto& line : strip->lines)
      lives.push_back({line->from_level, strip->level, &line->left, &line->right});
    for (auto& side : strip->sides)
      lives.push_back({side->from_level, side->to_level, &side->left, &side->right});
  }
  std::stable_sort(lives.begin(), lives.end(),
                   [](const Life& a, const Life& b) { return a.from < b.from; });
  std::vector<std::unique_ptr<float[]>> pool;
  std::multimap<int, std::size_t> busy;  // by the last level of use
  std::vector<std::size_t> free;
  const auto room = 2 * static_cast<std::size_t>(chunk_);
  for (const Life& life : lives) {
    while (!busy.empty() && busy.begin()->first < life.from) {
      free.push_back(busy.begin()->second);
      busy.erase(busy.begin());
    }
    if (free.empty()) {
      free.push_back(pool.size());
      pool.emplace_back(new float[room]());
    }
    const std::size_t buffer = free.back();
    free.pop_back();
    busy.emplace(life.to, buffer);
    *life.left = pool[buffer].get();
    *life.right = pool[buffer].get() + chunk_;
  }
  pool_ = std::move(pool);
}

void Mixer::build(const Desk& desk) {
  // What leaves is worked out first: nobody who stays is heard by it.
  int shift = 0;
  for (const auto& strip : desk.leaving) shift = std::max(shift, strip->level + 1);
  int highest = shift;
  std::vector<Strip*> all;
  for (const auto& strip : desk.leaving) all.push_back(strip.get());
  for (std::size_t n = 0; n < desk.levels.size(); ++n) {
    desk.strips[n]->level = shift + desk.levels[n];
    highest = std::max(highest, desk.strips[n]->level);
    all.push_back(desk.strips[n].get());
  }
  desk.strips.back()->level = highest + 1;
  all.push_back(desk.strips.back().get());
  connect(desk, all);
  for (Strip* strip : all) strip->settle();
  group(all);
  give_buffers(all);
  make_works();
}

}  // namespace tutti::graph
