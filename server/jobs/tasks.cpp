#include "server/jobs/tasks.h"

#include <algorithm>

#include "engine/compose/settings.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/files/models.h"
#include "native/files/soundfonts.h"
#include "native/separation/models.h"

namespace tutti::jobs {

std::vector<std::string> formats_made(const JobRequest& request) {
  if (request.kind == Kind::transcribe) return {"json", "mid"};
  if (makes_project(request)) return {"tutti", "operations"};
  if (is_practice(request.kind)) return {};
  std::vector<std::string> formats{request.format};
  formats.insert(formats.end(), request.stems.size(), "stem:" + request.format);
  return formats;
}

bool makes_project(const JobRequest& request) {
  return request.kind == Kind::compose && request.format == "tutti";
}

bool plays_songs(const JobRequest& request) {
  if (is_practice(request.kind)) return false;
  if (request.kind == Kind::transcribe || request.kind == Kind::effects ||
      request.kind == Kind::stretch || request.kind == Kind::compose)
    return false;
  return files::audio_format_named(request.format).has_value();
}

std::size_t scratch_wanted(const JobRequest& request) {
  // One for the mix before its loudness is set, and two for each recording that is played other
  // than straight through: stretched, and unpacked.
  constexpr int kMost = 400;
  // A file a voice, before they are put together.
  if (request.kind == Kind::compose) return request.format == "zip" ? compose::kVoices : 0;
  return plays_songs(request)
             ? 1 + 2 * static_cast<std::size_t>(std::clamp(request.takes, 0, kMost))
             : 0;
}

std::string media_type_of(std::string_view format) {
  if (format.starts_with("stem:")) format.remove_prefix(5);
  if (format == "json") return "application/json";
  if (format == "mid") return "audio/midi";
  if (format == "tutti") return "application/vnd.tutti+json";
  if (format == "zip") return "application/zip";
  if (format == "operations") return "application/json";
  if (format == "maa") return "application/json";
  if (const auto audio = files::audio_format_named(format))
    return std::string(files::media_type_of(*audio));
  return "application/octet-stream";
}

std::string ending_of(std::string_view format) {
  if (format.starts_with("stem:")) format.remove_prefix(5);
  if (const auto audio = files::audio_format_named(format))
    return std::string(files::ending_of(*audio));
  return "." + std::string(format);
}

namespace {

// The piano and the melodist that the request names; what was not there then is not looked for.
Result<void> open_materials(const JobRequest& request, TaskFiles& task) {
  if (!request.soundfont.empty()) {
    auto font = files::choose_soundfont(request.soundfont);
    if (!font) return font.error();
    auto mapped = files::MappedFile::open(font->path);
    if (!mapped) return mapped.error();
    task.fonts.push_back({font->id, font->compressed, std::move(*mapped)});
  }
  if (request.model.empty()) return {};
  auto model = files::read_model(files::kMelodyModel);
  if (!model) return model.error();
  if (model->sha256 != request.model)
    return Error{Code::conflict, "The melodist's weights have changed since this was asked for.",
                 "Ask for it again."};
  task.weights = std::move(model->bytes);
  return {};
}

}  // namespace

ChildWork work_for(const JobRequest& request, TaskFiles& task) {
  ChildWork work;
  work.keep = task.outputs;
  work.keep.push_back(task.input);
  for (const auto& [name, fd] : task.clips) work.keep.push_back(fd);
  for (const int fd : task.stems) work.keep.push_back(fd);
  work.keep.push_back(task.about);
  work.keep.push_back(task.corrections);
  work.keep.insert(work.keep.end(), task.scratch.begin(), task.scratch.end());
  work.prepare = [&request, &task]() -> Result<void> {
    if (request.kind == Kind::compose) return open_materials(request, task);
    if (auto done = files::load_decoders(); !done) return done;
    if (request.kind == Kind::separate) {
      auto info = separation::separator_info(request.model);
      if (!info) return info.error();
      if (info->version != request.version)
        return Error{Code::conflict,
                     "The separator's weights have changed since this was asked for.",
                     "Ask for it again."};
      auto made = separation::make_separator(request.model);
      if (!made) return made.error();
      task.separator = std::move(*made);
    }
    if (!plays_songs(request)) return {};
    // A song names its SoundFonts inside, so all that are installed are at hand: mapping costs
    // nothing until a page is touched.
    auto found = files::find_soundfonts();
    if (!request.soundfont.empty()) {
      auto wanted = files::choose_soundfont(request.soundfont);
      if (!wanted) return wanted.error();
      found.insert(found.begin(), *wanted);
    }
    for (const auto& font : found) {
      if (auto mapped = files::MappedFile::open(font.path))
        task.fonts.push_back({font.id, font.compressed, std::move(*mapped)});
    }
    return {};
  };
  work.work = [&request, &task](const Progress& progress) -> Result<std::string> {
    files::lend_scratch_files(task.scratch);
    Result<void> done;
    switch (request.kind) {
      case Kind::transcribe:
        done = transcribe_task(request, task, progress);
        break;
      case Kind::render:
        done = render_task(request, task, progress);
        break;
      case Kind::convert:
        done = convert_task(request, task, progress);
        break;
      case Kind::stretch:
        done = stretch_task(request, task, progress);
        break;
      case Kind::effects:
        return effects_task(request, task, progress);
      case Kind::mixdown:
        return mixdown_task(request, task, progress);
      case Kind::bounce:
      case Kind::freeze:
        return track_task(request, task, progress);
      case Kind::compose:
        return compose_task(request, task, progress);
      case Kind::separate:
        return separate_task(request, task, progress);
      case Kind::analyse:
        return analyse_task(request, task, progress);
      case Kind::stem_file:
        return stem_file_task(request, task, progress);
    }
    if (!done) return done.error();
    return std::string();
  };
  return work;
}

}  // namespace tutti::jobs
