// What a worker does around the jobs of the Practice room: opens their files before the work is
// confined, and keeps what they made after.
//
//   separate   stems to their cache, a row of the table `stems`, what is now known of the songs;
//   then
//              the song is to be analysed
//   analyse    to the table `analyses`: kind "song", and "difficulty:<instrument>" (of a song put
//              right by hand "difficulty:<instrument>:<song>"), each with difficulty_version()
//   stem_file  a file in the stems' folder
// One thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "server/jobs/request.h"
#include "server/jobs/stems_cache.h"
#include "server/jobs/tasks.h"
#include "server/store/store.h"

namespace tutti::jobs {

// Of what is heard in songs: raised when the same song would be heard otherwise.
inline constexpr std::string_view kSongVersion = "song-1";
std::string difficulty_kind(std::string_view instrument, const std::string& song_if_corrected);
std::string difficulty_version(const std::string& stems_id, const std::string& corrections_blob);

// The job that listens to a song, whose stems (if any) it is hard to play in.
JobRequest analysis_of(const std::string& blob, const std::string& stems_id);
// Waiting or running already, or added to the queue.
Result<store::JobRow> add_once(store::Store&, const JobRequest&, const std::string& person);
std::string same_text(const JobRequest&);  // equal for equal work

class PracticeFiles {
 public:
  PracticeFiles(store::Store& store, StemsCache& cache) : store_(store), cache_(cache) {}
  ~PracticeFiles();

  Result<void> open(const JobRequest&, TaskFiles&);
  // `told`: the child's report. What was opened is closed by the destructor either way.
  Result<void> keep(const store::JobRow&, const JobRequest&, const std::string& told);

 private:
  Result<void> keep_stems(const store::JobRow&, const JobRequest&, const std::string& told);
  Result<void> keep_analysis(const JobRequest&);
  Result<void> keep_file(const JobRequest&);
  Result<void> open_stems(const std::string& id, TaskFiles&, bool all);

  store::Store& store_;
  StemsCache& cache_;
  std::optional<StemsFolder> folder_;
  std::optional<StemsFile> file_;
  int analysis_ = -1;
  std::vector<int> opened_;
};

}  // namespace tutti::jobs
