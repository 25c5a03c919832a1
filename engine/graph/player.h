// Plays a Plan: transport, events, instruments, clips, inserts, buses, sends, automation,
// metronome, master limiter and meters.
//
// Signals. A node's source (or what a bus gathers) passes polarity, inserts and fader; it goes on
// to its output and, before or after the fader, to its sends and to inserts that listen to it. What
// meets anywhere meets in time: the graph delays whatever comes early by the latency of the rest,
// and reads automation as late as the signal is. A routing in a circle is refused (bad_input,
// naming the circle).
//
// Times. The song runs in ticks; the plan's tempo map and the rate turn them into frames. Events
// take effect at their exact frame, whatever the block size; the samples that come out do not
// depend on it either. Output lags by latency() frames (the limiter's look-ahead); position() is
// what is being computed, so what is heard is latency() frames earlier. The samples do not depend
// on the number of threads either.
//
// Threads and memory. One thread at a time: all methods are called by the audio side (a worklet, a
// render loop), control methods between process() calls. process(), play, stop, seek, set_loop,
// set_speed, set_metronome, count_in, event, all_sound_off and the queries never allocate, lock or
// throw. prepare(), adopt(), add_*, remove_resource and missing() allocate; adopt() takes time in
// proportion to the plan's size (well under a block for a song) and keeps everything that sounds.
//
// Resources, by name:
//   "sf:<font>"                    a whole SoundFont
//   "sf:<font>:<bank>:<program>"   a subset with that preset (subset_soundfont); any number of them
//   anything else                  audio of a clip, named as PlanNode::resource says (its SHA-256),
//                                  or the impulse response of an insert (PlanInsert::resource)
// A sampler node's PlanNode::resource is "<font>" or "sf:<font>"; empty means any font. It plays a
// preset from whichever whole or partial resource of that font has it; a preset that only a missing
// resource could give is silent and reported by missing() as "sf:<font>:<bank>:<program>", or
// "sf:<font>" where nothing of the font is there at all. If the named font is absent but another
// whole font is there, that one plays and the absence is still reported.
//
// Node kinds and parameters (registry/registry.h lists them): "sampler" takes program changes and
// bank selects as events, or "program" and "bank" parameters; "clip" plays an audio resource from
// PlanNode::start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/ticks.h"
#include "engine/graph/node.h"
#include "engine/graph/plan.h"

namespace tutti::graph {

enum class PlayState { stopped, counting_in, playing };

struct Meters {
  float peak_left = 0, peak_right = 0;  // linear, highest since the last take_meters()
  float rms_left = 0, rms_right = 0;    // linear, over the last 300 ms
  double lufs_momentary = -70;          // BS.1770-4, last 400 ms; -70 or below is silence
  float limiter_reduction_db = 0;       // most taken away since the last take_meters(), >= 0
};

// Highest absolute samples of a strip behind its fader since the last time, linear.
struct StripMeter {
  std::uint64_t node = 0;
  float peak_left = 0, peak_right = 0;
};

// What a node sends on behind its fader, as late as all other taps; dead at the next process().
struct Tap {
  const float* left = nullptr;
  const float* right = nullptr;
};

// A chunk (StreamedAudio::kChunk frames) of a streamed recording that will soon be needed.
struct StreamWant {
  std::string name;
  std::int64_t chunk = 0;
  friend bool operator==(const StreamWant&, const StreamWant&) = default;
};

class Player {
 public:
  // `factory` outlives the Player.
  explicit Player(const NodeFactory& factory);
  ~Player();
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  // Rate 8000 … 192000 Hz, max_block 1 … 4096; wrong_usage otherwise. Resets everything but the
  // plan and the resources.
  Result<void> prepare(double rate, int max_block);

  // Takes a new plan, also while playing: the musical position stays, nodes with a known id and
  // kind keep sounding, notes that the new plan ends or drops are released, others fade out. Gains
  // and pans glide. bad_input if a node's kind is unknown (nothing is changed then).
  Result<void> adopt(Plan plan);
  const Plan& plan() const;

  // Adding under a known name replaces. Bytes are parsed here; a font's samples are not copied: the
  // span form wants its bytes kept alive until the resource is removed and one block has passed.
  Result<void> add_resource(std::string name, std::span<const std::byte> bytes);
  Result<void> add_resource(std::string name, std::vector<std::byte> bytes);
  void add_resource(std::string name, std::shared_ptr<const Resource> parsed);
  Result<void> add_audio(std::string name, double rate, std::vector<float> left,
                         std::vector<float> right);
  void remove_resource(std::string_view name);

  // A recording that comes in chunks while it plays (see StreamedAudio): open it, then bring what
  // stream_wants() asks for: chunks not there yet that will be heard within `seconds`, the most
  // urgent first, those behind a loop's end too. It also forgets chunks that lie far from all
  // places of playing. These three allocate.
  Result<void> open_stream(std::string name, double rate, std::int64_t frames, bool stereo);
  Result<void> push_stream(std::string_view name, std::int64_t chunk, const float* left,
                           const float* right, int frames);
  std::vector<StreamWant> stream_wants(double seconds);
  // What the plan needs and nobody has brought, each once, sorted.
  std::vector<std::string> missing() const;

  void play() noexcept;          // from position(); counts in first if count_in is set
  void stop() noexcept;          // keeps the position; notes ring out
  void seek(Ticks at) noexcept;  // also while playing
  // While on and playing inside, jumps from `end` to `start` at the exact frame. A loop shorter
  // than 10 ms is ignored.
  void set_loop(Ticks start, Ticks end, bool on) noexcept;
  // Tempo as a multiple of the plan's, 0.1 … 8; the musical position stays.
  void set_speed(double factor) noexcept;
  // Stop by itself at the plan's end (off by default; never inside a loop).
  void set_stop_at_end(bool on) noexcept;

  void set_metronome(
      bool on, double gain_db) noexcept;  // clicks while playing; also sets the count-in's level
  void count_in(int bars) noexcept;       // 0 … 8 bars of clicks before play() rolls

  // A live note or controller for auditioning; in effect at the next frame. Live notes are not cut
  // by the transport. False if there is no such node.
  bool event(std::uint64_t node_id, std::uint8_t status, std::uint8_t data1,
             std::uint8_t data2) noexcept;
  void all_sound_off() noexcept;

  // The desk while it plays: heard at once, gliding for 10 ms. Such a value stands in place of the
  // plan's and of automation until the next adopt(), which brings the document's. False if there is
  // no such thing. Node 0 is the master; its mute is ignored.
  bool set_fader(std::uint64_t node_id, double gain, double pan, bool mute) noexcept;
  bool set_send(std::uint64_t send_id, double gain, bool mute) noexcept;
  bool set_insert_param(std::uint64_t insert_id, std::string_view param, double value) noexcept;
  bool set_insert_bypass(std::uint64_t insert_id, bool on) noexcept;
  // Reading `index` of the effect (EffectInfo::readings), of the last block; 0 if unknown.
  double insert_reading(std::uint64_t insert_id, int index) const noexcept;

  // Overwrites `frames` samples of both channels; frames is 1 … max_block.
  void process(float* left, float* right, int frames) noexcept;

  PlayState state() const noexcept;
  Ticks position() const noexcept;
  double position_seconds() const noexcept;  // of the song at the present tempo
  std::int64_t latency() const noexcept;     // frames
  bool silent() const noexcept;              // stopped, and nothing rings any more
  Meters take_meters() noexcept;

  // Peaks of every strip, in the plan's order; measured only while switched on (off at first). The
  // answer is dead at the next call and the next adopt().
  void set_strip_meters(bool on) noexcept;
  std::span<const StripMeter> take_strip_meters() noexcept;
  // Makes what these nodes send on available after each process(): stems. They lag by tap_latency()
  // frames. Added up, the taps of all nodes whose output is the master are what the master's
  // inserts receive. Allocates; kept over adopt(); unknown nodes are silent.
  void set_taps(std::vector<std::uint64_t> node_ids);
  Tap tap(int index) const noexcept;
  std::int64_t tap_latency() const noexcept;
  // Samples that were not finite and became silence; frames that a stream did not bring in time.
  std::int64_t bad_samples() const noexcept;
  std::int64_t late_frames() const noexcept;

  // Master output gain in dB on top of the plan's, and the limiter's ceiling in dBTP. Defaults 0
  // and -1.
  void set_master(double gain_db, double ceiling_db) noexcept;
  // The limiter (on at first; off takes away its latency too) and the master's meters (on at
  // first).
  void set_limiter(bool on) noexcept;
  void set_meters(bool on) noexcept;
  // Null: nodes one after another. Kept until changed; must outlive its use.
  void set_parallel(ParallelFor* parallel) noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tutti::graph
