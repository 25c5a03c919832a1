// From stretches at the separator's rate to stems as they were asked for: resampled, mono or
// stereo, with what no stem got added to "other". Part of separate_song; one thread besides the
// pool's bursts.
#pragma once

#include <optional>
#include <vector>

#include "native/files/resample.h"
#include "native/separation/segment_line.h"
#include "native/separation/song_source.h"
#include "native/separation/work_pool.h"

namespace tutti::separation {

class StemOutput {
 public:
  static Result<StemOutput> create(int separator_rate, SongSource&, bool residual_to_other);

  // Takes a block of the stretch from frame `at` of it on; answers where the next block begins.
  std::int64_t push(const Stretch&, std::int64_t at, WorkPool&);
  // No more will come.
  Result<void> finish();

  struct Block {
    int frames = 0;
    std::vector<std::vector<const float*>> stems;  // [stem][channel], valid until the next call
  };
  // The next final frames, none if there are none yet.
  Result<Block> take(WorkPool&);

  std::int64_t taken() const { return taken_; }
  bool done() const { return finished_ && taken_ >= source_->frames(); }
  int rate() const { return source_->rate(); }

 private:
  struct Line {
    explicit Line(int channels) : staged(channels) {}
    std::optional<files::Resampler> resampler;
    std::vector<float> mono;
    SampleQueue staged;
  };
  explicit StemOutput(SongSource& source) : source_(&source) {}

  SongSource* source_;
  bool residual_ = true, finished_ = false;
  std::vector<Line> lines_;
  std::int64_t taken_ = 0;
};

}  // namespace tutti::separation
