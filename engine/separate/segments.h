// A song through a Separator on one thread, piece by piece: frames in, finished stems out.
//
// For hosts that want the first stems early and bounded memory: the first segment is short (about
// 6 s), the others as long as the separator takes; neighbours overlap and are weighted and added
// (separator.h), and what no later segment can change is handed out at once. Memory: one segment of
// the mixture, its stems, and the workspace, however long the song is. Allocates at construction
// only. For separators that need no level of the whole song. One object serves one thread.
#pragma once

#include <memory>
#include <vector>

#include "engine/separate/separator.h"

namespace tutti::separate {

class Segments {
 public:
  // Keeps a reference to the separator.
  explicit Segments(const Separator&);

  // Takes as many of the frames as there is room for and says how many: fewer than given (or none)
  // until the next separate(). Not to be called after finish().
  std::int64_t feed(StereoIn mixture);
  void finish() { finished_ = true; }  // the song ends with what was fed

  // Whether separate() has all it needs for a segment (or for the last one).
  bool ready() const;
  bool done() const { return done_; }  // all stems of a finished song have been handed out
  // Separates the next segment, if ready(). Then position(), frames() and stem() are the next
  // stretch of finished stems, until the next call of separate().
  Result<void> separate();

  std::int64_t position() const { return position_; }  // first frame of the song in the stretch
  std::int64_t frames() const { return out_; }
  std::span<const float> stem(int stem, int channel) const;

 private:
  std::int64_t want() const;  // frames of the next segment, if the song is that long
  std::int64_t have() const { return static_cast<std::int64_t>(mixture_[0].size()); }

  const Separator* separator_;
  std::unique_ptr<Workspace> workspace_;
  std::array<std::vector<float>, kChannels> mixture_;  // of the song from start_ on
  // Stems of the segment, which become the finished ones; and what the segment before has given to
  // the first frames of this one, weighted, with its weights.
  std::vector<std::vector<float>> stems_, carried_;
  std::vector<float> weights_;
  std::int64_t start_ = 0, position_ = 0, out_ = 0;
  bool first_ = true, finished_ = false, done_ = false;
};

}  // namespace tutti::separate
