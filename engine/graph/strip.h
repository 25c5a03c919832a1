// One node of the running plan with all that the Player keeps for it: its events in frames, which
// notes they hold down, what its channels have been told, its gain, and its share of the block.
//
// Events inside a block are split here and nowhere else: audio up to the event, the event, audio
// after it. Methods marked noexcept run on the audio side and never allocate.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/graph/node.h"
#include "engine/param/smoothed.h"

namespace tutti::graph {

// A stretch of a block in which the song runs on without a jump, or stands still.
struct Segment {
  int offset = 0, frames = 0;  // within the block
  bool rolling = false;
  bool jump = false;            // the song's place or state changed just before
  std::int64_t song_frame = 0;  // of the first frame, if rolling
};

struct TimedEvent {
  std::int64_t frame = 0;  // of the song, at the present tempo
  Ticks at;
  std::uint8_t status = 0, data1 = 0, data2 = 0;
};

// What the channels of a node have been told; -1 where nothing.
struct ToldState {
  std::array<std::array<std::int8_t, 128>, 16> controller;
  std::array<std::int8_t, 16> program, pressure;
  std::array<std::int16_t, 16> bend;
  ToldState() { forget(); }
  void forget() noexcept;
  void note(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) noexcept;
};

class Strip {
 public:
  std::uint64_t id = 0;
  PlanNode plan;
  std::unique_ptr<Node> node;
  std::vector<TimedEvent> events;
  std::int64_t start_frame = 0;
  bool leaving = false;  // not in the plan any more; fades out

  void prepare(double rate, int max_block);
  // Gain, pan and mute as the plan has them; at once, or in a ramp.
  void set_gain(bool now) noexcept;
  void fade_away() noexcept;
  bool gone() const noexcept { return leaving && !left_gain_.moving(); }

  // The song's place or state has changed: lets go of notes held by events, tells the channels what
  // holds at `song_frame`, informs the node.
  void relocate(bool rolling, std::int64_t song_frame) noexcept;
  // New events while the song goes on: keeps notes that the new events hold too.
  void resume(bool rolling, std::int64_t song_frame) noexcept;
  void forget_told() noexcept { told_.forget(); }
  void all_sound_off() noexcept;

  void render(const Segment* segments, int count, int frames) noexcept;
  // Adds what render() made to the mix.
  void mix_into(float* left, float* right, int frames) noexcept;

 private:
  void send(const TimedEvent& event) noexcept;
  void let_go(const std::bitset<16 * 128>& kept) noexcept;
  void chase(std::int64_t song_frame) noexcept;
  void tell(int channel, int controller, int value) noexcept;
  void play(float* left, float* right, int frames) noexcept;

  std::size_t next_ = 0;        // event to come
  std::bitset<16 * 128> held_;  // notes that events hold down
  ToldState told_;
  Arena arena_;
  std::vector<float> left_, right_;
  bool sounds_ = false;  // this block has something in it
  param::Smoothed left_gain_, right_gain_;
  std::int32_t glide_ = 480;  // frames of a gain ramp
};

}  // namespace tutti::graph
