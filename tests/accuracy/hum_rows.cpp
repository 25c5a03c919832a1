// Notes and pitch of real singing.
#include <ctime>

#include "engine/analysis/evaluate.h"
#include "engine/base/math.h"
#include "engine/transcribe/hum.h"
#include "native/files/audio_reader.h"
#include "rows.h"

namespace tutti::accuracy {
namespace {

namespace fs = std::filesystem;

// The notes of a recording, or nothing with the reason in the report.
bool transcribe(const fs::path& path, const std::string& name, Report& report, transcribe::Hum& hum,
                double& seconds, double& cpu) {
  files::DecodeOptions options;
  options.mono = true;
  const auto decoded = files::decode(files::AudioSource::path(path.string()), options);
  if (!decoded) {
    report.missing(name, decoded.error().message);
    return false;
  }
  const auto& audio = decoded->audio;
  const std::clock_t before = std::clock();
  auto result = transcribe::transcribe_hum(audio.channels[0], audio.rate);
  cpu = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  seconds = audio.seconds();
  if (!result) {
    report.missing(name, result.error().message);
    return false;
  }
  hum = std::move(*result);
  return true;
}

std::vector<analysis::ScoredNote> scored(const transcribe::Hum& hum) {
  std::vector<analysis::ScoredNote> notes;
  for (const auto& n : hum.notes)
    notes.push_back({n.start, n.start + n.duration, math::midi_to_hz(n.pitch)});
  return notes;
}

void measure_vocadito(const fs::path& data, Report& report) {
  const fs::path folder = data / "hum_singing" / "vocadito";
  transcribe::Hum hum;
  double seconds = 0, cpu = 0;
  if (!transcribe(folder / "Audio" / "vocadito_1.wav", "vocadito 1", report, hum, seconds, cpu))
    return;
  const auto notes = scored(hum);
  double no_offset = 0, with_offset = 0;
  std::vector<analysis::ScoredNote> annotated[2];
  for (int a = 0; a < 2; ++a) {
    const std::string name = "vocadito 1, annotator " + std::to_string(a + 1);
    std::string text;
    if (!report.read(name,
                     folder / "Annotations" / "Notes" /
                         ("vocadito_1_notesA" + std::to_string(a + 1) + ".csv"),
                     text))
      return;
    const auto reference = analysis::read_notes(text, analysis::NoteColumns::onset_hz_duration);
    if (!reference) return report.missing(name, reference.error().message);
    const auto scores = analysis::score_notes(*reference, notes);
    report.figure(name + ", note F1 without offset",
                  analysis::score_of(scores, "F-measure_no_offset"), 0.862);
    report.figure(name + ", note F1 with offset", analysis::score_of(scores, "F-measure"), 0.732);
    no_offset += analysis::score_of(scores, "F-measure_no_offset") / 2;
    with_offset += analysis::score_of(scores, "F-measure") / 2;
    annotated[a] = *reference;
  }
  report.figure("vocadito 1, mean note F1 without offset", no_offset, 0.862);
  report.figure("vocadito 1, mean note F1 with offset", with_offset, 0.732);
  const auto people = analysis::score_notes(annotated[0], annotated[1]);
  report.info("vocadito 1, the annotators against each other, without offset",
              analysis::score_of(people, "F-measure_no_offset"), "F1");
  report.info("vocadito 1, the annotators against each other, with offset",
              analysis::score_of(people, "F-measure"), "F1");
  report.info("vocadito 1, CPU for 30 s", cpu / seconds * 30, "s");

  std::string text;
  if (!report.read("vocadito 1, pitch", folder / "Annotations" / "F0" / "vocadito_1_f0.csv", text))
    return;
  std::string ours;
  for (std::size_t i = 0; i < hum.f0.size(); ++i)
    ours +=
        std::to_string(static_cast<double>(i) * hum.hop) + " " + std::to_string(hum.f0[i]) + "\n";
  const auto melody = analysis::evaluate_melody(text, ours);
  if (!melody) return report.missing("vocadito 1, pitch", melody.error().message);
  report.figure("vocadito 1, raw pitch accuracy", analysis::score_of(*melody, "Raw Pitch Accuracy"),
                0.97);
  report.figure("vocadito 1, voicing recall", analysis::score_of(*melody, "Voicing Recall"), 0.97);
}

void measure_unlabelled(const fs::path& data, Report& report) {
  for (const char* clip : {"vocadito_10", "vocadito_14"}) {
    transcribe::Hum hum;
    double seconds = 0, cpu = 0;
    const std::string name = std::string(clip) + " gives a plausible line";
    if (!transcribe(data / "hum_singing" / "vocadito_basic_pitch" / (std::string(clip) + ".wav"),
                    name, report, hum, seconds, cpu))
      continue;
    const double rate = static_cast<double>(hum.notes.size()) / seconds;
    report.check(name, rate > 0.8 && rate < 5 && hum.quantised.size() == hum.notes.size(),
                 std::to_string(hum.notes.size()) + " notes in " + std::to_string(seconds) +
                     " s, " + hum.key);
  }
}

void measure_multitrack(const fs::path& data, Report& report) {
  const fs::path folder = data / "stems" / "mdb_multitrack" / "Reggae";
  transcribe::Hum hum;
  double seconds = 0, cpu = 0;
  const std::string name = "Reggae voice";
  std::string text;
  if (!transcribe(folder / "MusicDelta_Reggae_STEM_04.flac", name, report, hum, seconds, cpu))
    return;
  if (!report.read(name, folder / "MusicDelta_Reggae_MELODY1.csv", text)) return;
  std::string ours;
  for (std::size_t i = 0; i < hum.f0.size(); ++i)
    ours +=
        std::to_string(static_cast<double>(i) * hum.hop) + " " + std::to_string(hum.f0[i]) + "\n";
  const auto melody = analysis::evaluate_melody(text, ours);
  if (!melody) return report.missing(name, melody.error().message);
  report.figure("Reggae voice, raw pitch accuracy",
                analysis::score_of(*melody, "Raw Pitch Accuracy"), 0.95);
  report.figure("Reggae voice, overall accuracy", analysis::score_of(*melody, "Overall Accuracy"),
                0.9);
}

void measure(const fs::path& data, Report& report) {
  measure_vocadito(data, report);
  measure_unlabelled(data, report);
  measure_multitrack(data, report);
}

const Registration registered{"singing", measure};

}  // namespace
}  // namespace tutti::accuracy
