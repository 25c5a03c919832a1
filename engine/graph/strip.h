// One strip of the running mixer: a node of the plan (or the master) with all that is kept for it.
// Source or sum of what is sent to it, polarity, inserts, fader, and its ways out.
//
// A strip whose input has been silent for longer than its effects ring, and whose output has become
// inaudible (-120 dB), falls asleep at that very frame: its effects start anew at the first frame
// that is not silent. What is marked noexcept never allocates. One thread at a time per strip.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/graph/fader.h"
#include "engine/graph/mix_kernels.h"
#include "engine/graph/performer.h"
#include "engine/graph/slot.h"

namespace tutti::graph {

// Where signals of one latency meet on their way into a bus: their sum, then the delay that brings
// it level with the rest.
struct Line {
  std::uint64_t to = 0;  // id of the bus
  std::int64_t latency = 0;
  Delay delay;
  float* left = nullptr;  // the sum of this block
  float* right = nullptr;
  int from_level = 0;  // of the first that adds to it
  bool filled = false;
  std::int64_t quiet = std::int64_t{1} << 60;  // frames since it was filled last
  // The last sample of what does not come any more, going to nothing.
  float rest_left = 0, rest_right = 0;
  int rest_at = 0, rest_frames = 0;

  void let_rest(float left_value, float right_value, int frames) noexcept;
  void add(const float* l, const float* r, int frames) noexcept;
  // Brings the sum level; false if there is nothing in it.
  bool finish(int frames) noexcept;
};

// A way out of a strip.
struct Edge {
  std::uint64_t send = 0;  // PlanSend::id
  bool main = true, before_fader = false;
  std::uint64_t to = 0;  // id of the strip that hears it
  Line* line = nullptr;
  int partial = 0;  // of the batch's sums
  bool automated = false;
  Fader level;
  float last_left = 0, last_right = 0;
  Term term{};  // of this block; without signal: left is null
};

// A copy for the world outside.
struct Stem {
  Delay delay;
  float* left = nullptr;  // room for this block
  float* right = nullptr;
};

class Strip {
 public:
  std::uint64_t id = 0;
  PlanNode plan;
  std::unique_ptr<Performer> performer;  // null: a bus
  std::vector<std::unique_ptr<Slot>> slots;
  Fader fader;
  std::vector<Edge> edges;
  std::vector<std::unique_ptr<Line>> lines;     // what leads to it
  std::vector<std::unique_ptr<SideTap>> sides;  // who listens
  Stem* stem = nullptr;
  int level = 0, view = 0;
  bool leaving = false;  // not in the plan any more; fades out
  int automated = 0;     // which curves its fader follows: gain 1, pan 2, mute 4
  float peak_left = 0, peak_right = 0;
  std::int64_t bad = 0;  // samples that were not finite

  void prepare(double rate, int max_block);
  bool gone() const noexcept { return leaving && fader.gone(); }
  // Channels, as source and inserts have them; call after any of them has changed.
  void settle() noexcept;
  bool mono() const noexcept { return mono_out_; }
  bool mono_source() const noexcept { return mono_source_; }
  void silence() noexcept;        // at once, whatever rings
  void settle_now();              // all glides and crossings at their ends; while nothing sounds
  bool resting() const noexcept;  // nothing sounds in it

  // In this order for each block: the source, the inserts (all of this strip, or one by one, those
  // of other strips between), the ways out. `left` and `right` are room for the block.
  void begin(const Moment& moment, float* left, float* right) noexcept;
  bool steady() const noexcept { return steady_; }             // inserts are still to be run
  dsp::Block block_at(std::size_t slot, int frames) noexcept;  // room before that slot
  void run_slot(std::size_t slot, const Moment& moment) noexcept;
  // Remembers the last samples that went out; after the sums, when they have been read anyway.
  void remember(int frames) noexcept;
  void end(const Moment& moment, float* rows, float*& spare,
           std::vector<std::vector<Term>>& terms) noexcept;

 private:
  bool gather(int frames) noexcept;
  void run_all(const Moment& moment, int from, int frames) noexcept;
  void drowse(const Moment& moment, int frames) noexcept;
  std::int64_t ringing() const noexcept;
  void send(Edge& edge, const Gains& fader, const Moment& moment, float* rows, float*& spare,
            std::vector<std::vector<Term>>& terms) noexcept;
  void measure(const Gains& gains, int frames) noexcept;
  void copy_out(const Gains* gains, float* left, float* right, int frames) const noexcept;

  double rate_ = 48000;
  bool mono_source_ = false, mono_out_ = false;
  std::size_t stereo_from_ = 0;  // the first slot that needs two channels
  // Of this block.
  bool sounds_ = false, steady_ = false;
  float* left_ = nullptr;
  float* right_ = nullptr;
  View out_;  // what the ways out take
  // Sleep: frames of silence that have gone in, and of silence that have come out after them.
  bool asleep_ = true, never_sleeps_ = false;
  std::int64_t zeros_ = 0, quiet_ = 0;
};

}  // namespace tutti::graph
