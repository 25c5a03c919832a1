// `tutti render`: notes to sound, by the same engine that plays in the page.
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/music_file.h"
#include "engine/project/compile.h"
#include "engine/project/edits.h"
#include "engine/project/song.h"
#include "engine/score/general_midi.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/files/mapped_file.h"
#include "native/files/sf3.h"
#include "native/files/sha256.h"
#include "native/files/soundfonts.h"
#include "native/render/offline.h"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string input, output, soundfont, program, format, audio;
  int rate = 48000;
  double tail = 20, gain = 0, quality = 0.7;
};

// What the plan plays, held in memory while it renders.
struct Materials {
  std::vector<files::MappedFile> mapped;
  std::vector<std::vector<std::byte>> unpacked;
  std::map<std::string, files::AudioBuffer> clips;
  std::vector<render::Resource> resources;
};

Result<void> add_soundfont(Materials& materials, const std::string& wanted,
                           const Progress& progress) {
  auto font = files::choose_soundfont(wanted);
  if (!font) return font.error();
  auto file = files::MappedFile::open(font->path);
  if (!file) return file.error();
  materials.mapped.push_back(std::move(file).value());
  std::span<const std::byte> bytes = materials.mapped.back().bytes();
  if (files::is_sf3(bytes)) {
    auto unpacked = files::sf3_to_sf2(bytes, progress);
    if (!unpacked) return unpacked.error();
    materials.unpacked.push_back(std::move(unpacked).value());
    bytes = materials.unpacked.back();
  }
  materials.resources.push_back({"sf:" + font->id, bytes, nullptr});
  return {};
}

// The recordings that the project names by hash, looked for among the files of a folder.
Result<void> add_clips(Materials& materials, const graph::Plan& plan, const std::string& folder,
                       const Progress& progress) {
  std::set<std::string> wanted;
  for (const auto& node : plan.nodes)
    if (node.kind == "clip" && !node.resource.empty()) wanted.insert(node.resource);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (wanted.empty()) break;
    if (!entry.is_regular_file(ignored) || entry.file_size(ignored) > files::DecodeLimits{}.bytes)
      continue;
    const std::string path = entry.path().string();
    const auto hash = files::sha256_of_file(path);
    if (!hash || wanted.erase(hash->hex()) == 0) continue;
    auto decoded = files::decode(files::AudioSource::path(path), {}, progress);
    if (!decoded) return decoded.error();
    materials.clips[hash->hex()] = std::move(decoded->audio);
  }
  for (const auto& [name, audio] : materials.clips)
    materials.resources.push_back({name, {}, &audio});
  return {};
}

Result<int> program_number(const std::string& text) {
  int number = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%d%c", &number, &rest) == 1) {
    if (number >= 0 && number < score::kPrograms) return number;
  } else if (const auto named = score::program_from_name(text)) {
    return *named;
  }
  return Error{
      Code::wrong_usage, "There is no instrument \"" + text + "\".",
      "Give a General MIDI number from 0 to 127, or a name such as piano, violin or flute."};
}

Result<files::AudioFormat> format_for(const Options& options) {
  if (!options.format.empty()) {
    if (const auto format = files::audio_format_named(options.format)) return *format;
    return Error{Code::wrong_usage, "There is no audio format \"" + options.format + "\".",
                 "Choose wav16, wav24, wav32f, flac, flac16, mp3, ogg or opus."};
  }
  if (options.output == "-") return files::AudioFormat::wav16;
  if (const auto format = files::audio_format_of_path(options.output)) return *format;
  return Error{Code::wrong_usage,
               "\"" + options.output + "\" has no ending that says what to write.",
               "Use .wav, .flac, .mp3, .ogg or .opus, or add --format."};
}

json::value number_or_null(double value) {
  return std::isfinite(value) ? json::value(std::floor(value * 1000 + 0.5) / 1000)
                              : json::value(nullptr);
}

json::value report_json(const render::RenderReport& report, const Options& options) {
  const auto& loud = report.loudness;
  return {{"output", options.output},
          {"seconds", report.seconds},
          {"cpu_seconds", report.cpu_seconds},
          {"wall_seconds", report.wall_seconds},
          {"realtime_factor", number_or_null(report.realtime_factor)},
          {"rate", options.rate},
          {"loudness",
           {{"integrated", number_or_null(loud.integrated)},
            {"range", number_or_null(loud.range)},
            {"momentary_max", number_or_null(loud.momentary_max)},
            {"short_term_max", number_or_null(loud.short_term_max)},
            {"true_peak", number_or_null(loud.true_peak)},
            {"sample_peak", number_or_null(loud.sample_peak)}}}};
}

Result<project::Document> document_for(const Options& options, Session& session) {
  auto bytes = files::read_file(options.input);
  if (!bytes) return bytes.error();
  auto music = load_music(*bytes, options.input);
  if (!music) return music.error();
  session.warn(music->warnings);
  if (!options.program.empty()) {
    const auto program = program_number(options.program);
    if (!program) return program.error();
    for (const auto& track : project::tracks(music->document)) {
      if (track.kind != project::TrackKind::notes || track.channel == score::kDrumChannel) continue;
      for (const auto& lane : project::lanes(music->document, track.id)) {
        if (lane.target != "program" && lane.target != "cc0" && lane.target != "cc32") continue;
        auto removed = project::remove_entity(music->document, lane.id);
        if (!removed) return removed.error();
      }
      auto set = project::set_program(music->document, track.id, *program);
      if (!set) return set.error();
    }
  }
  return std::move(music->document);
}

Result<render::RenderReport> render_to_file(const Options& options, Session& session) {
  auto format = format_for(options);
  if (!format) return format.error();
  auto document = document_for(options, session);
  if (!document) return document.error();
  auto plan = project::compile(*document);
  if (!plan) return plan.error();
  const Progress progress = session.progress();

  Materials materials;
  std::set<std::string> fonts;
  for (auto& node : plan->nodes) {
    if (node.kind != "sampler") continue;
    if (!options.soundfont.empty())
      node.resource.clear();  // the person's choice goes before the project's
    fonts.insert(node.resource);
  }
  if (fonts.count("") != 0) {
    auto added = add_soundfont(materials, options.soundfont, part_of(progress, 0, 0.1));
    if (!added) return added.error();
  }
  for (const auto& font : fonts) {
    if (font.empty()) continue;
    auto added = add_soundfont(materials, font, part_of(progress, 0, 0.1));
    if (!added && materials.resources.empty()) added = add_soundfont(materials, {}, progress);
    if (!added) return added.error();
  }
  std::string folder = options.audio;
  if (folder.empty() && options.input != "-")
    folder = fs::path(options.input).parent_path().string();
  auto clips =
      add_clips(materials, *plan, folder.empty() ? "." : folder, part_of(progress, 0, 0.1));
  if (!clips) return clips.error();

  files::EncodeOptions encode;
  encode.format = *format;
  encode.quality = options.quality;
  encode.title = project::info(*document).title;
  auto writer = files::AudioWriter::create(options.output, options.rate, 2, encode);
  if (!writer) return writer.error();
  render::RenderOptions how;
  how.rate = options.rate;
  how.tail_seconds = options.tail;
  how.gain_db = options.gain;
  auto report = render::render(
      *plan, materials.resources, how,
      [&](const float* left, const float* right, int frames) -> Result<void> {
        const float* channels[] = {left, right};
        return writer->write(channels, frames);
      },
      part_of(progress, 0.1, 1));
  if (!report) return report.error();
  auto finished = writer->finish();
  if (!finished) return finished.error();
  return report;
}

int render_command(Session& session, const Options& options) {
  if (options.output == "-" && session.json()) {
    return session.fail({Code::wrong_usage, "Standard output cannot take both sound and JSON.",
                         "Name a file after -o, or leave --json away."});
  }
  auto report = render_to_file(options, session);
  if (!report) return session.fail(report.error());
  session.warn(report->warnings);
  if (session.json()) return session.print(report_json(*report, options)) ? kDone : kFailed;
  if (options.output != "-") {
    char text[160];
    std::snprintf(text, sizeof text,
                  "%.1f s of sound, %.0f times as fast as it plays; %.1f LUFS, peak %.1f dBTP.",
                  report->seconds, report->realtime_factor, report->loudness.integrated,
                  report->loudness.true_peak);
    session.say(options.output + ": " + text);
  }
  return kDone;
}

}  // namespace

void add_render(CLI::App& root, Session& session) {
  auto* command =
      root.add_subcommand("render", "Sound from notes: a MIDI file or a project to an audio file");
  auto options = std::make_shared<Options>();
  command->add_option("FILE", options->input, "MIDI file, .tutti or .maa project, JSON notes, or -")
      ->required();
  command
      ->add_option("-o,--output", options->output, "Where to: .wav, .flac, .mp3, .ogg, .opus, or -")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--soundfont", options->soundfont,
                   "SoundFont: a path, or a name that doctor lists")
      ->type_name("NAME");
  command
      ->add_option("--program", options->program,
                   "Play everything but drums on this instrument (number or name)")
      ->type_name("NAME");
  command
      ->add_option("--format", options->format,
                   "wav16, wav24, wav32f, flac, flac16, mp3, ogg, opus")
      ->type_name("FORMAT");
  command->add_option("--rate", options->rate, "Frames a second (48000)")
      ->check(within(8000, 192000))
      ->type_name("HZ");
  command->add_option("--quality", options->quality, "Of mp3, ogg and opus, 0 to 1 (0.7)")
      ->check(within(0.0, 1.0))
      ->type_name("Q");
  command->add_option("--gain", options->gain, "Louder or softer by so many dB")
      ->check(within(-60.0, 30.0))
      ->type_name("DB");
  command
      ->add_option("--tail", options->tail,
                   "Let the last notes ring for at most so many seconds (20)")
      ->check(within(0.0, 120.0))
      ->type_name("S");
  command
      ->add_option("--audio", options->audio,
                   "Folder with the project's recordings (beside the project)")
      ->type_name("DIR");
  session.add_json_option(command);
  command->footer(
      "Examples:\n"
      "  tutti render melody.mid -o melody.flac\n"
      "  tutti render melody.mid -o melody.mp3 --program violin\n"
      "  tutti render song.tutti -o song.wav --format wav24 --soundfont ~/FluidR3_GM.sf2\n"
      "  tutti render song.mid -o - --format flac | ffplay -\n"
      "  tutti render song.mid -o song.opus --json");
  session.on_run(command, [&session, options] { return render_command(session, *options); });
}

}  // namespace tutti::cli
