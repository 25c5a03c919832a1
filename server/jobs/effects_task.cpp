#include <algorithm>

#include "engine/registry/chain.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/render/offline.h"
#include "native/render/through_effects.h"
#include "server/jobs/report.h"
#include "server/jobs/tasks.h"

namespace tutti::jobs {

Result<std::string> effects_task(const JobRequest& request, TaskFiles& task,
                                 const Progress& progress) {
  auto chain = registry::parse_chain(request.chain);
  if (!chain) return chain.error();
  auto reader =
      files::AudioReader::open(files::AudioSource::descriptor(task.input, "the recording"));
  if (!reader) return reader.error();
  render::ThroughEffects how;
  how.chain = std::move(*chain);
  how.impulse = [&](const std::string& name) -> Result<files::AudioBuffer> {
    const auto clip = std::find_if(task.clips.begin(), task.clips.end(),
                                   [&](const auto& known) { return known.first == name; });
    if (clip == task.clips.end())
      return Error{Code::not_found, "The impulse response is not in the library.",
                   "Send it to /api/blobs first."};
    auto decoded =
        files::decode(files::AudioSource::descriptor(clip->second, "the impulse response"));
    if (!decoded) return decoded.error();
    return std::move(decoded->audio);
  };
  auto channels = render::channels_through(how.chain, reader->info().channels);
  if (!channels) return channels.error();
  files::EncodeOptions encoding;
  encoding.format = *files::audio_format_named(request.format);
  auto writer =
      files::AudioWriter::create(task.outputs.at(0), reader->info().rate, *channels, encoding);
  if (!writer) return writer.error();
  auto made = render::through_effects(
      *reader, how,
      [&](const float* const* planes, int frames) { return writer->write(planes, frames); },
      [&](double fraction, std::string_view sentence) {
        return progress(0.98 * fraction, sentence);
      });
  if (!made) return made.error();
  if (auto done = writer->finish(); !done) return done.error();
  SoundReport report;
  report.seconds = made->seconds;
  report.cpu_seconds = made->cpu_seconds;
  report.realtime_factor = made->realtime_factor;
  report.loudness = render::loudness_of(made->loudness);
  report.warnings = reader->warnings();
  if (writer->clipped() > 0)
    report.warnings.push_back(std::to_string(writer->clipped()) +
                              " samples were beyond full scale and were cut.");
  return report_text(report);
}

}  // namespace tutti::jobs
