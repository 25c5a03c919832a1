#include <algorithm>

#include "engine/project/compile.h"
#include "engine/project/files.h"
#include "engine/score/midi_file.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/files/sniff.h"
#include "native/render/offline.h"
#include "server/jobs/song_sound.h"
#include "server/jobs/tasks.h"

namespace tutti::jobs {
namespace {

constexpr std::size_t kLargestSong = 64u << 20;

struct Song {
  graph::Plan plan;
  std::string title;
};

bool is_midi(std::span<const std::byte> bytes) {
  return bytes.size() >= 4 &&
         std::string_view(reinterpret_cast<const char*>(bytes.data()), 4) == "MThd";
}

Result<score::Score> read_score(std::span<const std::byte> bytes) {
  auto midi = score::read_midi(bytes);
  if (!midi) return midi.error();
  return score::score_from_midi(*midi);
}

Result<void> render_song(const JobRequest& request, TaskFiles& task, const Song& song,
                         const Progress& progress) {
  SongSound sound(task);
  auto gathered = sound.gather(
      song.plan, [&](double, std::string_view sentence) { return progress(0.02, sentence); });
  if (!gathered) return gathered;
  files::EncodeOptions encoding;
  encoding.format = *files::audio_format_named(request.format);
  encoding.title = song.title;
  auto writer = files::AudioWriter::create(task.outputs.at(0), request.rate, 2, encoding);
  if (!writer) return writer.error();
  render::RenderOptions options;
  options.rate = request.rate;
  auto report = render::render(
      song.plan, sound.resources(), options,
      [&](const float* left, const float* right, int frames) {
        const float* channels[] = {left, right};
        return writer->write(channels, frames);
      },
      [&](double fraction, std::string_view sentence) {
        return progress(0.05 + 0.93 * fraction, sentence);
      });
  if (!report) return report.error();
  return writer->finish();
}

Result<void> write_text(int fd, const std::string& text) {
  return files::write_all(fd, std::as_bytes(std::span(text)));
}

}  // namespace

Result<void> render_task(const JobRequest& request, TaskFiles& task, const Progress& progress) {
  progress(0, "Reading the song");
  auto bytes = files::read_descriptor(task.input, "the song", kLargestSong);
  if (!bytes) return bytes.error();
  const bool audio = files::audio_format_named(request.format).has_value();
  if (is_midi(*bytes)) {
    auto score = read_score(*bytes);
    if (!score) return score.error();
    if (audio) {
      auto plan = project::compile(*score, request.soundfont);
      if (!plan) return plan.error();
      return render_song(request, task, {std::move(*plan), score->title}, progress);
    }
    if (request.format == "mid")
      return files::write_all(task.outputs.at(0),
                              score::write_midi(score::midi_from_score(*score)));
    project::Document document(1);
    if (auto done = project::import_score(document, *score); !done) return done.error();
    return write_text(task.outputs.at(0), request.format == "maa" ? project::export_maa(document)
                                                                  : project::save_tutti(document));
  }
  auto document =
      project::load_project_text({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, 1);
  if (!document) return document.error();
  if (audio) {
    auto plan = project::compile(*document);
    if (!plan) return plan.error();
    return render_song(request, task, {std::move(*plan), project::info(*document).title}, progress);
  }
  if (request.format == "mid")
    return files::write_all(
        task.outputs.at(0),
        score::write_midi(score::midi_from_score(project::export_score(*document))));
  return write_text(task.outputs.at(0), request.format == "maa" ? project::export_maa(*document)
                                                                : project::save_tutti(*document));
}

Result<void> convert_task(const JobRequest& request, TaskFiles& task, const Progress& progress) {
  // A song or a sound? Songs are MIDI or JSON text; all else is for the decoders.
  auto whole = files::MappedFile::open(task.input, "the file");
  if (!whole) return whole.error();
  const auto kind =
      files::kind_of(whole->bytes().first(std::min<std::size_t>(4096, whole->bytes().size())));
  if (kind == files::FileKind::midi || kind == files::FileKind::json)
    return render_task(request, task, progress);
  const auto format = files::audio_format_named(request.format);
  if (!format)
    return Error{Code::unsupported, "A recording cannot become a song by converting.",
                 "Transcribe it instead, or choose an audio format."};
  auto reader = files::AudioReader::open(files::AudioSource::descriptor(task.input));
  if (!reader) return reader.error();
  const int channels = reader->info().channels;
  files::EncodeOptions encoding;
  encoding.format = *format;
  auto writer =
      files::AudioWriter::create(task.outputs.at(0), reader->info().rate, channels, encoding);
  if (!writer) return writer.error();
  constexpr int kBlock = 4096;
  std::vector<std::vector<float>> block(static_cast<std::size_t>(channels),
                                        std::vector<float>(kBlock));
  std::vector<float*> pointers;
  for (auto& channel : block) pointers.push_back(channel.data());
  for (;;) {
    auto frames = reader->read(pointers.data(), kBlock);
    if (!frames) return frames.error();
    if (*frames == 0) break;
    if (auto done = writer->write(pointers.data(), *frames); !done) return done;
    if (!progress(reader->fraction(), "Converting the recording"))
      return Error{Code::cancelled, "Stopped.", "Start it again when you want it."};
  }
  return writer->finish();
}

}  // namespace tutti::jobs
