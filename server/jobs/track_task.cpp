// One track of a project to a recording, and the operations that put it in its place.
//
// The operations are stamped just above everything that the document has seen, by an actor whose
// number follows from the work itself: the same work gives the same operations, so that applying
// them twice changes nothing.
#include <charconv>

#include "engine/project/compile.h"
#include "engine/project/edits.h"
#include "engine/project/files.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_writer.h"
#include "native/files/mapped_file.h"
#include "native/files/sha256.h"
#include "server/jobs/report.h"
#include "server/jobs/song_sound.h"
#include "server/jobs/tasks.h"

namespace tutti::jobs {
namespace {

constexpr std::size_t kLargestSong = 64u << 20;

std::uint64_t actor_of(const JobRequest& request) {
  const std::string text = to_text(request);
  const std::string hex = files::sha256(std::as_bytes(std::span(text))).hex();
  std::uint64_t number = 0;
  std::from_chars(hex.data(), hex.data() + 12, number, 16);
  return number == 0 ? 1 : number;
}

Result<void> place(project::Document& document, const JobRequest& request,
                   const project::Track& track, const std::string& blob, std::uint64_t frames) {
  if (request.kind == Kind::freeze) return project::set_freeze(document, track.id, blob, true);
  project::Track fresh;
  fresh.name = track.name + " (bounced)";
  fresh.kind = project::TrackKind::audio;
  fresh.colour = track.colour;
  fresh.output = track.output;
  auto added = project::add_track(document, fresh);
  if (!added) return added.error();
  if (auto moved = project::move_track(document, *added, track.id); !moved) return moved;
  project::Take take;
  take.name = fresh.name;
  take.blob = blob;
  take.rate = request.rate;
  take.frames = static_cast<std::int64_t>(frames);
  take.channels = 2;
  if (auto laid = project::add_take(document, *added, take); !laid) return laid.error();
  project::Track still = track;
  still.mute = true;
  return project::set_track(document, still);
}

}  // namespace

Result<std::string> track_task(const JobRequest& request, TaskFiles& task,
                               const Progress& progress) {
  progress(0, "Reading the song");
  auto bytes = files::read_descriptor(task.input, "the song", kLargestSong);
  if (!bytes) return bytes.error();
  auto document = project::load_project_text(
      {reinterpret_cast<const char*>(bytes->data()), bytes->size()}, actor_of(request));
  if (!document) return document.error();
  const auto id = project::stamp_from_text(request.track);
  const auto track = id ? project::track(*document, *id) : std::nullopt;
  if (!track)
    return Error{Code::not_found, "There is no such track in the project.",
                 "Somebody may have removed it; read the project again."};
  auto plan = project::compile_track(*document, *id, request.kind == Kind::bounce);
  if (!plan) return plan.error();
  SongSound sound(task);
  if (auto done = sound.gather(*plan, progress); !done) return done.error();
  files::EncodeOptions encoding;
  encoding.format = *files::audio_format_named(request.format);
  encoding.title = track->name;
  auto writer = files::AudioWriter::create(task.outputs.at(0), request.rate, 2, encoding);
  if (!writer) return writer.error();
  render::RenderOptions options;
  options.rate = request.rate;
  options.limiter = false;
  options.tail_seconds = request.tail.value_or(options.tail_seconds);
  auto rendered = render::render(
      *plan, sound.resources(), options,
      [&](const float* left, const float* right, int frames) {
        const float* channels[] = {left, right};
        return writer->write(channels, frames);
      },
      [&](double fraction, std::string_view sentence) {
        return progress(0.98 * fraction, sentence);
      });
  if (!rendered) return rendered.error();
  if (auto done = writer->finish(); !done) return done.error();

  auto written = files::MappedFile::open(task.outputs.at(0), "the sound");
  if (!written) return written.error();
  const std::string blob = files::sha256(written->bytes()).hex();
  (void)document->take_operations();
  if (auto placed = place(*document, request, *track, blob, rendered->frames); !placed)
    return placed.error();
  SoundReport report;
  report.seconds = rendered->seconds;
  report.cpu_seconds = rendered->cpu_seconds;
  report.realtime_factor = rendered->realtime_factor;
  report.loudness = rendered->loudness;
  report.warnings = rendered->warnings;
  auto operations = parse_json(project::operations_to_json(document->take_operations()));
  if (!operations) return operations.error();
  if (operations->if_array()) report.operations = std::move(*operations->if_array());
  return report_text(report);
}

}  // namespace tutti::jobs
