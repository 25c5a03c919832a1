// What the program hears in songs: beats, tempo, bars, key, chords and the melody of a voice, on
// songs that the suite renders with its own sampler (song_material.h) and on recordings.
#include <cmath>
#include <cstdlib>
#include <ctime>

#include "engine/analysis/pitch.h"
#include "native/files/audio_reader.h"
#include "rows.h"
#include "song_material.h"

namespace tutti::accuracy {
namespace {

namespace fs = std::filesystem;

constexpr int kFirst = 3000, kSongs = 48;  // numbers of songs: none that weights were fitted on

bool near_octave(double heard, double truth) {
  for (double ratio : {1.0, 2.0, 0.5, 3.0, 1.0 / 3})
    if (std::fabs(heard / truth / ratio - 1) <= 0.04) return true;
  return false;
}

// Raw pitch accuracy and overall accuracy of the voice alone.
analysis::Scores melody_scores(const SongMaterial& song) {
  const auto voice = analysis::track_voice(song.voice, kMaterialRate);
  if (!voice) return {};
  std::vector<analysis::MelodyPoint> heard, truth;
  for (std::size_t i = 0; i < voice->frames(); ++i)
    heard.push_back({static_cast<double>(i) * voice->hop, voice->hz[i]});
  std::size_t next = 0;
  double now = 0;
  for (double t = 0; t < heard.back().time; t += 0.01) {
    while (next < song.melody.size() && song.melody[next].time <= t) now = song.melody[next++].hz;
    truth.push_back({t, now > 0 ? now : 0});
  }
  return analysis::score_melody(truth, heard);
}

void measure_material(const fs::path& data, Report& report) {
  const auto tunes = learn::read_corpus(data.string());
  if (!tunes) return report.missing("synthesised songs", tunes.error().message);
  const auto banks = material_banks();
  if (banks.empty()) return report.missing("synthesised songs", "no SoundFont is installed");
  double f = 0, downbeat = 0, metre = 0, tempo = 0, exact = 0, key = 0, majmin = 0, sevenths = 0;
  double drums = 0, drum_songs = 0, threes = 0, three_right = 0, pitch = 0, voices = 0;
  double seconds = 0, cpu = 0;
  for (int i = 0; i < kSongs; ++i) {
    const SongMaterial song = make_song(*tunes, banks, kFirst + i);
    const std::span<const float> channels[] = {song.left, song.right};
    const std::clock_t before = std::clock();
    const auto heard = analysis::analyse(channels, kMaterialRate);
    cpu += static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    seconds += static_cast<double>(song.left.size()) / kMaterialRate;
    if (!heard) return report.missing("synthesised songs", heard.error().message);
    const double beats =
        analysis::score_of(analysis::score_beats(song.beats, heard->beats), "F-measure");
    f += beats;
    if (song.drums) drums += beats, ++drum_songs;
    downbeat +=
        analysis::score_of(analysis::score_beats(song.downbeats, heard->downbeats), "F-measure");
    const bool three = song.beats_per_bar == 3;
    metre += three == (heard->beats_per_bar == 3);
    if (three) ++threes, three_right += heard->beats_per_bar == 3;
    tempo += near_octave(heard->tempo, song.tempo);
    exact += std::fabs(heard->tempo / song.tempo - 1) <= 0.04;
    if (!heard->key.empty()) {
      const auto scores = analysis::evaluate_key(song.key, heard->key);
      if (scores) key += analysis::score_of(*scores, "Weighted Score");
    }
    std::vector<analysis::ScoredChord> truth, found;
    for (const auto& c : song.chords) truth.push_back({c.start, c.end, c.name});
    for (const auto& c : heard->chords) found.push_back({c.start, c.end, c.name});
    if (const auto scores = analysis::score_chords(truth, found)) {
      majmin += analysis::score_of(*scores, "majmin");
      sevenths += analysis::score_of(*scores, "sevenths");
    }
    if (i % 8 == 0) {  // the pitch tracker has rows of its own
      const auto scores = melody_scores(song);
      pitch += analysis::score_of(scores, "Raw Pitch Accuracy"), ++voices;
    }
    if (std::getenv("TUTTI_VERBOSE"))
      std::fprintf(stderr, "%-40s F %.2f tempo %.1f key %s (%s) majmin %.2f\n", song.name.c_str(),
                   beats, heard->tempo, heard->key.c_str(), song.key.c_str(), majmin);
  }
  const std::string head = "synthesised songs, ";
  report.figure(head + "beat F, 70 ms", f / kSongs, 0.85);
  report.figure(head + "beat F with drums", drums / std::max(drum_songs, 1.0), 0.85);
  report.figure(head + "tempo within 4 % or an octave, share", tempo / kSongs, 0.95);
  report.figure(head + "tempo within 4 %, share", exact / kSongs, 0.85);
  report.figure(head + "three or four told apart, share", metre / kSongs, 0.9);
  report.figure(head + "downbeat F, 70 ms", downbeat / kSongs, 0.7);
  report.figure(head + "key, weighted", key / kSongs, 0.75);
  report.figure(head + "chords, majmin", majmin / kSongs, 0.7);
  report.figure(head + "chords, sevenths", sevenths / kSongs, 0.6);
  report.figure(head + "melody of the voice, raw pitch", pitch / std::max(voices, 1.0), 0.85);
  report.info(head + "in 3/4", threes,
              "songs, " + std::to_string(static_cast<int>(three_right)) + " told");
  report.info(head + "CPU for 3 minutes", cpu / seconds * 180, "s (target 2)");
}

// A recording, repeated to some 24 s if it is a loop.
bool load(const fs::path& path, const std::string& name, bool loop, Report& report,
          std::vector<std::vector<float>>& planes, int& rate) {
  const auto decoded = files::decode(files::AudioSource::path(path.string()), {});
  if (!decoded) {
    report.missing(name, decoded.error().message);
    return false;
  }
  planes = decoded->audio.channels;
  rate = decoded->audio.rate;
  if (loop)
    for (auto& plane : planes) {
      const std::size_t once = plane.size();
      while (once > 0 && plane.size() < static_cast<std::size_t>(24 * rate))
        plane.insert(plane.end(), plane.begin(), plane.begin() + static_cast<std::ptrdiff_t>(once));
    }
  return true;
}

bool hear(const fs::path& path, const std::string& name, bool loop, Report& report,
          analysis::SongAnalysis& song) {
  std::vector<std::vector<float>> planes;
  int rate = 0;
  if (!load(path, name, loop, report, planes, rate)) return false;
  const std::vector<std::span<const float>> channels(planes.begin(), planes.end());
  auto heard = analysis::analyse(channels, rate);
  if (!heard) {
    report.missing(name, heard.error().message);
    return false;
  }
  song = std::move(*heard);
  return true;
}

// Loops tell their tempo by their names: "break01 - 168 BPM.ogg".
void measure_loops(const fs::path& data, Report& report) {
  const std::string name = "drum loops, tempo within 4 % or an octave, share";
  std::vector<fs::path> loops;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(data / "drums" / "lmms_beats" / "beats", error))
    if (entry.path().string().find(" BPM") != std::string::npos) loops.push_back(entry.path());
  if (loops.empty()) return report.missing(name, "there are no loops in drums/lmms_beats");
  std::sort(loops.begin(), loops.end());
  double right = 0, pitched = 0;
  for (const fs::path& path : loops) {
    analysis::SongAnalysis song;
    if (!hear(path, name, true, report, song)) return;
    const std::string stem = path.stem().string();
    const double bpm = std::atof(stem.c_str() + stem.rfind("- ") + 2);
    right += near_octave(song.tempo, bpm);
    pitched += !song.key.empty();
  }
  report.figure(name, right / static_cast<double>(loops.size()), 0.95);
  report.info("drum loops that are said to have a key", pitched,
              "of " + std::to_string(loops.size()));
}

void measure_recordings(const fs::path& data, Report& report) {
  const fs::path music = data / "audio_analysis" / "librosa_data";
  analysis::SongAnalysis song;
  const std::string plum = "Sugar Plum Fairy is in E minor";
  if (hear(music / "Kevin_MacLeod_-_P_I_Tchaikovsky_Dance_of_the_Sugar_Plum_Fairy.hq.ogg", plum,
           false, report, song))
    report.check(plum, song.key == "E minor", song.key);
  const std::string sample = "madmom's sample at 87.5 or 175 beats a minute";
  if (hear(data / "audio_analysis" / "madmom" / "audio" / "sample.wav", sample, false, report,
           song))
    report.check(sample, near_octave(song.tempo, 175), std::to_string(song.tempo));
}

void measure(const fs::path& data, Report& report) {
  measure_material(data, report);
  measure_loops(data, report);
  measure_recordings(data, report);
}

const Registration registered{"songs", measure};

}  // namespace
}  // namespace tutti::accuracy
