// Where the song is, and how a block falls into stretches without a jump.
//
// Knows tempo, loop, count-in and the metronome's beats; knows nothing of nodes. Control methods
// are called between blocks; plan_block() then says what happens in the next one. Only adopt()
// allocates.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/graph/player.h"
#include "engine/graph/timeline.h"

namespace tutti::graph {

struct Stretch {
  std::int64_t offset = 0, song_frame = 0, frames = 0;
};

class Transporter {
 public:
  void prepare(double rate);
  // Keeps the musical position; to the frame, if the tempo stays.
  void adopt(const std::vector<score::TempoChange>& tempos,
             const std::vector<score::MetreChange>& metres, Ticks end);

  // True if nodes must be told.
  bool play() noexcept;
  bool stop() noexcept;
  bool set_speed(double factor) noexcept;
  void seek(Ticks at) noexcept;
  void set_loop(Ticks start, Ticks end, bool on) noexcept;
  void set_stop_at_end(bool on) noexcept { stop_at_end_ = on; }
  void set_metronome(bool on) noexcept { metronome_ = on; }
  void set_count_in(int bars) noexcept { count_bars_ = bars < 0 ? 0 : bars > 8 ? 8 : bars; }

  PlayState state() const noexcept { return state_; }
  bool rolling() const noexcept { return state_ == PlayState::playing; }
  std::int64_t song_frame() const noexcept { return song_frame_; }
  Ticks position() const noexcept;
  double position_seconds() const noexcept { return timeline_.seconds_of(song_frame_); }
  const Timeline& timeline() const noexcept { return timeline_; }

  // The stretches of the song that the next `frames` will play, were nothing to change; while it
  // stands still, those after its place. Allocates.
  std::vector<Stretch> ahead(std::int64_t frames) const;

  // Moves on by `frames`; the answers below are about this block.
  void plan_block(int frames) noexcept;
  std::span<const Segment> segments() const noexcept {
    return {segments_.data(), static_cast<std::size_t>(segment_count_)};
  }
  std::span<const Click> clicks() const noexcept {
    return {clicks_.data(), static_cast<std::size_t>(click_count_)};
  }

 private:
  void time_points() noexcept;  // frames of loop and end
  void start_count_in() noexcept;
  void keep_position(Ticks at) noexcept;
  void count_clicks(int offset, int frames) noexcept;
  void song_clicks(int offset, int frames) noexcept;
  void add_click(int offset, bool accent) noexcept;

  Timeline timeline_;
  PlayState state_ = PlayState::stopped;
  std::int64_t song_frame_ = 0;
  Ticks at_;  // exact musical position while it stands still
  bool at_known_ = true;
  Ticks loop_start_, loop_end_, end_;
  bool loop_ = false, loop_works_ = false, stop_at_end_ = false, metronome_ = false;
  std::int64_t loop_start_frame_ = 0, loop_end_frame_ = 0, end_frame_ = 0;
  int count_bars_ = 0;
  std::int64_t count_done_ = 0, count_total_ = 0;  // frames
  double count_frames_per_tick_ = 0;
  Ticks count_from_;  // the song's position less the count-in

  std::array<Segment, 96> segments_;
  int segment_count_ = 0;
  std::array<Click, 64> clicks_;
  int click_count_ = 0;
};

}  // namespace tutti::graph
