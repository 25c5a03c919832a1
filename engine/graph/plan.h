// A project compiled for playing: nodes, events in musical time, tempo, master. Plain data.
//
// Made off the audio thread by project::compile, turned to flat bytes (encode) to cross threads,
// processes or the page's worklet, and adopted by graph::Player without allocation outside its
// arena. Node ids are the document's entity ids: a node that stays keeps its state (sounding
// voices).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/ticks.h"
#include "engine/score/tempo_map.h"

namespace tutti::graph {

// A channel-voice message for one node: status 0x80 … 0xEF as in MIDI 1.0 (channel in the low four
// bits), data bytes 0 … 127. Note-offs are events of their own.
struct PlanEvent {
  Ticks at;
  std::uint32_t node = 0;  // index into Plan::nodes
  std::uint8_t status = 0;
  std::uint8_t data1 = 0;
  std::uint8_t data2 = 0;
  friend bool operator==(const PlanEvent&, const PlanEvent&) = default;
};

// No song is longer, and nothing lies further from its start: some 400 days at 120 quarters a
// minute.
inline constexpr std::int64_t kFurthestTick = std::int64_t{1} << 40;

struct PlanParam {
  std::string id;  // stable parameter id, as in param::Description
  double value = 0;
  friend bool operator==(const PlanParam&, const PlanParam&) = default;
};

struct PlanNode {
  std::uint64_t id = 0;  // document entity
  std::string kind;      // registry id of the processor: "sampler", "clip", …
  std::string resource;  // what it plays: SoundFont name for a sampler, blob SHA-256 for a clip
  std::vector<PlanParam> params;
  Ticks start;      // clips: where the resource begins
  double gain = 1;  // linear, after the processor
  double pan = 0;   // -1 left … 1 right
  bool mute = false;
  friend bool operator==(const PlanNode&, const PlanNode&) = default;
};

struct Plan {
  std::vector<PlanNode> nodes;
  std::vector<PlanEvent> events;  // sorted by time; at one tick: offs, then controls, then ons
  std::vector<score::TempoChange> tempos;
  std::vector<score::MetreChange> metres;
  Ticks end;  // where the last note or clip ends
  double master_gain = 1;
  friend bool operator==(const Plan&, const Plan&) = default;
};

// Flat little-endian bytes with a version; decode checks every length and index (bad_input).
std::vector<std::byte> encode(const Plan&);
Result<Plan> decode(std::span<const std::byte>);

}  // namespace tutti::graph
