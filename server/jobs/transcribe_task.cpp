#include "engine/project/files.h"
#include "engine/score/midi_file.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "server/jobs/tasks.h"

namespace tutti::jobs {

Result<void> transcribe_task(const JobRequest& request, TaskFiles& task, const Progress& progress) {
  files::DecodeOptions options;
  options.mono = true;
  auto decoded = files::decode(files::AudioSource::descriptor(task.input), options,
                               [&](double fraction, std::string_view sentence) {
                                 return progress(0.3 * fraction, sentence);
                               });
  if (!decoded) return decoded.error();
  transcribe::HumOptions hum_options;
  hum_options.tempo = request.tempo;
  hum_options.numerator = request.numerator;
  hum_options.denominator = request.denominator;
  hum_options.grid = request.grid;
  auto hum =
      transcribe::transcribe_hum(decoded->audio.channels.at(0), decoded->audio.rate, hum_options,
                                 [&](double fraction, std::string_view sentence) {
                                   return progress(0.3 + 0.65 * fraction, sentence);
                                 });
  if (!hum) return hum.error();
  progress(0.96, "Writing the notes");
  const std::string text = melody_text(*hum);
  if (auto done = files::write_all(task.outputs.at(0), std::as_bytes(std::span(text))); !done)
    return done;
  auto document = melody_document(*hum, request.name);
  if (!document) return document.error();
  const auto midi = score::write_midi(score::midi_from_score(project::export_score(*document)));
  return files::write_all(task.outputs.at(1), midi);
}

}  // namespace tutti::jobs
