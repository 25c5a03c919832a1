// `tutti render`: notes to sound, by the same engine that plays in the page.
#include <cstdio>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/materials.h"
#include "cli/music_file.h"
#include "cli/sound.h"
#include "engine/project/compile.h"
#include "engine/project/edits.h"
#include "engine/project/song.h"
#include "engine/score/general_midi.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_writer.h"
#include "native/render/offline.h"

namespace tutti::cli {
namespace {

struct Options {
  std::string input, output, soundfont, program, format, audio;
  int rate = 48000;
  double tail = 20, gain = 0, quality = 0.7;
};

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

json::value report_json(const render::RenderReport& report, const Options& options) {
  return {{"output", options.output},
          {"seconds", report.seconds},
          {"cpu_seconds", report.cpu_seconds},
          {"wall_seconds", report.wall_seconds},
          {"realtime_factor", number_or_null(report.realtime_factor)},
          {"rate", options.rate},
          {"loudness", loudness_json(report.loudness)}};
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
  auto format = sound_format(options.format, options.output, files::AudioFormat::wav16);
  if (!format) return format.error();
  auto document = document_for(options, session);
  if (!document) return document.error();
  auto plan = project::compile(*document);
  if (!plan) return plan.error();
  const Progress progress = session.progress();

  Materials materials;
  auto brought = materials.bring_soundfonts(*plan, options.soundfont, part_of(progress, 0, 0.1));
  if (!brought) return brought.error();
  brought = materials.bring_recordings(*plan, recording_folders(options.input, options.audio),
                                       part_of(progress, 0, 0.1));
  if (!brought) return brought.error();

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
      *plan, materials.resources(), how,
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
    char text[96];
    std::snprintf(text, sizeof text, "%.1f s of sound, %.0f times as fast as it plays; ",
                  report->seconds, report->realtime_factor);
    session.say(options.output + ": " + text + loudness_text(report->loudness) + ".");
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
                   "Folder with the project's recordings, or a library's folder")
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
