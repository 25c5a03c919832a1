// The segments of a song on their way through the separator: cut, separated on the pool's threads,
// and handed back in order with their overlaps added. Part of separate_song.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "engine/separate/separator.h"
#include "native/separation/song_source.h"
#include "native/separation/work_pool.h"

namespace tutti::separation {

// Finished frames of all stems at the separator's rate.
struct Stretch {
  std::int64_t frames = 0;
  const float* stems[separate::kStems][separate::kChannels] = {};
};

class SegmentLine {
 public:
  SegmentLine(const separate::Separator&, SongSource&, const separate::SongLevel&, WorkPool&,
              int threads);
  ~SegmentLine();

  // The next stretch of the song, or null at its end; valid until released. `still_wanted` is asked
  // some twenty times a second while a segment is being separated; false ends with cancelled.
  Result<const Stretch*> next(const std::function<bool()>& still_wanted);
  void release(const Stretch*);

  std::int64_t separated() const { return separated_; }  // frames handed out so far
  double separated_of_read() const;

 private:
  struct Slot {
    std::int64_t start = 0, frames = 0;  // of the chunk in the song
    std::int64_t lead = 0;               // frames heard before it
    std::vector<float> mixture, stems;   // planes of segment() frames
    Result<void> result;
    bool done = false;
    Stretch stretch;
  };
  Result<bool> cut();  // whether another segment was put on its way
  void work(Slot&);
  Result<void> add(Slot&);
  separate::Workspace* borrow();

  const separate::Separator& separator_;
  SongSource& source_;
  separate::SongLevel level_;
  WorkPool& pool_;
  const std::int64_t segment_, step_;
  std::vector<float> weight_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<Slot*> free_;
  std::deque<Slot*> line_;  // on their way, in order
  std::vector<std::unique_ptr<separate::Workspace>> workspaces_;
  std::vector<separate::Workspace*> idle_;
  std::vector<float> carried_, carried_weight_;  // of the overlap: planes, and one plane
  std::int64_t carried_frames_ = 0;
  std::int64_t next_start_ = 0, separated_ = 0;
  bool all_cut_ = false;
  bool stopped_ = false;  // under the pool's lock
};

}  // namespace tutti::separation
