// Endless music from its control log to a file: sound as it was streamed, its notes, its voices one
// by one, or a project.
//
// The engine renders the same samples here as for the listeners, since it starts from the same log.
#include <array>
#include <charconv>
#include <ctime>
#include <deque>

#include "engine/dsp/loudness.h"
#include "engine/score/midi_file.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_writer.h"
#include "native/files/sha256.h"
#include "native/files/zip_writer.h"
#include "server/jobs/report.h"
#include "server/jobs/stream_materials.h"
#include "server/jobs/stream_project.h"
#include "server/jobs/tasks.h"

namespace tutti::jobs {
namespace {

constexpr std::size_t kLargestLog = 64u << 20;
constexpr int kBlock = 4096;

Error stopped() {
  return {Code::cancelled, "Stopped.", "Start it again when you want it."};
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Work {
  const JobRequest& request;
  TaskFiles& task;
  const Progress& progress;
  stream::Materials materials;
  stream::ControlLog log;
};

std::string text_of(const SoundReport& report) {
  return report_text(report);
}

// Hands every block of the piece to `take`, and measures what `play` made of it.
template <class Play, class Take>
Result<std::string> run(Work& work, bool stems, const Play& play, const Take& take) {
  const double before = cpu_seconds();
  const std::int64_t frames = work.request.last_frame - work.request.first_frame;
  stream::Channel channel =
      stream::Channel::at(work.materials, work.log, work.request.first_frame, stems);
  dsp::LoudnessScan scan(work.log.rate, 2);
  std::array<float, kBlock> left{}, right{};
  for (std::int64_t done = 0; done < frames;) {
    const int count = static_cast<int>(std::min<std::int64_t>(kBlock, frames - done));
    play(channel, left.data(), right.data(), count);
    const float* both[] = {left.data(), right.data()};
    scan.add(both, count);
    if (auto taken = take(both, count); !taken) return taken.error();
    done += count;
    if (!work.progress(0.02 + 0.95 * static_cast<double>(done) / static_cast<double>(frames),
                       "Playing the music"))
      return stopped();
  }
  SoundReport report;
  report.seconds = static_cast<double>(frames) / work.log.rate;
  report.cpu_seconds = cpu_seconds() - before;
  if (report.cpu_seconds > 0) report.realtime_factor = report.seconds / report.cpu_seconds;
  report.loudness = render::loudness_of(scan.report());
  return text_of(report);
}

Result<std::string> make_sound(Work& work) {
  files::EncodeOptions encoding;
  encoding.format = *files::audio_format_named(work.request.format);
  encoding.title = work.request.name;
  auto writer = files::AudioWriter::create(work.task.outputs.at(0), work.log.rate, 2, encoding);
  if (!writer) return writer.error();
  auto report = run(
      work, false,
      [](stream::Channel& channel, float* left, float* right, int count) {
        channel.render(left, right, count);
      },
      [&](const float* const* both, int count) { return writer->write(both, count); });
  if (!report) return report;
  if (auto done = writer->finish(); !done) return done.error();
  return report;
}

struct Stem {
  explicit Stem(files::AudioWriter&& w, int descriptor)
      : writer(std::move(w)), fd(descriptor), left(kBlock), right(kBlock) {}
  files::AudioWriter writer;
  int fd;
  std::vector<float> left, right;
  bool sounds = false;
};

// Voices that are silent throughout are left out of the zip.
Result<std::string> make_stems(Work& work) {
  std::deque<Stem> stems;
  std::array<stream::Channel::Stem, compose::kVoices> pointers{};
  for (int voice = 0; voice < compose::kVoices; ++voice) {
    const int fd = files::scratch_file();
    if (fd < 0)
      return Error{Code::io, "No temporary file could be made.",
                   "Free some space on the server's disk."};
    files::EncodeOptions encoding;
    encoding.format = files::AudioFormat::flac;
    encoding.title = compose::name_of(static_cast<compose::Voice>(voice));
    auto writer = files::AudioWriter::create(fd, work.log.rate, 2, encoding);
    if (!writer) return writer.error();
    Stem& stem = stems.emplace_back(std::move(*writer), fd);
    pointers[static_cast<std::size_t>(voice)] = {stem.left.data(), stem.right.data()};
  }
  auto report = run(
      work, true,
      [&](stream::Channel& channel, float* left, float* right, int count) {
        channel.render_stems(pointers, left, right, count);
      },
      [&](const float* const*, int count) -> Result<void> {
        for (Stem& stem : stems) {
          for (int i = 0; i < count && !stem.sounds; ++i)
            stem.sounds = stem.left[static_cast<std::size_t>(i)] != 0 ||
                          stem.right[static_cast<std::size_t>(i)] != 0;
          const float* both[] = {stem.left.data(), stem.right.data()};
          if (auto done = stem.writer.write(both, count); !done) return done;
        }
        return {};
      });
  if (!report) return report;
  std::vector<files::ZipEntry> entries;
  for (std::size_t voice = 0; voice < stems.size(); ++voice) {
    Stem& stem = stems[voice];
    if (auto done = stem.writer.finish(); !done) return done.error();
    if (stem.sounds)
      entries.push_back(
          {std::string(compose::name_of(static_cast<compose::Voice>(voice))) + ".flac", stem.fd});
  }
  if (entries.empty())
    return Error{Code::bad_input, "Nothing is heard in this part of the music.",
                 "Switch a voice on, or choose another part."};
  if (auto done = files::write_zip(work.task.outputs.at(0), entries); !done) return done.error();
  return report;
}

score::Score notes_of(const Work& work) {
  auto score =
      stream::score_of(work.materials, work.log, work.request.first_frame, work.request.last_frame);
  score.title = work.request.name;
  return score;
}

std::string notes_report(const Work& work) {
  SoundReport report;
  report.seconds =
      static_cast<double>(work.request.last_frame - work.request.first_frame) / work.log.rate;
  report.loudness = render::loudness_of(dsp::LoudnessReport{});
  return text_of(report);
}

// The same work gives the same operations.
std::uint64_t actor_of(const JobRequest& request) {
  const std::string text = to_text(request);
  const std::string hex = files::sha256(std::as_bytes(std::span(text))).hex();
  std::uint64_t number = 0;
  std::from_chars(hex.data(), hex.data() + 12, number, 16);
  return number == 0 ? 1 : number;
}

}  // namespace

Result<std::string> compose_task(const JobRequest& request, TaskFiles& task,
                                 const Progress& progress) {
  progress(0, "Reading the log");
  auto bytes = files::read_descriptor(task.input, "the log", kLargestLog);
  if (!bytes) return bytes.error();
  auto log = stream::read_log({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!log) return log.error();
  if (request.first_frame < 0 || request.last_frame <= request.first_frame)
    return Error{Code::bad_input, "The part that is asked for has no length.",
                 "Let its end lie after its beginning."};
  auto materials = materials_from(
      task.fonts.empty() ? std::span<const std::byte>() : task.fonts.front().file.bytes(),
      task.weights, progress);
  if (!materials) return materials.error();
  Work work{request, task, progress, std::move(*materials), std::move(*log)};
  if (files::audio_format_named(request.format)) return make_sound(work);
  if (request.format == "zip") return make_stems(work);
  progress(0.1, "Writing the notes");
  const score::Score score = notes_of(work);
  Result<void> written;
  if (request.format == "mid") {
    written =
        files::write_all(task.outputs.at(0), score::write_midi(score::midi_from_score(score)));
  } else {
    auto project = stream_project(score, work.log, request.first_frame, actor_of(request));
    if (!project) return project.error();
    written = files::write_all(task.outputs.at(0), std::as_bytes(std::span(project->text)));
    if (written)
      written = files::write_all(task.outputs.at(1), std::as_bytes(std::span(project->operations)));
  }
  if (!written) return written.error();
  return notes_report(work);
}

}  // namespace tutti::jobs
