#include "engine/graph/transport.h"

#include <algorithm>
#include <cmath>

namespace tutti::graph {

void Transporter::prepare(double rate) {
  const Ticks at = position();
  timeline_.set_rate(rate);
  state_ = PlayState::stopped;
  keep_position(at);
}

void Transporter::adopt(const std::vector<score::TempoChange>& tempos,
                        const std::vector<score::MetreChange>& metres, Ticks end) {
  end_ = end;
  score::TempoMap map(tempos, metres);
  if (map == timeline_.map()) {
    time_points();
    return;
  }
  const Ticks at = position();
  const bool same_tempo = map.tempos() == timeline_.map().tempos();
  timeline_.set_map(std::move(map));
  if (same_tempo)
    time_points();
  else
    keep_position(at);
}

Ticks Transporter::position() const noexcept {
  return at_known_ ? at_ : timeline_.tick_of(song_frame_);
}

void Transporter::keep_position(Ticks at) noexcept {
  at_ = at;
  at_known_ = true;
  song_frame_ = timeline_.frame_of(at);
  time_points();
}

void Transporter::time_points() noexcept {
  loop_start_frame_ = timeline_.frame_of(loop_start_);
  loop_end_frame_ = timeline_.frame_of(loop_end_);
  end_frame_ = timeline_.frame_of(end_);
  loop_works_ =
      loop_ && loop_start_.value >= 0 &&
      static_cast<double>(loop_end_frame_ - loop_start_frame_) >= 0.010 * timeline_.rate();
}

bool Transporter::play() noexcept {
  if (state_ != PlayState::stopped) return false;
  if (count_bars_ > 0) {
    start_count_in();
    return false;
  }
  state_ = PlayState::playing;
  return true;
}

bool Transporter::stop() noexcept {
  const bool was_playing = state_ == PlayState::playing;
  state_ = PlayState::stopped;
  return was_playing;
}

bool Transporter::set_speed(double factor) noexcept {
  factor = std::isfinite(factor) ? std::clamp(factor, 0.1, 8.0) : 1;
  if (factor == timeline_.speed()) return false;
  const Ticks at = position();
  timeline_.set_speed(factor);
  keep_position(at);
  return true;
}

void Transporter::seek(Ticks at) noexcept {
  keep_position({std::clamp<std::int64_t>(at.value, 0, kFurthestTick)});
  if (state_ == PlayState::counting_in) start_count_in();
}

void Transporter::set_loop(Ticks start, Ticks end, bool on) noexcept {
  loop_start_ = {std::clamp(start.value, -kFurthestTick, kFurthestTick)};
  loop_end_ = {std::clamp(end.value, -kFurthestTick, kFurthestTick)};
  loop_ = on;
  time_points();
}

void Transporter::start_count_in() noexcept {
  const Ticks at = position();
  const score::TempoMap& map = timeline_.map();
  const Ticks length = map.ticks_per_bar(at) * count_bars_;
  count_frames_per_tick_ = 60 / map.bpm_at(at) / static_cast<double>(kTicksPerQuarter) *
                           timeline_.rate() / timeline_.speed();
  count_from_ = at - length;
  count_total_ =
      static_cast<std::int64_t>(static_cast<double>(length.value) * count_frames_per_tick_ + 0.5);
  count_done_ = 0;
  state_ = PlayState::counting_in;
}

void Transporter::add_click(int offset, bool accent) noexcept {
  if (click_count_ < static_cast<int>(clicks_.size()))
    clicks_[static_cast<std::size_t>(click_count_++)] = {offset, accent};
}

// The beats that would come before the song's position if the song ran there, counted from the bar
// line that the position lies on or after.
void Transporter::count_clicks(int offset, int frames) noexcept {
  const Ticks at = position();
  const score::TempoMap& map = timeline_.map();
  const std::int64_t line = map.bar_start(at).value, beat = map.ticks_per_beat(at).value;
  const std::int64_t per_bar = std::max<std::int64_t>(1, map.ticks_per_bar(at).value / beat);
  const auto tick = static_cast<double>(count_from_.value) +
                    static_cast<double>(count_done_) / count_frames_per_tick_;
  auto n = static_cast<std::int64_t>(
               std::floor((tick - static_cast<double>(line)) / static_cast<double>(beat))) -
           1;
  for (;; ++n) {
    const std::int64_t t = line + n * beat;
    if (t >= at.value) return;
    const auto frame = static_cast<std::int64_t>(
        std::floor(static_cast<double>(t - count_from_.value) * count_frames_per_tick_ + 0.5));
    if (frame >= count_done_ + frames) return;
    if (frame >= count_done_)
      add_click(offset + static_cast<int>(frame - count_done_), n % per_bar == 0);
  }
}

void Transporter::song_clicks(int offset, int frames) noexcept {
  const score::TempoMap& map = timeline_.map();
  score::BarPosition place = map.bar_at(timeline_.tick_of(song_frame_));
  for (int guard = 0; guard < 4 * static_cast<int>(clicks_.size()); ++guard) {
    place.within = {};
    const Ticks beat = map.tick_of(place);
    const std::int64_t frame = timeline_.frame_of(beat);
    if (frame >= song_frame_ + frames) return;
    if (frame >= song_frame_)
      add_click(offset + static_cast<int>(frame - song_frame_), place.beat == 1);
    // A metre change may cut the beat short: its bar line is the next beat then.
    const score::BarPosition next = map.bar_at(beat + map.ticks_per_beat(beat));
    place = next;
  }
}

std::vector<Stretch> Transporter::ahead(std::int64_t frames) const {
  std::vector<Stretch> stretches;
  std::int64_t at = song_frame_;
  for (std::int64_t done = 0; done < frames && stretches.size() < 64;) {
    const bool looping = loop_works_ && at < loop_end_frame_;
    const std::int64_t count =
        looping ? std::min(frames - done, loop_end_frame_ - at) : frames - done;
    stretches.push_back({done, at, count});
    done += count;
    at = looping ? loop_start_frame_ : at + count;
  }
  return stretches;
}

void Transporter::plan_block(int frames) noexcept {
  segment_count_ = click_count_ = 0;
  bool jump = false;
  for (int done = 0; done < frames;) {
    int n = frames - done;
    Segment& segment = segments_[static_cast<std::size_t>(segment_count_++)];
    if (state_ == PlayState::counting_in) {
      n = static_cast<int>(std::min<std::int64_t>(n, count_total_ - count_done_));
      segment = {done, n, false, jump, song_frame_};
      count_clicks(done, n);
      count_done_ += n;
      jump = false;
      if (count_done_ >= count_total_) {
        state_ = PlayState::playing;
        jump = true;
      }
    } else if (state_ == PlayState::playing) {
      const bool looping = loop_works_ && song_frame_ < loop_end_frame_;
      const bool ending = !looping && stop_at_end_ && song_frame_ <= end_frame_;
      if (looping) n = static_cast<int>(std::min<std::int64_t>(n, loop_end_frame_ - song_frame_));
      if (ending) n = static_cast<int>(std::min<std::int64_t>(n, end_frame_ - song_frame_));
      segment = {done, n, true, jump, song_frame_};
      if (metronome_) song_clicks(done, n);
      song_frame_ += n;
      at_known_ = false;
      jump = false;
      if (looping && song_frame_ == loop_end_frame_) {
        keep_position(loop_start_);
        jump = true;
      } else if (ending && song_frame_ == end_frame_) {
        state_ = PlayState::stopped;
        jump = true;
      }
    } else {
      segment = {done, n, false, jump, song_frame_};
      jump = false;
    }
    done += n;
    // More jumps than there is room for can only come from a tiny loop at a tiny rate: stand still.
    if (segment_count_ == static_cast<int>(segments_.size()) - 1 && done < frames) {
      segments_[static_cast<std::size_t>(segment_count_++)] = {done, frames - done, false, false,
                                                               song_frame_};
      break;
    }
  }
  // A jump at the very end of the block belongs to it: its frames are none.
  if (jump)
    segments_[static_cast<std::size_t>(segment_count_++)] = {frames, 0, rolling(), true,
                                                             song_frame_};
}

}  // namespace tutti::graph
