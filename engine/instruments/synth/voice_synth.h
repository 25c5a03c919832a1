// What all synthesisers have in common: parameters in ramps, MIDI, choosing voices, the grid.
//
// A concrete synthesiser says how a voice starts and renders cells of kCell frames, a group of
// kLanes voices at a time (kernel.h). When more notes are asked for than there are voices, the one
// that gives way falls to silence in kFadeSeconds on its own lane while the new one starts on
// another; if even the spare lanes are taken, the new note waits for the first to be free. Messages
// take effect at the next cell.
#pragma once

#include <array>
#include <vector>

#include "engine/base/random.h"
#include "engine/instruments/synth.h"
#include "engine/instruments/synth/voices.h"

namespace tutti::instruments::synth {

inline constexpr int kGroups = 4;
inline constexpr int kAllLanes = kGroups * kLanes;
inline constexpr int kMaxPolyphony = kAllLanes - kLanes;  // the rest is spare
inline constexpr double kFadeSeconds = 0.005;
inline constexpr float kSilence = 1e-5f;  // -100 dB: an envelope below it has ended
inline constexpr int kMaxParameters = 32;

struct Note {
  int key = 0;
  int velocity = 0;    // 1 … 127
  float loudness = 0;  // 0 … 1 by velocity
  Random random{1};    // the note's own numbers
};

class VoiceSynth : public Synth {
 public:
  void prepare(double rate, int max_block, Arena& arena) final;
  void reset(std::uint64_t seed) noexcept final;
  void process(dsp::Block block) noexcept final;
  void event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept final;
  void set(int index, double value, int frames) noexcept final;
  bool silent() const noexcept final { return active_ == 0 && waiting_ == 0 && !ringing(); }
  int active_voices() const noexcept final { return active_; }

 protected:
  // `polyphony` notes at most sound at once, up to kMaxPolyphony.
  VoiceSynth(std::span<const param::Description> parameters, int polyphony);

  // Memory for `rate`.
  virtual void take(Arena&) {}
  // Nothing of a voice is left.
  virtual void clear() noexcept {}
  // Sets up lane `lane` of group `group`; voices(group) holds what the base has set.
  virtual void start(int group, int lane, Note& note) noexcept = 0;
  // Notes end by themselves: releasing a key means nothing (drums).
  virtual bool one_shot() const noexcept { return false; }
  // All sound off: what sounds outside the voices falls silent soon.
  virtual void hush() noexcept {}
  // Parameters or controllers moved: works out what depends on them, `cell()` among it.
  virtual void update() noexcept = 0;
  // Once a cell in which something sounds, before the groups.
  virtual void begin_cell() noexcept {}
  // Adds kCell frames of a group with active voices to left and right.
  virtual void render(int group, float* left, float* right) noexcept = 0;
  // After all groups: what works on the sum.
  virtual void finish(float* /*left*/, float* /*right*/) noexcept {}
  // Something outside the voices still sounds.
  virtual bool ringing() const noexcept { return false; }

  double value(int index) const noexcept { return value_[static_cast<std::size_t>(index)]; }
  double rate() const noexcept { return rate_; }
  Voices& voices(int group) noexcept { return voices_[static_cast<std::size_t>(group)]; }
  Cell& cell() noexcept { return cell_; }
  int key_of(int group, int lane) const noexcept { return slot(group, lane).key; }
  bool sounds(int group, int lane) const noexcept { return slot(group, lane).active; }
  bool sounds(int group) const noexcept { return sounding_[static_cast<std::size_t>(group)] > 0; }
  // Ends a voice at the next cell, as if it were stolen.
  void fade(int group, int lane) noexcept;
  // -1 … 1 by controller 74 (0 at 64), 0 … 1 by controller 1; smoothed.
  double brightness() const noexcept { return brightness_.now; }
  double modulation() const noexcept { return modulation_.now; }

  // Envelope times in seconds: rise from 0 to 1, and falls by 60 dB; `sustain` 0 … 1.
  void set_envelope(double attack, double decay, double sustain, double release) noexcept;
  // `place` -1 (left) … 1: equal power.
  void set_gains(int group, int lane, float gain, float place) noexcept;
  float per_cell_60db(double seconds) const noexcept;  // factor a cell
  // A position -1 … 1 that spreads notes evenly and never moves for one key.
  static float place_of(int key) noexcept;

 private:
  struct Slot {
    int key = 0;
    bool active = false;  // sounds
    bool down = false;    // its key is down
    bool stolen = false;
    bool pending = false;  // a note waits for it
    int pending_key = 0, pending_velocity = 0;
    bool pending_down = false;
    std::uint64_t pending_order = 0;
    std::uint64_t order = 0;  // of its start
  };
  struct Ramp {
    double from = 0, to = 0;
    int done = 0, length = 0;
  };
  struct Controller {  // follows its target within some 10 ms
    double now = 0, target = 0;
  };
  const Slot& slot(int group, int lane) const noexcept {
    return slots_[static_cast<std::size_t>(group * kLanes + lane)];
  }
  void note_on(int key, int velocity) noexcept;
  void note_off(int key) noexcept;
  void let_go(std::size_t at) noexcept;
  void begin(std::size_t at, int key, int velocity, std::uint64_t order, bool down) noexcept;
  void all_off(bool at_once) noexcept;
  void control(int number, int value) noexcept;
  void next_cell(float* left, float* right) noexcept;
  void refresh() noexcept;
  bool follow(Controller&) noexcept;
  void collect() noexcept;
  void free_lane(std::size_t at) noexcept;

  std::span<const param::Description> descriptions_;
  int polyphony_;
  double rate_ = 48000;
  double follow_ = 1;
  std::array<Ramp, kMaxParameters> ramps_{};
  std::array<double, kMaxParameters> value_{};
  int moving_ = 0;     // frames until all ramps have ended
  bool stale_ = true;  // update() is due
  bool idle_ = true;   // nothing sounded in the cell before
  Controller volume_, expression_, brightness_, modulation_, bend_;
  bool pedal_ = false;
  std::array<Voices, kGroups> voices_{};
  std::array<Slot, kAllLanes> slots_{};
  Cell cell_;
  int active_ = 0, waiting_ = 0;
  std::array<int, kGroups> sounding_{};  // active voices of each group
  std::uint64_t seed_ = 1, notes_ = 0;
  static constexpr int kCollectCells = 4;
  int until_collect_ = 0;  // cells
  int at_ = 0;             // frames of the present cell that were given out
  alignas(64) float left_[kCell] = {}, right_[kCell] = {};
};

}  // namespace tutti::instruments::synth
