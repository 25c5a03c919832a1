#include "engine/stream/timeline.h"

#include <cmath>

#include "engine/compose/composer.h"

namespace tutti::stream {

using compose::Setting;

BarSpan Timeline::next(const ControlLog& log) noexcept {
  follower_.advance(log, frame_, false);
  if (index_ < 0 || index_ >= compose::kChapterBars || follower_.seeds() != seeds_) {
    seeds_ = follower_.seeds();
    ++chapter_;
    index_ = 0;
  }
  BarSpan bar;
  bar.frame = frame_;
  bar.settings = follower_.at(frame_);
  bar.bpm = bar.settings[Setting::bpm];
  bar.frames = std::llround(4 * 60 / bar.bpm * log.rate);
  bar.seed = follower_.seed();
  bar.chapter = chapter_;
  bar.index = index_++;
  frame_ = bar.end();
  return bar;
}

}  // namespace tutti::stream
