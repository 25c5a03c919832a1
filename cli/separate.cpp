// `tutti separate`: songs to drums, bass, other and vocals.
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "native/separation/models.h"
#include "native/separation/separate_song.h"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;
using separation::SeparationReport;
using separation::StemFile;

struct Options {
  std::vector<std::string> inputs;
  std::string folder, model = "instant", format = "wav";
  bool without = false, as_model = false;
  int threads = 0, rate = 0;
  double quality = 0.7;
};

Result<files::AudioFormat> format_of(const std::string& name) {
  // Stems of a loud song go beyond full scale; float keeps them, and their sum is the song.
  if (name == "wav") return files::AudioFormat::wav32f;
  if (const auto format = files::audio_format_named(name)) return *format;
  return Error{Code::wrong_usage, "There is no format \"" + name + "\".",
               "Choose wav (32-bit float), wav24, wav16, flac, flac16, mp3, ogg or opus."};
}

// The folders that a song's stems go to, made where they are missing and taken away again where
// nothing came of it.
class StemFolder {
 public:
  Result<void> make(const fs::path& folder) {
    for (fs::path at = folder; !at.empty() && !fs::exists(at); at = at.parent_path()) {
      made_.push_back(at);
      if (at == at.parent_path()) break;
    }
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error && fs::is_directory(folder)) return {};
    return Error{Code::io, "The folder \"" + folder.string() + "\" could not be made.",
                 "Choose another one after -o, or check that you may write there."};
  }
  void keep() { made_.clear(); }
  ~StemFolder() {
    std::error_code ignored;
    for (const auto& folder : made_) fs::remove(folder, ignored);  // only where it is empty
  }

 private:
  std::vector<fs::path> made_;
};

std::string name_of_song(const std::string& path) {
  if (path == "-") return "song";
  std::string name = fs::path(path).stem().string();
  return name.empty() || name == "." || name == ".." ? "song" : name;
}

// A folder for each song, none of them twice.
std::vector<fs::path> folders_of(const Options& options) {
  fs::path top = options.folder;
  if (!top.has_filename() && top.has_parent_path()) top = top.parent_path();  // "stems/"
  if (options.inputs.size() == 1) return {top};
  std::vector<fs::path> folders;
  for (const auto& input : options.inputs) {
    const std::string name = name_of_song(input);
    fs::path folder = top / name;
    for (int n = 2; std::find(folders.begin(), folders.end(), folder) != folders.end(); ++n)
      folder = top / (name + "-" + std::to_string(n));
    folders.push_back(folder);
  }
  return folders;
}

Result<std::vector<StemFile>> files_in(const fs::path& folder, const Options& options,
                                       files::AudioFormat format) {
  std::vector<StemFile> list;
  for (const bool without : {false, true}) {
    if (without && !options.without) break;
    for (std::size_t s = 0; s < separate::kStems; ++s) {
      StemFile file;
      file.stem = static_cast<separate::Stem>(s);
      file.without = without;
      file.path = (folder / ((without ? "without-" : "") + std::string(separate::kStemNames[s]) +
                             std::string(files::ending_of(format))))
                      .string();
      file.encode.format = format;
      file.encode.quality = options.quality;
      std::error_code error;
      for (const auto& input : options.inputs) {
        if (!fs::equivalent(input, file.path, error) || error) continue;
        return Error{Code::wrong_usage, "\"" + input + "\" would be replaced by one of its stems.",
                     "Choose another folder after -o."};
      }
      list.push_back(std::move(file));
    }
  }
  return list;
}

json::object json_of(const std::string& input, const std::vector<StemFile>& list,
                     const SeparationReport& report) {
  json::object stems, without;
  for (const auto& file : list)
    (file.without ? without : stems)[separate::kStemNames[static_cast<std::size_t>(file.stem)]] =
        file.path;
  json::object song = {
      {"input", input},
      {"model", report.model},
      {"version", report.version},
      {"stems", std::move(stems)},
      {"rate", report.rate},
      {"channels", report.channels},
      {"frames", report.frames},
      {"seconds", report.seconds},
      {"wall_seconds", report.wall_seconds},
      {"cpu_seconds", report.cpu_seconds},
      {"realtime_factor", report.wall_seconds > 0 ? report.seconds / report.wall_seconds : 0.0},
      {"ready_seconds", report.ready_seconds},
      {"threads", report.threads},
      {"silent", report.silent},
      {"warnings", json::array(report.warnings.begin(), report.warnings.end())}};
  if (!without.empty()) song["without"] = std::move(without);
  return song;
}

struct Outcome {
  std::vector<StemFile> files;
  SeparationReport report;
};

Result<Outcome> separate_one(const separate::Separator& separator, const std::string& input,
                             const fs::path& folder, const Options& options,
                             files::AudioFormat format, const Progress& progress) {
  auto list = files_in(folder, options, format);
  if (!list) return list.error();
  StemFolder place;
  auto made = place.make(folder);
  if (!made) return made.error();
  separation::SeparationRequest request;
  request.input = files::AudioSource::path(input);
  request.separator = &separator;
  request.outputs = *list;
  request.threads = options.threads;
  request.rate = options.rate;
  request.residual_to_other = !options.as_model;
  request.limits = separation::long_songs();
  auto report = separation::separate(request, progress);
  if (!report) return report.error();
  place.keep();
  return Outcome{std::move(*list), std::move(*report)};
}

int separate_command(Session& session, const Options& options) {
  auto format = format_of(options.format);
  if (!format) return session.fail(format.error());
  auto separator = separation::make_separator(options.model);
  if (!separator) return session.fail(separator.error());
  const auto folders = folders_of(options);
  const bool several = options.inputs.size() > 1;
  int code = kDone;
  json::array songs;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < options.inputs.size(); ++i) {
    const std::string& input = options.inputs[i];
    Progress progress = session.progress();
    if (several) {
      const std::string where =
          std::to_string(i + 1) + "/" + std::to_string(options.inputs.size()) + " ";
      progress = [where, inner = progress](double fraction, std::string_view sentence) {
        return inner(fraction, where + std::string(sentence));
      };
    }
    auto outcome = separate_one(**separator, input, folders[i], options, *format, progress);
    if (!outcome) {
      if (outcome.error().code == Code::cancelled || !several) return session.fail(outcome.error());
      // The others may still be good.
      const int one = session.fail(outcome.error());
      if (code == kDone) code = one;
      ++failed;
      songs.push_back({{"input", input},
                       {"error",
                        {{"code", name_of(outcome.error().code)},
                         {"message", outcome.error().message},
                         {"next", outcome.error().next}}}});
      continue;
    }
    const auto& report = outcome->report;
    if (several && !report.warnings.empty()) session.say(input + ":");
    session.warn(report.warnings);
    if (session.json()) {
      songs.push_back(json_of(input, outcome->files, report));
    } else {
      char text[120];
      std::snprintf(text, sizeof text, ": %.0f s of music in %.1f s, by %s.", report.seconds,
                    report.wall_seconds, report.model.c_str());
      session.say(folders[i].string() + text);
    }
  }
  if (failed > 0) {
    session.say(std::to_string(failed) + " of " + std::to_string(options.inputs.size()) +
                " songs could not be separated.");
  }
  if (session.json()) {
    const bool printed = several ? session.print({{"songs", std::move(songs)}})
                                 : session.print(json::value(std::move(songs[0])));
    if (!printed) return kFailed;
  }
  return code;
}

}  // namespace

void add_separate(CLI::App& root, Session& session) {
  auto* command = root.add_subcommand("separate", "Songs to drums, bass, other and vocals");
  auto options = std::make_shared<Options>();
  command
      ->add_option("SONG", options->inputs,
                   "The songs: WAV, FLAC, MP3, Ogg, Opus, M4A, WebM, AIFF, video with sound, or -")
      ->required()
      ->expected(1, -1);
  command
      ->add_option("-o,--output", options->folder,
                   "Folder for the stems; with several songs, one in it for each")
      ->required()
      ->type_name("DIR");
  command
      ->add_option(
          "--model", options->model,
          "instant (fast), classical (no learning), htdemucs or htdemucs_ft (best; fetched "
          "by tutti models)")
      ->type_name("NAME");
  command
      ->add_option("--format", options->format,
                   "wav (32-bit float), wav24, wav16, flac, flac16, mp3, ogg or opus")
      ->type_name("FORMAT");
  command->add_flag("--without", options->without,
                    "Also the song without each: without-vocals and so on");
  command->add_option("--threads", options->threads, "At most so many (as many as there are cores)")
      ->check(within(1, 256))
      ->type_name("N");
  command->add_option("--rate", options->rate, "Frames a second of the stems (the song's own)")
      ->check(within(8000, 192000))
      ->type_name("HZ");
  command->add_option("--quality", options->quality, "Of mp3, ogg and opus, 0 to 1 (0.7)")
      ->check(within(0.0, 1.0))
      ->type_name("Q");
  command->add_flag("--as-model", options->as_model,
                    "Leave what the model gives to no stem out, instead of adding it to \"other\"");
  session.add_json_option(command);
  command->footer(
      "Examples:\n"
      "  tutti separate song.mp3 -o stems/\n"
      "  tutti separate song.mp3 -o stems/ --model htdemucs --format flac\n"
      "  tutti separate *.m4a -o practice/ --format mp3 --without\n"
      "  tutti separate song.wav -o stems/ --json | jq .stems.drums\n\n"
      "Stems have the song's rate and exact length, and their sum is the song. One bad song of\n"
      "several does not stop the others; the exit code is then that of the first bad one.");
  session.on_run(command, [&session, options] { return separate_command(session, *options); });
}

}  // namespace tutti::cli
