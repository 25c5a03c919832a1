// A stem, or the song without one, as a file of the format that is asked for.
//
// The song without an instrument is the sum of the other three stems.
#include <algorithm>
#include <array>
#include <unistd.h>

#include "native/files/audio_writer.h"
#include "server/jobs/stems_cache.h"
#include "server/jobs/tasks.h"

namespace tutti::jobs {
namespace {
constexpr int kBlock = 8192;
constexpr std::string_view kWithout = "without-";
}  // namespace

Result<std::string> stem_file_task(const JobRequest& request, TaskFiles& task,
                                   const Progress& progress) {
  std::string_view name = request.stem;
  const bool without = name.starts_with(kWithout);
  if (without) name.remove_prefix(kWithout.size());
  std::vector<int> sources;
  for (std::size_t i = 0; i < separate::kStems; ++i)
    if ((separate::kStemNames[i] == name) != without) sources.push_back(task.stems[i]);
  std::int64_t frames = 0;
  StemBytes shape;
  for (const int fd : sources) {
    auto bytes = stem_bytes(fd);
    if (!bytes) return bytes.error();
    shape = *bytes;
    frames = std::max(frames, bytes->count / 4);
  }
  files::EncodeOptions encoding;
  encoding.format = *files::audio_format_named(request.format);
  encoding.title = request.name;
  auto writer = files::AudioWriter::create(task.outputs.at(0), shape.rate, 2, encoding);
  if (!writer) return writer.error();
  std::vector<std::int16_t> both(2 * kBlock);
  std::array<std::vector<float>, 2> sum{std::vector<float>(kBlock), std::vector<float>(kBlock)};
  const float* planes[] = {sum[0].data(), sum[1].data()};
  for (std::int64_t at = 0; at < frames;) {
    const auto count = static_cast<std::size_t>(std::min<std::int64_t>(kBlock, frames - at));
    for (auto& plane : sum) std::fill(plane.begin(), plane.end(), 0.0f);
    for (const int fd : sources) {
      const ssize_t got = ::pread(fd, both.data(), 4 * count, shape.first + 4 * at);
      if (got != static_cast<ssize_t>(4 * count))
        return Error{Code::io, "The disk refused to read a stem.",
                     "Have the song taken apart again."};
      for (std::size_t i = 0; i < count; ++i) {
        sum[0][i] += static_cast<float>(both[2 * i]) / 32768.0f;
        sum[1][i] += static_cast<float>(both[2 * i + 1]) / 32768.0f;
      }
    }
    if (auto done = writer->write(planes, static_cast<int>(count)); !done) return done.error();
    at += static_cast<std::int64_t>(count);
    if (!progress(static_cast<double>(at) / static_cast<double>(frames), "Writing the file"))
      return Error{Code::cancelled, "Stopped.", "Start it again when you want it."};
  }
  if (auto done = writer->finish(); !done) return done.error();
  return std::string();
}

}  // namespace tutti::jobs
