// Where bars and chapters begin: the log's tempo, seed and settings laid out in frames.
//
// A bar gets the settings as they stand where it begins, from entries before that frame; its tempo
// holds for the whole of it. A chapter ends after compose::kChapterBars bars or with the bar in
// which a new seed was asked for. Costs a few dozen nanoseconds a bar and composes nothing, so that
// a week can be walked through in milliseconds. A value: a copy goes on from the same place.
#pragma once

#include <cstdint>

#include "engine/stream/follower.h"

namespace tutti::stream {

struct BarSpan {
  std::int64_t frame = 0, frames = 0;
  double bpm = 70;
  std::uint64_t seed = 1;
  std::int64_t chapter = 0;
  int index = 0;  // within the chapter; 0 begins one
  compose::Settings settings;
  std::int64_t end() const noexcept { return frame + frames; }
};

class Timeline {
 public:
  explicit Timeline(const ControlLog& log) noexcept : follower_(log) {}

  // Frame at which next() begins.
  std::int64_t frame() const noexcept { return frame_; }
  // As it stands at the last bar's frame.
  const Follower& follower() const noexcept { return follower_; }
  // The next bar. The log may have grown since, by entries at or after the last bar's frame.
  BarSpan next(const ControlLog& log) noexcept;

 private:
  Follower follower_;
  std::int64_t frame_ = 0, chapter_ = -1, seeds_ = 0;
  int index_ = -1;  // of the next bar within its chapter, unless that one ends
};

}  // namespace tutti::stream
