#include "server/jobs/tasks.h"

#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/files/soundfonts.h"

namespace tutti::jobs {

std::vector<std::string> formats_made(const JobRequest& request) {
  if (request.kind == Kind::transcribe) return {"json", "mid"};
  return {request.format};
}

std::string media_type_of(std::string_view format) {
  if (format == "json") return "application/json";
  if (format == "mid") return "audio/midi";
  if (format == "tutti") return "application/vnd.tutti+json";
  if (format == "maa") return "application/json";
  if (const auto audio = files::audio_format_named(format))
    return std::string(files::media_type_of(*audio));
  return "application/octet-stream";
}

std::string ending_of(std::string_view format) {
  if (const auto audio = files::audio_format_named(format))
    return std::string(files::ending_of(*audio));
  return "." + std::string(format);
}

ChildWork work_for(const JobRequest& request, TaskFiles& task) {
  ChildWork work;
  work.keep = task.outputs;
  work.keep.push_back(task.input);
  for (const auto& [name, fd] : task.clips) work.keep.push_back(fd);
  work.prepare = [&request, &task]() -> Result<void> {
    if (auto done = files::load_decoders(); !done) return done;
    if (request.kind == Kind::transcribe) return {};
    if (!files::audio_format_named(request.format)) return {};
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
    }
    if (!done) return done.error();
    return std::string();
  };
  return work;
}

}  // namespace tutti::jobs
