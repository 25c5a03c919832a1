// `tutti mixdown`: a project, or a folder of recordings, to one mix and its stems.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <set>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/mix_source.h"
#include "cli/sound.h"
#include "native/files/audio_writer.h"
#include "native/render/normalise.h"
#include "native/render/offline.h"
#include "native/render/thread_pool.h"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  MixRequest mix;
  std::string output, stems, format;
  std::optional<double> lufs, true_peak;
  double from = 0, to = 0, tail = 20, quality = 0.7;
  int rate = 0, threads = 0;
};

struct Mixed {
  render::RenderReport report;
  render::Loudness loudness;
  double gain_db = 0, limited_db = 0;
  std::uint64_t clipped = 0;
  int rate = 0, threads = 1;
  std::size_t tracks = 0;
  std::vector<std::string> stems;
};

// Every stem into a file of its own: "01 Kick.wav".
class StemFiles {
 public:
  Result<void> open(const Options& options, const std::vector<Stem>& stems,
                    files::AudioFormat format, int rate) {
    std::error_code error;
    fs::create_directories(options.stems, error);
    if (error) {
      return Error{Code::io, "The folder \"" + options.stems + "\" could not be made.",
                   "Choose a folder that you may write to."};
    }
    files::EncodeOptions encode;
    encode.format = format;
    encode.quality = options.quality;
    for (std::size_t i = 0; i < stems.size(); ++i) {
      char number[24];
      std::snprintf(number, sizeof number, "%02zu", i + 1);
      std::string name = number;
      if (const auto words = safe_name(stems[i].name); !words.empty()) name += " " + words;
      const auto path = fs::path(options.stems) / (name + std::string(files::ending_of(format)));
      auto writer = files::AudioWriter::create(path.string(), rate, 2, encode);
      if (!writer) return writer.error();
      writers_.push_back(std::move(writer).value());
      paths.push_back(path.string());
    }
    return {};
  }
  Result<void> write(std::size_t stem, const float* left, const float* right, int frames) {
    const float* planes[] = {left, right};
    return writers_[stem].write(planes, frames);
  }
  Result<void> finish() {
    for (auto& writer : writers_)
      if (auto ok = writer.finish(); !ok) return ok;
    return {};
  }
  std::vector<std::string> paths;

 private:
  // What every system takes as a file name.
  static std::string safe_name(const std::string& name) {
    std::string out;
    for (const char c : name.substr(0, 100)) {
      const bool bad = static_cast<unsigned char>(c) < 32 ||
                       std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
      out += bad ? '_' : c;
    }
    while (!out.empty() && (out.back() == ' ' || out.back() == '.')) out.pop_back();
    return out;
  }
  std::vector<files::AudioWriter> writers_;
};

// Threads pay where there is work beside moving samples.
int threads_for(const graph::Plan& plan, int asked) {
  if (asked > 0) return asked;
  std::size_t work = 0;
  for (const auto& node : plan.nodes)
    work += node.inserts.size() + (node.kind != "clip" && node.kind != "bus" ? 2 : 0);
  return work >= 4 ? render::ThreadPool::cores() : 1;
}

Result<Mixed> mix(const Options& options, Session& session) {
  const Progress progress = session.progress();
  auto source = load_mix(options.mix, part_of(progress, 0, 0.05), session);
  if (!source) return source.error();
  Mixed out;
  out.tracks = source->tracks;
  out.rate = options.rate > 0 ? options.rate : source->rate;
  auto format = sound_format(options.format, options.output, source->wav);
  if (!format) return format.error();

  render::RenderOptions how;
  how.rate = out.rate;
  how.from_seconds = options.from;
  how.to_seconds = options.to;
  how.tail_seconds = options.tail;
  how.end_frames = out.rate == source->rate ? source->end_frames : 0;
  how.threads = out.threads = threads_for(source->plan, options.threads);
  how.limit_seconds = 48 * 3600;
  // Without a target the ceiling is the engine's own limiter's, in the same pass.
  const bool two_passes = options.lufs.has_value();
  how.limiter = !two_passes && options.true_peak.has_value();
  how.ceiling_db = options.true_peak.value_or(0);
  how.measure = !two_passes && (session.json() || !session.quiet());

  files::EncodeOptions encode;
  encode.format = *format;
  encode.quality = options.quality;
  encode.title = source->title;
  auto writer = files::AudioWriter::create(options.output, out.rate, 2, encode);
  if (!writer) return writer.error();
  StemFiles stems;
  render::StemSink stem_sink;
  if (!options.stems.empty()) {
    for (const auto& stem : source->stems) how.stems.push_back(stem.node);
    if (auto ok = stems.open(options, source->stems, *format, out.rate); !ok) return ok.error();
    stem_sink = [&](std::size_t i, const float* left, const float* right, int frames) {
      return stems.write(i, left, right, frames);
    };
  }
  const render::Sink write = [&](const float* left, const float* right, int frames) {
    const float* planes[] = {left, right};
    return writer->write(planes, frames);
  };
  std::optional<render::Normaliser> normaliser;
  if (two_passes) {
    auto made = render::Normaliser::create(out.rate, 2);
    if (!made) return made.error();
    normaliser = std::move(made).value();
  }
  const render::Sink keep = [&](const float* left, const float* right, int frames) {
    return normaliser->add(left, right, frames);
  };
  auto report =
      render::render(source->plan, source->materials.resources(), how, two_passes ? keep : write,
                     part_of(progress, 0.05, two_passes ? 0.7 : 1), stem_sink);
  if (!report) return report.error();
  out.report = *std::move(report);
  out.loudness = out.report.loudness;
  if (out.report.frames == 0) {
    return Error{Code::bad_input, "There is nothing to hear between these times.",
                 "Check --from and --to, or whether every track is muted."};
  }
  if (two_passes) {
    const double before = session_cpu_seconds();
    auto passed = normaliser->finish({options.lufs, options.true_peak.value_or(-1)}, write,
                                     part_of(progress, 0.7, 1));
    if (!passed) return passed.error();
    out.loudness = passed->loudness;
    out.gain_db = passed->gain_db;
    out.limited_db = passed->limited_db;
    out.report.cpu_seconds += session_cpu_seconds() - before;
    out.report.realtime_factor = out.report.seconds / std::max(1e-9, out.report.cpu_seconds);
  }
  if (auto ok = writer->finish(); !ok) return ok.error();
  if (auto ok = stems.finish(); !ok) return ok.error();
  out.stems = std::move(stems.paths);
  out.clipped = writer->clipped();
  return out;
}

json::value report_json(const Options& options, const Mixed& mixed) {
  json::object out = {{"output", options.output},
                      {"seconds", mixed.report.seconds},
                      {"cpu_seconds", mixed.report.cpu_seconds},
                      {"wall_seconds", mixed.report.wall_seconds},
                      {"realtime_factor", number_or_null(mixed.report.realtime_factor)},
                      {"rate", mixed.rate},
                      {"tracks", mixed.tracks},
                      {"threads", mixed.threads},
                      {"clipped", mixed.clipped},
                      {"loudness", loudness_json(mixed.loudness)}};
  if (options.lufs) {
    out["gain_db"] = number_or_null(mixed.gain_db);
    out["limited_db"] = number_or_null(mixed.limited_db);
  }
  if (!options.stems.empty()) out["stems"] = json::array(mixed.stems.begin(), mixed.stems.end());
  out["missing"] = json::array(mixed.report.missing.begin(), mixed.report.missing.end());
  return out;
}

int mixdown_command(Session& session, Options& options) {
  if (options.output == "-" && session.json()) {
    return session.fail({Code::wrong_usage, "Standard output cannot take both sound and JSON.",
                         "Name a file after -o, or leave --json away."});
  }
  if (options.to != 0 && options.to <= options.from) {
    return session.fail({Code::wrong_usage, "--to lies before --from.",
                         "Give the end after the beginning, both in seconds."});
  }
  options.mix.output = options.output;
  options.mix.stems = !options.stems.empty();
  auto mixed = mix(options, session);
  if (!mixed) return session.fail(mixed.error());
  if (mixed->clipped > 0) {
    session.warn(std::to_string(mixed->clipped) +
                 " samples were beyond full scale and were cut; add --true-peak -1, or write "
                 "--format wav32f.");
  }
  if (options.lufs && std::isfinite(mixed->loudness.integrated) &&
      std::abs(mixed->loudness.integrated - *options.lufs) > 0.5) {
    char text[128];
    std::snprintf(text, sizeof text,
                  "The mix reaches %.1f LUFS, not %.1f, under this ceiling; compress it more.",
                  mixed->loudness.integrated, *options.lufs);
    session.warn(text);
  }
  if (session.json()) return session.print(report_json(options, *mixed)) ? kDone : kFailed;
  if (options.output != "-") {
    char text[128];
    std::snprintf(text, sizeof text,
                  "%zu tracks, %.1f s of sound, %.0f times as fast as it plays; ", mixed->tracks,
                  mixed->report.seconds, mixed->report.realtime_factor);
    session.say(options.output + ": " + text + loudness_text(mixed->loudness) + ".");
    if (!mixed->stems.empty())
      session.say(options.stems + ": " + std::to_string(mixed->stems.size()) + " stems.");
  }
  return kDone;
}

}  // namespace

void add_mixdown(CLI::App& root, Session& session) {
  auto* command =
      root.add_subcommand("mixdown", "A project or a folder of recordings to a mix and stems");
  auto options = std::make_shared<Options>();
  command
      ->add_option("PROJECT", options->mix.input,
                   ".tutti, .tuttiz or .maa project, a MIDI file, or a folder of recordings")
      ->required();
  command
      ->add_option("-o,--output", options->output, "Where to: .wav, .flac, .mp3, .ogg, .opus, or -")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--stems", options->stems,
                   "Folder for what feeds the master, a file each: tracks, groups, returns")
      ->type_name("DIR");
  command->add_option("--lufs", options->lufs, "Integrated loudness of the mix, such as -14")
      ->check(within(-60.0, 0.0))
      ->type_name("LUFS");
  command
      ->add_option("--true-peak", options->true_peak,
                   "Ceiling of a limiter (with --lufs -1 unless given; else no limiter)")
      ->check(within(-24.0, 0.0))
      ->type_name("DBTP");
  command->add_option("--from", options->from, "Begin so many seconds into the song")
      ->check(within(0.0, 1e6))
      ->type_name("S");
  command->add_option("--to", options->to, "End exactly there, without a tail")
      ->check(within(0.0, 1e6))
      ->type_name("S");
  command->add_option("--tail", options->tail, "Let the end ring for at most so many seconds (20)")
      ->check(within(0.0, 600.0))
      ->type_name("S");
  command->add_option("--chain", options->mix.chain, "Effects on every track, as for tutti fx")
      ->type_name("CHAIN");
  command
      ->add_option("--rate", options->rate,
                   "Frames a second (a folder: as most of its files; else 48000)")
      ->check(within(8000, 192000))
      ->type_name("HZ");
  command
      ->add_option("--format", options->format,
                   "wav16, wav24, wav32f, flac, flac16, mp3, ogg, opus (.wav: 24 bits)")
      ->type_name("FORMAT");
  command->add_option("--quality", options->quality, "Of mp3, ogg and opus, 0 to 1 (0.7)")
      ->check(within(0.0, 1.0))
      ->type_name("Q");
  command
      ->add_option("--audio", options->mix.audio,
                   "Folder with the project's recordings, or a library's folder")
      ->type_name("DIR");
  command
      ->add_option("--soundfont", options->mix.soundfont,
                   "SoundFont: a path, or a name that doctor lists")
      ->type_name("NAME");
  command->add_option("--threads", options->threads, "Cores to use (all where it pays)")
      ->check(within(1, 256))
      ->type_name("N");
  session.add_json_option(command);
  command->footer(
      "Recordings of a project lie in NAME.audio beside NAME.tutti, in the project's folder, or\n"
      "where --audio says. Stems are behind the faders and before the master: added up they are\n"
      "the mix without master effects, limiter and --lufs.\n"
      "Examples:\n"
      "  tutti mixdown song.tutti -o song.wav --lufs -14 --true-peak -1\n"
      "  tutti mixdown song.tuttiz -o song.flac --stems stems\n"
      "  tutti mixdown recordings/ -o mix.wav --chain \"highpass freq=80, compressor\"\n"
      "  tutti mixdown song.tutti -o - --format flac --from 30 --to 45 | ffplay -");
  session.on_run(command, [&session, options] { return mixdown_command(session, *options); });
}

}  // namespace tutti::cli
