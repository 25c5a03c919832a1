// A node with the events it plays: their frames, which notes they hold down, what its channels have
// been told.
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
#include "engine/graph/timeline.h"

namespace tutti::graph {

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

class Performer {
 public:
  explicit Performer(std::unique_ptr<Node> n) : node(std::move(n)) {}
  std::unique_ptr<Node> node;
  std::vector<TimedEvent> events;
  std::int64_t start_frame = 0;
  std::vector<std::string> missing;  // resources it would need

  void prepare(double rate, int max_block);

  // The song's place or state has changed: lets go of notes held by events, tells the channels what
  // holds at `song_frame`, informs the node.
  void relocate(bool rolling, std::int64_t song_frame) noexcept;
  // New events while the song goes on: keeps notes that the new events hold too.
  void resume(bool rolling, std::int64_t song_frame) noexcept;
  void forget_told() noexcept { told_.forget(); }
  void all_sound_off() noexcept;
  // Lets go of everything and plays no more events.
  void leave() noexcept;

  // The next block into left and right (only left, if the node is mono), or where it lies in
  // memory.
  enum class Sound { none, written, viewed };
  Sound render(const Segment* segments, int count, int frames, float* left, float* right,
               View* view) noexcept;

 private:
  void send(const TimedEvent& event) noexcept;
  void let_go(const std::bitset<16 * 128>& kept) noexcept;
  void chase(std::int64_t song_frame) noexcept;
  void tell(int channel, int controller, int value) noexcept;
  bool play(float* left, float* right, int from, int to) noexcept;

  std::size_t next_ = 0;        // event to come
  std::bitset<16 * 128> held_;  // notes that events hold down
  ToldState told_;
  Arena arena_;
  bool leaving_ = false;
};

}  // namespace tutti::graph
