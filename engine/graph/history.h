// Where the song was some frames ago: what a signal that lags by a latency must be told.
//
// Remembers every jump of the last blocks. No allocation after construction; one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/graph/timeline.h"

namespace tutti::graph {

// A block as seen by a signal `latency` frames late.
struct SongView {
  static constexpr int kMost = 100;
  std::int64_t latency = 0;
  std::array<Segment, kMost> pieces;
  int count = 0;
  // One piece, no jump before it, no change of tempo in it.
  bool plain = false;
};

class SongHistory {
 public:
  // Forgets everything; the song has always been where it is.
  void restart(bool rolling, std::int64_t song_frame) noexcept;
  // The next block consists of these segments.
  void add(const Segment* segments, int count, int frames) noexcept;
  // Fills in the last added block for `view.latency`. `tempo_frames`: sorted frames of the song
  // where its tempo changes.
  void look(SongView& view, const std::vector<std::int64_t>& tempo_frames) const noexcept;

 private:
  struct Mark {
    std::int64_t frame = 0;  // of the stream
    std::int64_t song_frame = 0;
    bool rolling = false;
  };
  static constexpr std::int64_t kMarks = 256;
  const Mark& mark(std::int64_t i) const noexcept {
    return marks_[static_cast<std::size_t>(i % kMarks)];
  }
  std::array<Mark, kMarks> marks_;
  std::int64_t count_ = 0;              // marks ever made
  std::int64_t frame_ = 0, start_ = 0;  // of the stream: after and before the last block
};

}  // namespace tutti::graph
