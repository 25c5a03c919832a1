// How well songs come apart: SDR and SI-SDR of each stem on two real multitracks and on songs that
// the suite makes (a SoundFont, tunes that training leaves out, a real singer's syllables), for the
// mixture itself as estimate, the classical separator and Instant; and our scores against
// mir_eval's.
//
// The table to edit when weights change is floors.txt: "stems of real songs: instant, drums, SDR".
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/analysis/evaluate_separation.h"
#include "engine/base/json.h"
#include "engine/instruments/soundfont.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/learn/separator_songs.h"
#include "native/learn/tunes.h"
#include "native/separation/models.h"
#include "native/separation/separate_song.h"
#include "rows.h"

namespace tutti::accuracy {
namespace {

namespace fs = std::filesystem;
using analysis::Signals;

constexpr int kMadeSongs = 6;
constexpr double kMadeSeconds = 20;
constexpr std::uint64_t kFirstSeed = 77'000'000;  // no song that training made

// Truth for the four stems, empty where a song has none, and their sum.
struct Song {
  std::string name;
  std::array<std::vector<std::vector<float>>, separate::kStems> stems;
  std::vector<std::vector<float>> mix;
};

void sum_up(Song& song) {
  for (const auto& stem : song.stems) {
    for (std::size_t c = 0; c < stem.size(); ++c) {
      song.mix.resize(2);
      song.mix[c].resize(stem[c].size());
      for (std::size_t i = 0; i < stem[c].size(); ++i) song.mix[c][i] += stem[c][i];
    }
  }
}

bool add_file(const fs::path& path, std::vector<std::vector<float>>& stem) {
  const auto decoded = files::decode(files::AudioSource::path(path.string()));
  if (!decoded) return false;
  const auto& channels = decoded->audio.channels;
  stem.resize(2);
  for (std::size_t c = 0; c < 2; ++c) {
    const auto& from = channels[std::min(c, channels.size() - 1)];
    stem[c].resize(std::max(stem[c].size(), from.size()));
    for (std::size_t i = 0; i < from.size(); ++i) stem[c][i] += from[i];
  }
  return true;
}

// Which file is which instrument stands in the collection's metadata: drums, bass, voice (0: none).
bool real_song(const fs::path& data, const char* name, int drums, int bass, int voice, Song& song) {
  song.name = name;
  for (int number = 1; number <= 4; ++number) {
    const auto path =
        data / "stems/mdb_multitrack" / name /
        ("MusicDelta_" + std::string(name) + "_STEM_0" + std::to_string(number) + ".flac");
    const std::size_t stem = number == drums ? 0 : number == bass ? 1 : number == voice ? 3 : 2;
    if (!add_file(path, song.stems[stem])) return false;
  }
  std::size_t longest = 0;
  for (const auto& stem : song.stems)
    for (const auto& channel : stem) longest = std::max(longest, channel.size());
  for (auto& stem : song.stems)
    for (auto& channel : stem) channel.resize(longest);
  sum_up(song);
  return true;
}

bool silent(const std::vector<std::vector<float>>& stem) {
  for (const auto& channel : stem)
    for (const float x : channel)
      if (x != 0) return false;
  return true;
}

std::vector<Song> made_songs(const fs::path& data, Report& report) {
  learn::SongMaterial material;
  std::ifstream in("/usr/share/sounds/sf2/TimGM6mb.sf2", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const auto view = std::as_bytes(std::span(bytes));
  auto font = instruments::read_soundfont(std::vector<std::byte>(view.begin(), view.end()));
  auto tunes = learn::read_corpus(data.string());
  std::vector<std::vector<float>> sung;
  fs::path singer;
  for (const auto& entry : fs::recursive_directory_iterator(data / "hum_singing/vocadito"))
    if (entry.path().extension() == ".wav") singer = entry.path();
  if (!font || !tunes || !add_file(singer, sung)) {
    report.missing("stems of made songs", "TimGM6mb, the tunes or the singer cannot be read");
    return {};
  }
  material.fonts.push_back(std::make_shared<const instruments::SoundFont>(std::move(*font)));
  material.kits = material.fonts;
  for (std::size_t i = 3; i < tunes->size(); i += 10)
    material.tunes.push_back(std::move((*tunes)[i]));
  material.speakers.push_back(learn::make_speaker("singer", sung[0], 44100));
  std::vector<Song> songs;
  for (int i = 0; i < kMadeSongs; ++i) {
    Song song;
    song.name = "made " + std::to_string(i);
    auto made =
        learn::make_song(material, kFirstSeed + static_cast<std::uint64_t>(i), kMadeSeconds);
    for (std::size_t s = 0; s < separate::kStems; ++s) {
      song.stems[s] = {std::move(made.samples[s][0]), std::move(made.samples[s][1])};
    }
    sum_up(song);
    for (auto& stem : song.stems)
      if (silent(stem)) stem.clear();
    songs.push_back(std::move(song));
  }
  return songs;
}

using Stems = std::array<std::vector<std::vector<float>>, separate::kStems>;

Result<Stems> separated(const Song& song, const separate::Separator& separator) {
  const fs::path path = fs::temp_directory_path() / "tutti-accuracy-song.wav";
  files::EncodeOptions encode;
  encode.format = files::AudioFormat::wav32f;
  files::AudioBuffer audio;
  audio.rate = 44100;
  audio.channels = song.mix;
  auto written = files::encode(path.string(), audio, encode);
  if (!written) return written.error();
  Stems stems;
  for (auto& stem : stems) stem.resize(2);
  separation::SeparationRequest request;
  request.input = files::AudioSource::path(path.string());
  request.separator = &separator;
  request.sink = [&](const separation::StemBlock& block) -> Result<void> {
    for (std::size_t s = 0; s < separate::kStems; ++s)
      for (std::size_t c = 0; c < 2; ++c)
        stems[s][c].insert(stems[s][c].end(), block.stems[s][c], block.stems[s][c] + block.frames);
    return {};
  };
  auto report = separation::separate(request);
  fs::remove(path);
  if (!report) return report.error();
  return stems;
}

// Means over the songs that have the stem.
struct Means {
  std::array<double, separate::kStems> sdr{}, si_sdr{}, songs{};
  double level = 0;  // the largest deviation of the stems' sum from the mixture's level, dB

  void add(const Song& song, const Stems& stems) {
    double sum = 0, mix = 0;
    for (std::size_t c = 0; c < 2; ++c) {
      for (std::size_t i = 0; i < song.mix[c].size(); ++i) {
        double all = 0;
        for (const auto& stem : stems) all += static_cast<double>(stem[c][i]);
        sum += all * all;
        mix += std::pow(static_cast<double>(song.mix[c][i]), 2);
      }
    }
    level = std::max(level, std::fabs(10 * std::log10(sum / mix)));
    add_scores(song, stems);
  }
  void add_scores(const Song& song, const Stems& stems) {
    for (std::size_t s = 0; s < separate::kStems; ++s) {
      if (song.stems[s].empty()) continue;
      sdr[s] += analysis::plain_sdr(song.stems[s], stems[s]);
      si_sdr[s] += analysis::si_sdr(song.stems[s], stems[s]);
      ++songs[s];
    }
  }
  void divide() {
    for (std::size_t s = 0; s < separate::kStems; ++s) {
      if (songs[s] == 0) continue;
      sdr[s] /= songs[s];
      si_sdr[s] /= songs[s];
    }
  }
  double mean() const {
    double sum = 0, count = 0;
    for (std::size_t s = 0; s < separate::kStems; ++s) {
      if (songs[s] == 0) continue;
      sum += sdr[s];
      ++count;
    }
    return sum / count;
  }
};

void measure_songs(const std::vector<Song>& songs, const std::string& kind, double aim,
                   Report& report) {
  Means mixture;
  for (const auto& song : songs) {
    Stems same;
    same.fill(song.mix);
    mixture.add_scores(song, same);
  }
  mixture.divide();
  Means classical, instant;
  for (const char* model : {"classical", "instant"}) {
    auto separator = separation::make_separator(model);
    if (!separator) return report.missing(kind + ": " + model, separator.error().message);
    Means& means = model[0] == 'c' ? classical : instant;
    for (const auto& song : songs) {
      auto stems = separated(song, **separator);
      if (!stems) return report.missing(kind + ": " + model, stems.error().message);
      means.add(song, *stems);
    }
    means.divide();
    report.check(kind + ": " + model + ", sum of stems within 0.1 dB of the mixture",
                 means.level <= 0.1, std::to_string(means.level) + " dB");
  }
  // Of the scores (SDR and SI-SDR of each stem), how many are above classical's and the mixture's.
  double better = 0, scores = 0;
  for (std::size_t s = 0; s < separate::kStems; ++s) {
    if (instant.songs[s] == 0) continue;
    const std::string stem(separate::kStemNames[s]);
    report.info(kind + ": the mixture as " + stem + ", SDR", mixture.sdr[s], "dB");
    report.info(kind + ": the mixture as " + stem + ", SI-SDR", mixture.si_sdr[s], "dB");
    report.info(kind + ": classical, " + stem + ", SDR", classical.sdr[s], "dB");
    report.info(kind + ": classical, " + stem + ", SI-SDR", classical.si_sdr[s], "dB");
    report.figure(kind + ": instant, " + stem + ", SDR", instant.sdr[s], aim);
    report.figure(kind + ": instant, " + stem + ", SI-SDR", instant.si_sdr[s], aim);
    scores += 2;
    better += instant.sdr[s] > std::max(classical.sdr[s], mixture.sdr[s]) ? 1 : 0;
    better += instant.si_sdr[s] > std::max(classical.si_sdr[s], mixture.si_sdr[s]) ? 1 : 0;
  }
  report.figure(kind + ": instant, mean SDR", instant.mean(), aim);
  report.info(kind + ": classical, mean SDR", classical.mean(), "dB");
  report.figure(kind + ": share of scores in which instant beats classical and the mixture",
                better / std::max(1.0, scores), 1.0);
}

// ---- mir_eval's fixtures ----

// Mono references or estimates by their numbers; absent files stay empty.
Signals wavs_in(const fs::path& folder, std::size_t count) {
  Signals all(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::vector<float>> stem;
    if (!add_file(folder / (std::to_string(i) + ".wav"), stem)) continue;
    // mir_eval reads them as mono.
    for (std::size_t k = 0; k < stem[0].size(); ++k) stem[0][k] = 0.5f * (stem[0][k] + stem[1][k]);
    stem.pop_back();
    all[i] = std::move(stem);
  }
  return all;
}

// SDR needs its own reference alone; SIR and SAR all of them.
void measure_fixtures(const fs::path& data, Report& report) {
  const auto folder = data / "mir_eval/data/separation";
  double worst = 0;
  int compared = 0;
  for (const char* number : {"00", "01", "02", "03", "04", "05", "06", "07", "08", "09"}) {
    std::ifstream in(folder / ("output" + std::string(number) + ".json"));
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto expected = parse_json(text);
    const auto* sources = expected ? json_find(*expected, "Sources") : nullptr;
    if (sources == nullptr) continue;
    const auto list = [&](const char* name, std::size_t i) {
      double value = NAN;
      if (const auto* values = json_find(*sources, name))
        if (values->is_array() && i < values->as_array().size())
          json_get(&values->as_array()[i], value);
      return value;
    };
    const std::size_t count = json_find(*sources, "Source to Distortion")->as_array().size();
    // The same frame by frame, as they stand.
    const auto* framewise = json_find(*expected, "Framewise");
    analysis::SeparationOptions frames;
    frames.permutation = false;
    const auto whole_number = [&](const char* name) {
      double value = 0;
      if (framewise != nullptr) json_get(json_find(*framewise, name), value);
      return static_cast<std::int64_t>(value);
    };
    frames.window = whole_number("win");
    frames.hop = whole_number("hop");
    const Signals reference = wavs_in(folder / ("ref" + std::string(number)), count);
    const Signals estimate = wavs_in(folder / ("est" + std::string(number)), count);
    bool complete = true;
    for (std::size_t i = 0; i < count; ++i)
      complete = complete && !reference[i].empty() && !estimate[i].empty();
    const auto compare = [&](double ours, double theirs) {
      worst = std::max(worst, std::fabs(ours - theirs));
      ++compared;
    };
    if (complete) {
      const auto scores = analysis::score_separation(reference, estimate);
      if (!scores) return report.missing("mir_eval separation", scores.error().message);
      for (std::size_t j = 0; j < count; ++j) {
        compare(scores->sdr[j], list("Source to Distortion", j));
        compare(scores->sir[j], list("Source to Interference", j));
        compare(scores->sar[j], list("Source to Artifact", j));
        compare(scores->permutation[j], list("Source permutation", j));
      }
      continue;
    }
    for (std::size_t j = 0; j < count && frames.window > 0; ++j) {
      if (reference[j].empty() || estimate[j].empty()) continue;
      const auto ours = analysis::score_separation_framewise({reference[j]}, {estimate[j]}, frames);
      if (!ours) return report.missing("mir_eval separation", ours.error().message);
      const auto& theirs = json_find(*framewise, "Source to Distortion")->as_array();
      for (std::size_t f = 0; f < ours->sdr[0].size(); ++f) {
        double value = NAN;
        json_get(&theirs[j].as_array()[f], value);
        if (!std::isnan(value)) compare(ours->sdr[0][f], value);
      }
    }
    for (std::size_t j = 0; j < count; ++j) {
      const auto e = static_cast<std::size_t>(list("Source permutation", j));
      if (reference[j].empty() || e >= count || estimate[e].empty()) continue;
      const auto scores = analysis::score_separation({reference[j]}, {estimate[e]});
      if (!scores) return report.missing("mir_eval separation", scores.error().message);
      compare(scores->sdr[0], list("Source to Distortion", j));
    }
  }
  if (compared == 0)
    return report.missing("mir_eval separation, largest difference, dB", "no files");
  report.figure("mir_eval separation, largest difference, dB", worst, 1e-3, Better::lower);
  report.info("mir_eval separation, values compared", compared, "");
}

void measure(const fs::path& data, Report& report) {
  measure_fixtures(data, report);
  std::vector<Song> real(2);
  if (real_song(data, "Reggae", 1, 2, 4, real[0]) &&
      real_song(data, "Zeppelin", 2, 1, 0, real[1])) {
    measure_songs(real, "stems of real songs", 4, report);
  } else {
    report.missing("stems of real songs", "the recordings are missing");
  }
  const auto made = made_songs(data, report);
  if (!made.empty()) measure_songs(made, "stems of made songs", 4, report);
}

const Registration registered{"stems", measure};

}  // namespace
}  // namespace tutti::accuracy
