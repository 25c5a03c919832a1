// What is heard in a song (tempo, beats, chords …), and where it is hard for each instrument.
#include <array>
#include <cmath>
#include <optional>
#include <unistd.h>

#include "engine/analysis/song_analysis.h"
#include "engine/base/json.h"
#include "engine/practice/part.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "server/jobs/stems_cache.h"
#include "server/jobs/tasks.h"

namespace tutti::jobs {
namespace {

constexpr int kBlock = 8192;
constexpr std::size_t kLongestAnalysis = 2'000'000;
constexpr int kMostPassages = 20;

Error stopped() {
  return {Code::cancelled, "Stopped.", "Start it again when you want it."};
}

Result<analysis::SongAnalysis> hear(TaskFiles& task, const Progress& progress) {
  files::DecodeLimits limits;
  limits.bytes = 2'000'000'000;
  limits.seconds = 5 * 3600;
  auto reader =
      files::AudioReader::open(files::AudioSource::descriptor(task.input, "the song"), limits);
  if (!reader) return reader.error();
  const int channels = reader->info().channels;
  analysis::SongListener listener(reader->info().rate, channels);
  std::vector<std::vector<float>> planes(static_cast<std::size_t>(channels),
                                         std::vector<float>(kBlock));
  std::vector<float*> pointers;
  for (auto& plane : planes) pointers.push_back(plane.data());
  const std::vector<const float*> heard(pointers.begin(), pointers.end());
  for (;;) {
    auto frames = reader->read(pointers.data(), kBlock);
    if (!frames) return frames.error();
    if (*frames == 0) break;
    listener.add(heard, *frames);
    if (!progress(0.4 * reader->fraction(), "Listening to the song")) return stopped();
  }
  return listener.finish([&](double fraction, std::string_view) {
    return progress(0.4 + 0.2 * fraction, "Finding beats, chords and sections");
  });
}

Result<analysis::SongAnalysis> corrected(int fd) {
  auto bytes = files::read_descriptor(fd, "the corrections", kLongestAnalysis);
  if (!bytes) return bytes.error();
  auto parsed = parse_json({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!parsed) return parsed.error();
  return analysis::song_analysis_from_json(*parsed);
}

// A stem of ours is 16-bit stereo.
Result<practice::Part> hear_stem(practice::Instrument instrument, int fd, double from,
                                 const Progress& progress) {
  auto bytes = stem_bytes(fd);
  if (!bytes) return bytes.error();
  practice::PartListener listener(instrument, bytes->rate);
  std::vector<std::int16_t> both(2 * kBlock);
  std::vector<float> mono(kBlock);
  const std::string sentence = "Listening to the " + std::string(practice::name_of(instrument));
  for (std::int64_t at = 0; at < bytes->count;) {
    const auto wanted = std::min<std::int64_t>(4 * kBlock, bytes->count - at);
    const ssize_t got =
        ::pread(fd, both.data(), static_cast<std::size_t>(wanted), bytes->first + at);
    const std::size_t frames = got > 0 ? static_cast<std::size_t>(got) / 4 : 0;
    if (frames == 0)
      return Error{Code::io, "The disk refused to read a stem.",
                   "Have the song taken apart again."};
    for (std::size_t i = 0; i < frames; ++i)
      mono[i] = static_cast<float>(both[2 * i] + both[2 * i + 1]) / 65536.0f;
    listener.add(std::span(mono).first(frames));
    at += static_cast<std::int64_t>(4 * frames);
    if (!progress(from + 0.08 * static_cast<double>(at) / static_cast<double>(bytes->count),
                  sentence))
      return stopped();
  }
  return listener.finish();
}

}  // namespace

Result<std::string> analyse_task(const JobRequest&, TaskFiles& task, const Progress& progress) {
  auto song = task.corrections >= 0 ? corrected(task.corrections) : hear(task, progress);
  if (!song) return song.error();
  json::object text{{"analysis", analysis::json_of(*song)}};
  json::object difficulty;
  for (int i = 0; i < separate::kStems; ++i) {
    const int fd = task.stems[static_cast<std::size_t>(i)];
    const auto instrument =
        practice::instrument_of(separate::kStemNames[static_cast<std::size_t>(i)]);
    if (fd < 0 || !instrument) continue;
    auto part = hear_stem(*instrument, fd, 0.6 + 0.1 * i, progress);
    if (!part) return part.error();
    practice::DifficultyOptions options;
    options.most = kMostPassages;
    difficulty[practice::name_of(*instrument)] =
        practice::json_of(practice::hard_passages(*song, *part, options));
  }
  text["difficulty"] = std::move(difficulty);
  const std::string whole = write_json(text);
  if (auto done = files::write_all(task.outputs.at(0), std::as_bytes(std::span(whole))); !done)
    return done.error();
  return std::string();
}

}  // namespace tutti::jobs
