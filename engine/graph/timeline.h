// Between the song's ticks and its frames, at the present rate and speed.
//
// Frame 0 is tick 0. Wraps the tempo map; conversions do not allocate.
#pragma once

#include <cmath>
#include <cstdint>

#include "engine/score/tempo_map.h"

namespace tutti::graph {

class Timeline {
 public:
  void set_map(score::TempoMap map) { map_ = std::move(map); }
  void set_rate(double rate) noexcept { rate_ = rate; }
  void set_speed(double speed) noexcept { speed_ = speed; }
  double speed() const noexcept { return speed_; }
  double rate() const noexcept { return rate_; }
  const score::TempoMap& map() const noexcept { return map_; }

  std::int64_t frame_of(Ticks at) const noexcept {
    return static_cast<std::int64_t>(std::floor(map_.seconds(at) * rate_ / speed_ + 0.5));
  }
  Ticks tick_of(std::int64_t frame) const noexcept { return map_.ticks(seconds_of(frame)); }
  // Of the song as written, so that speed does not count.
  double seconds_of(std::int64_t frame) const noexcept {
    return static_cast<double>(frame) * speed_ / rate_;
  }

 private:
  score::TempoMap map_;
  double rate_ = 48000, speed_ = 1;
};

// A stretch of a block in which the song runs on without a jump, or stands still.
struct Segment {
  int offset = 0, frames = 0;  // within the block
  bool rolling = false;
  bool jump = false;            // the song's place or state changed just before
  std::int64_t song_frame = 0;  // of the first frame; where it stands still, if not rolling
};

struct Click {
  int offset = 0;  // frame within the block
  bool accent = false;
};

}  // namespace tutti::graph
