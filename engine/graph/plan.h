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

// An effect in a node's row of inserts.
struct PlanInsert {
  std::uint64_t id = 0;  // document entity
  std::string kind;      // effect id of registry/effects.h
  std::vector<PlanParam> params;
  bool bypass = false;
  std::string resource;       // audio it loads (an impulse response): blob SHA-256, or ""
  std::int32_t side = kNone;  // node it listens to, by index; kNone: its own input
  bool side_before_fader = false;
  friend bool operator==(const PlanInsert&, const PlanInsert&) = default;
  static constexpr std::int32_t kNone = -1;
};

// A copy of a node's signal to a bus.
struct PlanSend {
  std::uint64_t id = 0;  // document entity
  std::uint32_t to = 0;  // node of kind "bus", by index
  double gain = 1;       // linear
  bool before_fader = false;
  bool mute = false;
  friend bool operator==(const PlanSend&, const PlanSend&) = default;
};

// How pan divides a signal. Mono sources follow the curve; stereo sources are balanced: the far
// side is turned down by the same curve, normalised to 1 in the middle.
enum class PanLaw : std::uint8_t {
  constant_power,  // -3 dB in the middle: sine and cosine
  compromise,      // -4.5 dB
  linear,          // -6 dB
  balance,         // 0 dB in the middle: only the far side is turned down
};

// Something that sounds or gathers: a source, its inserts, its fader, where it goes. Kind "bus"
// has no source of its own but the sum of what is sent to it.
struct PlanNode {
  std::uint64_t id = 0;  // document entity; not 0, no two alike
  std::string kind;      // registry id of the source: "sampler", "clip", …; or "bus"
  std::string name;      // for messages to a person
  std::string resource;  // what it plays: SoundFont name for a sampler, blob SHA-256 for a clip
  std::vector<PlanParam> params;
  Ticks start;      // clips: where the resource begins
  double gain = 1;  // linear, after source and inserts
  double pan = 0;   // -1 left … 1 right
  bool mute = false;
  PanLaw pan_law = PanLaw::balance;
  bool invert_left = false, invert_right = false;  // polarity, before the inserts
  std::int32_t output = kMaster;                   // bus it feeds, by index
  std::vector<PlanInsert> inserts;
  std::vector<PlanSend> sends;
  friend bool operator==(const PlanNode&, const PlanNode&) = default;
  static constexpr std::int32_t kMaster = -1;
};

// How a curve goes from one point to the next, along time.
enum class Shape : std::uint8_t {
  hold,  // stays, then jumps at the next point
  linear,
  curved,  // (exp(b t) - 1) / (exp(b) - 1) with b = 8 bend; bend 0 is linear, > 0 starts slowly
  smooth,  // t² (3 - 2 t): leaves and arrives level
};
struct PlanPoint {
  Ticks at;
  double value = 0;  // in the parameter's unit
  Shape shape = Shape::linear;
  double bend = 0;  // -1 … 1, for Shape::curved
  friend bool operator==(const PlanPoint&, const PlanPoint&) = default;
};

// Automation of one parameter. Before the first point its value holds, after the last likewise.
// Within a segment the curve is drawn over seconds, not ticks.
struct PlanCurve {
  std::uint32_t node = kMasterNode;  // index; kMasterNode: the master
  std::uint64_t owner = 0;  // PlanInsert::id or PlanSend::id of that node; 0: the node's own fader
  std::string param;  // of the insert; of a fader "gain_db", "pan", "mute"; of a send "gain_db"
  std::vector<PlanPoint> points;  // sorted by time; at one tick the later wins
  friend bool operator==(const PlanCurve&, const PlanCurve&) = default;
  static constexpr std::uint32_t kMasterNode = 0xffffffffu;
};

struct Plan {
  std::vector<PlanNode> nodes;
  std::vector<PlanEvent> events;  // sorted by time; at one tick: offs, then controls, then ons
  std::vector<PlanCurve> curves;
  std::vector<score::TempoChange> tempos;
  std::vector<score::MetreChange> metres;
  Ticks end;  // where the last note or clip ends
  double master_gain = 1;
  double master_pan = 0;
  std::vector<PlanInsert> master_inserts;  // before the master's fader
  friend bool operator==(const Plan&, const Plan&) = default;
};

// Whether it can be played at all: finite numbers, ids that differ, indices that exist, events and
// points in order, outputs and sends that lead to buses, no signal running in a circle (its nodes
// are named). The error is bad_input. What a curve or a parameter names but nobody has is no error;
// it is ignored.
Result<void> check(const Plan&);

// Flat little-endian bytes with a version; decode checks every length, and the plan as check()
// does.
std::vector<std::byte> encode(const Plan&);
Result<Plan> decode(std::span<const std::byte>);

}  // namespace tutti::graph
