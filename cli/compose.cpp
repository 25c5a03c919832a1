// `tutti compose`: minutes of the endless music to a file, as sound, notes, stems or a project.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/mix_source.h"
#include "cli/music_file.h"
#include "cli/music_options.h"
#include "cli/sound.h"
#include "engine/dsp/loudness.h"
#include "engine/score/midi_file.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_writer.h"
#include "server/jobs/stream_project.h"

namespace tutti::cli {
namespace {

struct Options {
  std::shared_ptr<MusicOptions> music = std::make_shared<MusicOptions>();
  std::string output, format, stems;
  double minutes = 10, from = 0, fade = 5, quality = 0.7;
};

struct Composed {
  double seconds = 0, cpu_seconds = 0;
  render::Loudness loudness;
  std::vector<std::string> stems;
};

constexpr int kBlock = 4096;

std::int64_t frame_of(const stream::ControlLog& log, double minutes) {
  return std::llround(minutes * 60 * log.rate);
}

// What the voices are by themselves, a file each.
struct StemFiles {
  struct One {
    files::AudioWriter writer;
    std::vector<float> left = std::vector<float>(kBlock), right = std::vector<float>(kBlock);
  };
  std::vector<One> files;
  std::array<stream::Channel::Stem, compose::kVoices> to{};
  std::vector<std::string> paths;

  Result<void> open(const Options& options, files::AudioFormat format, int rate) {
    std::error_code error;
    std::filesystem::create_directories(options.stems, error);
    if (error) {
      return Error{Code::io, "The folder \"" + options.stems + "\" cannot be made.",
                   "Choose another one after --stems."};
    }
    for (int v = 0; v < compose::kVoices; ++v) {
      const std::string name(compose::name_of(static_cast<compose::Voice>(v)));
      const std::string path =
          (std::filesystem::path(options.stems) / (name + std::string(files::ending_of(format))))
              .string();
      files::EncodeOptions encode;
      encode.format = format;
      encode.quality = options.quality;
      encode.title = name;
      auto writer = files::AudioWriter::create(path, rate, 2, encode);
      if (!writer) return writer.error();
      files.push_back({std::move(*writer)});
      paths.push_back(path);
    }
    for (std::size_t v = 0; v < files.size(); ++v)
      to[v] = {files[v].left.data(), files[v].right.data()};
    return {};
  }
  Result<void> write(int frames) {
    for (One& one : files) {
      const float* planes[] = {one.left.data(), one.right.data()};
      if (auto ok = one.writer.write(planes, frames); !ok) return ok;
    }
    return {};
  }
  Result<void> finish() {
    for (One& one : files)
      if (auto ok = one.writer.finish(); !ok) return ok;
    return {};
  }
};

// The end of the file, drawn down like a square.
void fade(std::span<float* const> planes, int frames, std::int64_t left_over, std::int64_t length) {
  for (int f = 0; f < frames; ++f) {
    const std::int64_t rest = left_over - f;
    if (rest >= length) continue;
    const float gain = static_cast<float>(rest) / static_cast<float>(length);
    for (float* plane : planes) plane[f] *= gain * gain;
  }
}

Result<Composed> play(const Options& options, const stream::ControlLog& log, Session& session) {
  auto format = sound_format(options.format, options.output, files::AudioFormat::wav16);
  if (!format) return format.error();
  const Progress progress = session.progress();
  progress(0, "Bringing the instruments");
  const stream::Materials materials = bring_music(*options.music, session);
  files::EncodeOptions encode;
  encode.format = *format;
  encode.quality = options.quality;
  encode.title = words_of(log.start);
  auto writer = files::AudioWriter::create(options.output, log.rate, 2, encode);
  if (!writer) return writer.error();
  const bool stems = !options.stems.empty();
  StemFiles parts;
  if (stems)
    if (auto ok = parts.open(options, *format, log.rate); !ok) return ok.error();

  const double before = session_cpu_seconds();
  const std::int64_t from = frame_of(log, options.from);
  const std::int64_t frames = std::max<std::int64_t>(frame_of(log, options.minutes), 1);
  const std::int64_t falling =
      std::min(frames, static_cast<std::int64_t>(options.fade * log.rate) + 1);
  auto channel = stream::Channel::at(materials, log, from, stems);
  dsp::LoudnessScan scan(log.rate, 2);
  std::vector<float> left(kBlock), right(kBlock);
  for (std::int64_t done = 0; done < frames;) {
    const int count = static_cast<int>(std::min<std::int64_t>(kBlock, frames - done));
    if (stems)
      channel.render_stems(parts.to, left.data(), right.data(), count);
    else
      channel.render(left.data(), right.data(), count);
    channel.take_bars();
    std::vector<float*> planes{left.data(), right.data()};
    for (const auto& stem : parts.to)
      if (stem.left != nullptr) planes.insert(planes.end(), {stem.left, stem.right});
    fade(planes, count, frames - done, falling);
    const float* both[] = {left.data(), right.data()};
    scan.add(both, count);
    if (auto ok = writer->write(both, count); !ok) return ok.error();
    if (auto ok = parts.write(count); !ok) return ok.error();
    done += count;
    if (!progress(static_cast<double>(done) / static_cast<double>(frames), "Playing the music"))
      return Error{Code::cancelled, "Stopped.", "Start it again when you like."};
  }
  if (auto ok = writer->finish(); !ok) return ok.error();
  if (auto ok = parts.finish(); !ok) return ok.error();
  Composed out;
  out.seconds = static_cast<double>(frames) / log.rate;
  out.cpu_seconds = session_cpu_seconds() - before;
  out.loudness = render::loudness_of(scan.report());
  out.stems = std::move(parts.paths);
  return out;
}

Result<Composed> write_notes(const Options& options, const stream::ControlLog& log,
                             NotesFormat format, Session& session) {
  const double before = session_cpu_seconds();
  const stream::Materials materials = bring_music(*options.music, session);
  const std::int64_t from = frame_of(log, options.from);
  const std::int64_t frames = std::max<std::int64_t>(frame_of(log, options.minutes), 1);
  const score::Score score = stream::score_of(materials, log, from, from + frames);
  std::vector<std::byte> bytes;
  if (format == NotesFormat::midi) {
    bytes = score::write_midi(score::midi_from_score(score));
  } else if (format == NotesFormat::tutti) {
    const auto project = jobs::stream_project(score, log, from, log.seed | 1);
    if (!project) return project.error();
    bytes = bytes_of(project->text);
  } else {
    return Error{Code::wrong_usage, "Music is not composed into that kind of file.",
                 "Use .mid or .tutti for notes, .wav, .flac, .mp3, .ogg or .opus for sound."};
  }
  if (auto ok = files::write_file(options.output, bytes); !ok) return ok.error();
  Composed out;
  out.seconds = static_cast<double>(frames) / log.rate;
  out.cpu_seconds = session_cpu_seconds() - before;
  return out;
}

json::value report_json(const Options& options, const stream::ControlLog& log,
                        const Composed& composed, bool sound) {
  json::object settings;
  const auto table = compose::setting_table();
  for (std::size_t i = 0; i < table.size(); ++i) settings[table[i].id] = log.start.values[i];
  json::object out = {
      {"output", options.output},
      {"seconds", composed.seconds},
      {"cpu_seconds", composed.cpu_seconds},
      {"realtime_factor", number_or_null(composed.seconds / std::max(composed.cpu_seconds, 1e-9))},
      {"rate", log.rate},
      {"seed", std::to_string(log.seed)},
      {"settings", std::move(settings)},
      {"loudness", sound ? json::value(loudness_json(composed.loudness)) : json::value(nullptr)}};
  if (!composed.stems.empty())
    out["stems"] = json::array(composed.stems.begin(), composed.stems.end());
  return out;
}

int compose_command(Session& session, const Options& options) {
  if (options.output == "-" && session.json()) {
    return session.fail({Code::wrong_usage, "Standard output cannot take both sound and JSON.",
                         "Name a file after -o, or leave --json away."});
  }
  const auto log = log_of(*options.music);
  if (!log) return session.fail(log.error());
  std::optional<NotesFormat> notes;
  if (options.format == "mid" || options.format == "tutti")
    notes = notes_format_named(options.format);
  else if (options.format.empty())
    notes = notes_format_of_path(options.output);
  if (notes && !options.stems.empty()) {
    return session.fail({Code::wrong_usage, "Notes have no stems.",
                         "Name a sound file after -o, or leave --stems away."});
  }
  const auto composed =
      notes ? write_notes(options, *log, *notes, session) : play(options, *log, session);
  if (!composed) return session.fail(composed.error());
  if (session.json())
    return session.print(report_json(options, *log, *composed, !notes)) ? kDone : kFailed;
  if (options.output != "-") {
    char text[96];
    std::snprintf(text, sizeof text, "%.1f minutes, %.0f times as fast as it plays; ",
                  composed->seconds / 60,
                  composed->seconds / std::max(composed->cpu_seconds, 1e-9));
    session.say(options.output + ": " + text +
                (notes ? words_of(log->start) : loudness_text(composed->loudness)) + ".");
    if (!composed->stems.empty())
      session.say(options.stems + ": " + std::to_string(composed->stems.size()) + " stems.");
  }
  return kDone;
}

}  // namespace

void add_compose(CLI::App& root, Session& session) {
  auto* command = root.add_subcommand(
      "compose", "New music from a seed: minutes of the endless stream to a file");
  auto options = std::make_shared<Options>();
  command
      ->add_option("-o,--output", options->output,
                   "Where to: .wav, .flac, .mp3, .ogg, .opus; .mid or .tutti for the notes; or -")
      ->required()
      ->type_name("FILE");
  command->add_option("--minutes", options->minutes, "How long (10)")
      ->check(within(0.01, 24.0 * 60))
      ->type_name("M");
  add_music_options(command, options->music);
  command->add_option("--from", options->from, "Begin so many minutes into the stream (0)")
      ->check(within(0.0, 1e6))
      ->type_name("M");
  command->add_option("--fade", options->fade, "Fade the last seconds of sound (5)")
      ->check(within(0.0, 120.0))
      ->type_name("S");
  command->add_option("--stems", options->stems, "Folder for the voices by themselves, a file each")
      ->type_name("DIR");
  command
      ->add_option("--format", options->format,
                   "wav16, wav24, wav32f, flac, flac16, mp3, ogg, opus, mid, tutti")
      ->type_name("FORMAT");
  command->add_option("--quality", options->quality, "Of mp3, ogg and opus, 0 to 1 (0.7)")
      ->check(within(0.0, 1.0))
      ->type_name("Q");
  session.add_json_option(command);
  command->footer(
      "The same seed, settings and log give the same samples, here, on a server and in the page.\n"
      "Stems added up are the mix before its master (loudness and limiter).\n"
      "Examples:\n"
      "  tutti compose --seed 7 --minutes 30 --key A --mode aeolian --bpm 70 --intensity 0.4 "
      "-o night.flac\n"
      "  tutti compose --style piano --key Eb --mode ionian --minutes 5 -o song.mid\n"
      "  tutti compose --style pulse --voice drums=off --voice pad=on,-3 -o focus.opus\n"
      "  tutti compose --log channel.json --from 60 --minutes 10 -o past.flac --stems voices\n"
      "  tutti compose --style night -o - --format flac | ffplay -");
  session.on_run(command, [&session, options] { return compose_command(session, *options); });
}

}  // namespace tutti::cli
