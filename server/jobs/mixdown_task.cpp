// A project to a mix: with stems beside it, and brought to a loudness where one is asked for.
#include <cmath>
#include <deque>
#include <optional>

#include "engine/project/compile.h"
#include "engine/project/edits.h"
#include "engine/project/files.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_writer.h"
#include "native/render/normalise.h"
#include "server/jobs/report.h"
#include "server/jobs/song_sound.h"
#include "server/jobs/tasks.h"

namespace tutti::jobs {
namespace {

constexpr std::size_t kLargestSong = 64u << 20;
constexpr double kCeiling = -1;  // dBTP, where none is asked for

Result<project::Document> read_song(TaskFiles& task) {
  auto bytes = files::read_descriptor(task.input, "the song", kLargestSong);
  if (!bytes) return bytes.error();
  return project::load_project_text({reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                                    1);
}

render::Sink into(files::AudioWriter& writer) {
  return [&writer](const float* left, const float* right, int frames) {
    const float* channels[] = {left, right};
    return writer.write(channels, frames);
  };
}

}  // namespace

Result<std::string> mixdown_task(const JobRequest& request, TaskFiles& task,
                                 const Progress& progress) {
  progress(0, "Reading the song");
  auto document = read_song(task);
  if (!document) return document.error();
  if (!request.chain.empty()) {
    for (const auto& track : project::tracks(*document)) {
      if (track.kind == project::TrackKind::bus) continue;
      if (auto added = project::add_chain(*document, track.id, request.chain); !added)
        return added.error();
    }
  }
  project::CompileOptions compiling;
  compiling.one_node_a_track = !request.stems.empty();
  auto plan = project::compile(*document, compiling);
  if (!plan) return plan.error();
  SongSound sound(task);
  if (auto done = sound.gather(*plan, progress); !done) return done.error();

  files::EncodeOptions encoding;
  encoding.format = *files::audio_format_named(request.format);
  encoding.title = project::info(*document).title;
  auto mix = files::AudioWriter::create(task.outputs.at(0), request.rate, 2, encoding);
  if (!mix) return mix.error();
  render::RenderOptions options;
  options.rate = request.rate;
  options.ceiling_db = request.true_peak.value_or(kCeiling);
  options.from_seconds = request.from.value_or(0);
  options.to_seconds = request.to.value_or(0);
  options.tail_seconds = request.tail.value_or(options.tail_seconds);
  std::deque<files::AudioWriter> stems;
  for (std::size_t i = 0; i < request.stems.size(); ++i) {
    encoding.title = request.stem_names[i];
    auto writer = files::AudioWriter::create(task.outputs.at(1 + i), request.rate, 2, encoding);
    if (!writer) return writer.error();
    stems.push_back(std::move(*writer));
    const auto id = project::stamp_from_text(request.stems[i]);
    options.stems.push_back(id ? project::to_number(*id) : 0);
  }
  std::optional<render::Normaliser> normaliser;
  if (request.lufs) {
    auto made = render::Normaliser::create(request.rate, 2);
    if (!made) return made.error();
    normaliser.emplace(std::move(*made));
    options.limiter = false;  // after the gain, by the normaliser
  }
  const double first_part = normaliser ? 0.8 : 0.98;
  render::StemSink stem_sink;
  if (!stems.empty())
    stem_sink = [&](std::size_t stem, const float* left, const float* right, int frames) {
      return into(stems[stem])(left, right, frames);
    };
  auto rendered = render::render(
      *plan, sound.resources(), options,
      [&](const float* left, const float* right, int frames) {
        return normaliser ? normaliser->add(left, right, frames) : into(*mix)(left, right, frames);
      },
      [&](double fraction, std::string_view sentence) {
        return progress(first_part * fraction, sentence);
      },
      stem_sink);
  if (!rendered) return rendered.error();
  SoundReport report;
  report.seconds = rendered->seconds;
  report.cpu_seconds = rendered->cpu_seconds;
  report.realtime_factor = rendered->realtime_factor;
  report.loudness = rendered->loudness;
  report.warnings = rendered->warnings;
  if (normaliser) {
    auto outcome = normaliser->finish({request.lufs, request.true_peak.value_or(kCeiling)},
                                      into(*mix), [&](double fraction, std::string_view sentence) {
                                        return progress(0.8 + 0.18 * fraction, sentence);
                                      });
    if (!outcome) return outcome.error();
    report.loudness = outcome->loudness;
    if (std::isfinite(report.loudness.integrated) &&
        std::fabs(report.loudness.integrated - *request.lufs) > 0.2)
      report.warnings.push_back(
          "The limiter had to take so much away that the loudness asked for was not reached.");
  }
  if (auto done = mix->finish(); !done) return done.error();
  for (auto& stem : stems)
    if (auto done = stem.finish(); !done) return done.error();
  return report_text(report);
}

}  // namespace tutti::jobs
