// The files of a separation: written as the stems come, and either all under their names or none.
// Part of separate_song.
#pragma once

#include <optional>
#include <vector>

#include "native/files/atomic_write.h"
#include "native/separation/separate_song.h"
#include "native/separation/work_pool.h"

namespace tutti::separation {

class StemWriters {
 public:
  static Result<StemWriters> open(const std::vector<StemFile>&, int rate, int channels);

  // stems[stem][channel][frame]; the files side by side.
  Result<void> write(const std::vector<std::vector<const float*>>& stems, int frames, WorkPool&);
  // Completes every file on the disk first and names them only then, so that a disk which fills up
  // at the very end leaves none.
  Result<void> finish(WorkPool&);
  std::uint64_t clipped() const;

 private:
  struct One {
    StemFile wanted;
    std::optional<files::AtomicFile> file;  // absent for a caller's descriptor
    std::optional<files::AudioWriter> writer;
    std::vector<std::vector<float>> sum;  // of the others
    Result<void> result;
  };
  Result<void> for_each(WorkPool&, const std::function<Result<void>(One&)>&);
  std::vector<One> all_;
};

// too_large where a WAV file could not hold that many frames; asked before the work begins.
Result<void> check_sizes(const std::vector<StemFile>&, int channels, double frames);

}  // namespace tutti::separation
