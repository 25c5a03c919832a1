// The work itself: from a request and open descriptors to bytes in open descriptors.
//
// Runs inside a confined child (confine.h): everything is opened before, nothing after.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/progress.h"
#include "engine/base/result.h"
#include "engine/project/document.h"
#include "engine/separate/separator.h"
#include "engine/transcribe/hum.h"
#include "native/files/mapped_file.h"
#include "server/jobs/confine.h"
#include "server/jobs/request.h"

namespace tutti::jobs {

// A SoundFont that a song may ask for. The best comes first.
struct OpenFont {
  std::string id;
  bool compressed = false;
  files::MappedFile file;
};

// Shared by the parent and the child's functions.
struct TaskFiles {
  int input = -1;
  std::vector<std::pair<std::string, int>> clips;  // SHA-256, descriptor
  std::vector<int> outputs;                        // one for each of formats_made()
  std::vector<int> scratch;                        // files that have no name
  std::vector<OpenFont> fonts;                     // filled by prepare()
  std::vector<std::byte> weights;                  // of the melodist, likewise
  // Of the Practice room: stems to write or to read (-1: not here), what is told of them, what was
  // put right by hand; threads that may compute; the separator, filled by prepare().
  std::array<int, separate::kStems> stems{-1, -1, -1, -1};
  int about = -1;
  int corrections = -1;
  int threads = 1;
  std::shared_ptr<const separate::Separator> separator;
};

// What the job makes, in order: the first is its main result.
std::vector<std::string> formats_made(const JobRequest&);
// Whether its main result becomes a project of the library; its second are the operations.
bool makes_project(const JobRequest&);
// Whether it plays songs, whose notes need SoundFonts.
bool plays_songs(const JobRequest&);
// How many files without a name it may need.
std::size_t scratch_wanted(const JobRequest&);
// Media type and file ending of a format.
std::string media_type_of(std::string_view format);
std::string ending_of(std::string_view format);  // ".mid"

ChildWork work_for(const JobRequest&, TaskFiles&);

// What was heard, as POST /hum2melody and `tutti transcribe --json` answer it, with the IR's
// metadata and tracks beside.
std::string melody_text(const transcribe::Hum&);
// The same as a project: a track with the notes on the grid.
Result<project::Document> melody_document(const transcribe::Hum&, const std::string& title);

Result<void> transcribe_task(const JobRequest&, TaskFiles&, const Progress&);
Result<void> render_task(const JobRequest&, TaskFiles&, const Progress&);
Result<void> convert_task(const JobRequest&, TaskFiles&, const Progress&);
// These tell a report (report.h) beside the sound.
Result<std::string> effects_task(const JobRequest&, TaskFiles&, const Progress&);
Result<std::string> mixdown_task(const JobRequest&, TaskFiles&, const Progress&);
// bounce and freeze
Result<std::string> track_task(const JobRequest&, TaskFiles&, const Progress&);
Result<std::string> compose_task(const JobRequest&, TaskFiles&, const Progress&);
Result<void> stretch_task(const JobRequest&, TaskFiles&, const Progress&);
// These tell a report of their own (practice_files.h).
Result<std::string> separate_task(const JobRequest&, TaskFiles&, const Progress&);
Result<std::string> analyse_task(const JobRequest&, TaskFiles&, const Progress&);
Result<std::string> stem_file_task(const JobRequest&, TaskFiles&, const Progress&);

}  // namespace tutti::jobs
