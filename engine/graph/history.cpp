#include "engine/graph/history.h"

#include <algorithm>

namespace tutti::graph {

void SongHistory::restart(bool rolling, std::int64_t song_frame) noexcept {
  marks_[0] = {frame_, song_frame, rolling};
  count_ = 1;
}

void SongHistory::add(const Segment* segments, int count, int frames) noexcept {
  if (count_ == 0) restart(false, 0);
  start_ = frame_;
  for (int s = 0; s < count; ++s) {
    const Segment& piece = segments[s];
    const Mark& last = mark(count_ - 1);
    const std::int64_t at = start_ + piece.offset;
    const std::int64_t expected = last.song_frame + (last.rolling ? at - last.frame : 0);
    if (piece.rolling == last.rolling && piece.song_frame == expected) continue;
    marks_[static_cast<std::size_t>(count_++ % kMarks)] = {at, piece.song_frame, piece.rolling};
  }
  frame_ += frames;
}

void SongHistory::look(SongView& view,
                       const std::vector<std::int64_t>& tempo_frames) const noexcept {
  const std::int64_t from = start_ - view.latency, to = frame_ - view.latency;
  const std::int64_t oldest = std::max<std::int64_t>(0, count_ - kMarks);
  std::int64_t i = count_ - 1;
  while (i > oldest && mark(i).frame > from) --i;
  view.count = 0;
  for (std::int64_t at = from; at < to && view.count < SongView::kMost; ++i) {
    const Mark& m = mark(i);
    const bool last = i + 1 >= count_ || view.count + 1 == SongView::kMost;
    const std::int64_t end = last ? to : std::min(to, mark(i + 1).frame);
    // Two marks on one frame: only the later one counts.
    if (end <= at) continue;
    view.pieces[static_cast<std::size_t>(view.count++)] = {
        static_cast<int>(at - from), static_cast<int>(end - at), m.rolling, at == m.frame,
        m.song_frame + (m.rolling ? at - m.frame : 0)};
    at = end;
  }
  const Segment& first = view.pieces[0];
  view.plain = view.count == 1 && !first.jump;
  if (!view.plain || !first.rolling || tempo_frames.empty()) return;
  const auto change = std::lower_bound(tempo_frames.begin(), tempo_frames.end(), first.song_frame);
  view.plain = change == tempo_frames.end() || *change >= first.song_frame + first.frames;
}

}  // namespace tutti::graph
