#include "server/jobs/practice_files.h"

#include <unistd.h>

#include "engine/base/json.h"
#include "native/files/atomic_write.h"
#include "native/files/sha256.h"
#include "server/store/practice_table.h"

namespace tutti::jobs {
namespace {

constexpr std::size_t kLongestAnalysis = 4'000'000;

double number_in(const json::value& object, std::string_view key) {
  double number = 0;
  return json_get(json_find(object, key), number) ? number : 0;
}
std::string text_in(const json::value& object, std::string_view key) {
  const json::value* found = json_find(object, key);
  return found && found->if_string() ? std::string(found->if_string()->c_str()) : std::string();
}
// A song that its person removed meanwhile.
bool is_gone(const Result<void>& done) {
  return done.error().code == Code::not_found;
}

}  // namespace

std::string difficulty_kind(std::string_view instrument, const std::string& song_if_corrected) {
  return "difficulty:" + std::string(instrument) +
         (song_if_corrected.empty() ? "" : ":" + song_if_corrected);
}

std::string difficulty_version(const std::string& stems_id, const std::string& corrections_blob) {
  return std::string(kSongVersion) + "|" + stems_id + "|" + corrections_blob;
}

JobRequest analysis_of(const std::string& blob, const std::string& stems_id) {
  JobRequest request;
  request.kind = Kind::analyse;
  request.input = blob;
  request.stems_id = stems_id;
  return request;
}

std::string same_text(const JobRequest& request) {
  std::string text = "tutti-practice-1";
  for (const std::string& part :
       {std::string(name_of(request.kind)), request.input, request.stems_id, request.stem,
        request.format, request.corrections, request.song})
    text += "|" + part;
  return files::sha256(std::as_bytes(std::span(text))).hex();
}

Result<store::JobRow> add_once(store::Store& store, const JobRequest& request,
                               const std::string& person) {
  store::JobRow job;
  job.kind = name_of(request.kind);
  job.request = to_text(request);
  job.same = same_text(request);
  auto earlier = store.job_under_way(job.same);
  if (!earlier) return earlier.error();
  if (*earlier) return **earlier;
  job.state = "queued";
  job.sentence = "Waiting for its turn";
  job.person = person;
  return store.add_job(job);
}

PracticeFiles::~PracticeFiles() {
  for (const int fd : opened_) ::close(fd);
  if (analysis_ >= 0) ::close(analysis_);
}

Result<void> PracticeFiles::open_stems(const std::string& id, TaskFiles& task, bool all) {
  for (int i = 0; i < separate::kStems; ++i) {
    auto stem = cache_.open_stem(id, static_cast<separate::Stem>(i));
    if (!stem) {
      if (all) return stem.error();
      continue;
    }
    opened_.push_back(stem->fd);
    if (stem->whole) task.stems[static_cast<std::size_t>(i)] = stem->fd;
  }
  return {};
}

Result<void> PracticeFiles::open(const JobRequest& request, TaskFiles& task) {
  if (request.kind == Kind::separate) {
    auto folder = cache_.begin(request.stems_id);
    if (!folder) return folder.error();
    folder_.emplace(std::move(*folder));
    for (int i = 0; i < separate::kStems; ++i)
      task.stems[static_cast<std::size_t>(i)] = folder_->stem(static_cast<separate::Stem>(i));
    task.about = folder_->about();
    return {};
  }
  if (request.kind == Kind::stem_file) {
    auto file = cache_.begin_file(request.stems_id);
    if (!file) return file.error();
    file_.emplace(std::move(*file));
    task.outputs.push_back(file_->fd());
    return open_stems(request.stems_id, task, true);
  }
  analysis_ = files::scratch_file();
  if (analysis_ < 0)
    return Error{Code::io, "No temporary file could be made.",
                 "Free some space on the server's disk."};
  task.outputs.push_back(analysis_);
  if (!request.corrections.empty()) {
    auto blob = store_.blobs().open_blob(request.corrections);
    if (!blob) return blob.error();
    opened_.push_back(*blob);
    task.corrections = *blob;
  }
  // Without stems the song is heard all the same.
  return request.stems_id.empty() ? Result<void>() : open_stems(request.stems_id, task, false);
}

Result<void> PracticeFiles::keep(const store::JobRow& job, const JobRequest& request,
                                 const std::string& told) {
  switch (request.kind) {
    case Kind::separate:
      return keep_stems(job, request, told);
    case Kind::analyse:
      return keep_analysis(request);
    default:
      return keep_file(request);
  }
}

Result<void> PracticeFiles::keep_stems(const store::JobRow& job, const JobRequest& request,
                                       const std::string& told) {
  auto report = parse_json(told);
  if (!report) return report.error();
  auto bytes = cache_.keep(std::move(*folder_));
  if (!bytes) return bytes.error();
  store::PracticeTable table(store_);
  store::StemsRow row;
  row.id = request.stems_id;
  row.blob = request.input;
  row.model = request.model;
  row.version = request.version;
  row.job = job.id;
  row.state = "ready";
  row.text = told;
  row.rate = number_in(*report, "rate");
  row.frames = static_cast<std::int64_t>(number_in(*report, "frames"));
  row.bytes = *bytes;
  row.took = number_in(*report, "took");
  if (auto done = table.put_stems(row); !done) return done;
  if (auto room = cache_.make_room(row.id); !room) return room.error();

  auto songs = table.songs_of_blob(request.input);
  if (!songs) return songs.error();
  const std::string title = text_in(*report, "title"), artist = text_in(*report, "artist");
  for (const store::SongRow& song : *songs) {
    store::SongFacts facts;
    facts.duration = number_in(*report, "seconds");
    // Somebody else may have chosen another model for the same recording.
    if (song.stems.empty()) facts.model = request.model, facts.stems = request.stems_id;
    if (auto done = table.set_song_facts(song.id, facts); !done && !is_gone(done)) return done;
    // A song that nobody has named yet is called as its file calls itself.
    if (!title.empty() && song.artist.empty() && song.title == request.name)
      (void)table.rename_song(song.id, title, artist);
  }
  auto next = add_once(store_, analysis_of(request.input, request.stems_id), job.person);
  if (!next) return next.error();
  return {};
}

Result<void> PracticeFiles::keep_analysis(const JobRequest& request) {
  if (::lseek(analysis_, 0, SEEK_SET) != 0)
    return Error{Code::io, "What was heard could not be read back.", "Try again."};
  auto bytes = files::read_descriptor(analysis_, "the analysis", kLongestAnalysis);
  if (!bytes) return bytes.error();
  auto parsed = parse_json({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!parsed) return parsed.error();
  const json::value* heard = json_find(*parsed, "analysis");
  if (!heard) return Error{Code::internal, "Nothing was heard.", "Please report this."};
  store::PracticeTable table(store_);
  if (request.corrections.empty()) {
    if (auto done = table.save_analysis(request.input, "song", std::string(kSongVersion),
                                        write_json(*heard));
        !done)
      return done;
    auto songs = table.songs_of_blob(request.input);
    if (!songs) return songs.error();
    for (const store::SongRow& song : *songs) {
      store::SongFacts facts;
      if (song.duration <= 0) facts.duration = number_in(*heard, "duration");
      facts.tempo = number_in(*heard, "tempo");
      facts.key = text_in(*heard, "key");
      if (auto done = table.set_song_facts(song.id, facts); !done && !is_gone(done)) return done;
    }
  }
  const json::value* difficulty = json_find(*parsed, "difficulty");
  if (!difficulty || !difficulty->if_object()) return {};
  for (const auto& [instrument, passages] : *difficulty->if_object()) {
    const std::string kind =
        difficulty_kind(instrument, request.corrections.empty() ? "" : request.song);
    const std::string version = difficulty_version(request.stems_id, request.corrections);
    if (auto done = table.save_analysis(request.input, kind, version, write_json(passages)); !done)
      return done;
  }
  return {};
}

Result<void> PracticeFiles::keep_file(const JobRequest& request) {
  const std::string name = request.stem + ending_of(request.format);
  auto bytes = cache_.keep_file(request.stems_id, name, std::move(*file_));
  if (!bytes) return bytes.error();
  store::PracticeTable table(store_);
  auto row = table.stems(request.stems_id);
  if (!row) return row.error();
  if (*row) {
    (*row)->bytes += *bytes;
    if (auto done = table.put_stems(**row); !done) return done;
    if (auto room = cache_.make_room(request.stems_id); !room) return room.error();
  }
  return {};
}

}  // namespace tutti::jobs
