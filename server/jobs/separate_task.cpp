// A song to its four stems, written as they come so that their beginning can be heard at once.
#include <algorithm>
#include <unistd.h>

#include "engine/base/json.h"
#include "native/files/audio_reader.h"
#include "native/separation/separate_song.h"
#include "server/jobs/stems_cache.h"
#include "server/jobs/tasks.h"

namespace tutti::jobs {
namespace {

// Strangers' songs: three hours and more, but not a day.
files::DecodeLimits song_limits() {
  files::DecodeLimits limits;
  limits.bytes = 2'000'000'000;
  limits.seconds = 5 * 3600;
  return limits;
}

// Whatever the song's rate, its stems have one of two that convert exactly to every other; what
// separators know ends below 22 kHz.
int stems_rate(int rate) {
  return rate % 11025 == 0 ? 44100 : 48000;
}

std::string tag(const files::AudioInfo& info, std::string_view name) {
  for (const auto& [key, value] : info.tags)
    if (key == name) return value.substr(0, 300);
  return {};
}

// Of one length, in one piece: whoever reads meanwhile finds the old or the new.
Result<void> tell_about(int fd, const StemsAbout& about) {
  std::string text = to_text(about);
  text.resize(std::max<std::size_t>(text.size(), 8192), ' ');
  if (::pwrite(fd, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size())) return {};
  return Error{Code::io, "The disk refused to keep what is known of the song.",
               "Free some space and try again."};
}

}  // namespace

Result<std::string> separate_task(const JobRequest&, TaskFiles& task, const Progress& progress) {
  progress(0, "Reading the song");
  const auto source = files::AudioSource::descriptor(task.input, "the song");
  StemsAbout about;
  {
    auto reader = files::AudioReader::open(source, song_limits());
    if (!reader) return reader.error();
    const files::AudioInfo& info = reader->info();
    about.rate = stems_rate(info.rate);
    about.seconds = info.seconds;
    about.title = tag(info, "title");
    about.artist = tag(info, "artist");
  }
  if (auto told = tell_about(task.about, about); !told) return told.error();

  separation::SeparationRequest request;
  request.input = source;
  request.separator = task.separator.get();
  for (int i = 0; i < separate::kStems; ++i) {
    separation::StemFile file;
    file.stem = static_cast<separate::Stem>(i);
    file.fd = task.stems[static_cast<std::size_t>(i)];
    file.encode.format = files::AudioFormat::wav16;
    request.outputs.push_back(std::move(file));
  }
  request.rate = about.rate;
  request.channels = 2;
  request.threads = task.threads;
  request.limits = song_limits();
  auto made = separation::separate(request, progress);
  if (!made) return made.error();
  about.frames = made->frames;
  about.seconds = made->seconds;
  if (auto told = tell_about(task.about, about); !told) return told.error();

  json::array warnings;
  for (const std::string& warning : made->warnings)
    if (warnings.size() < 20) warnings.emplace_back(json::string_view(warning).substr(0, 300));
  return write_json(json::object{{"rate", made->rate},
                                 {"frames", made->frames},
                                 {"seconds", made->seconds},
                                 {"took", made->wall_seconds},
                                 {"first", made->ready_seconds},
                                 {"silent", made->silent},
                                 {"title", about.title},
                                 {"artist", about.artist},
                                 {"warnings", std::move(warnings)}});
}

}  // namespace tutti::jobs
