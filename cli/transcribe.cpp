// `tutti transcribe`: a hummed, sung or whistled recording to notes.
#include <cstdio>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/hum_json.h"
#include "cli/music_file.h"
#include "engine/project/files.h"
#include "engine/score/general_midi.h"
#include "engine/transcribe/hum.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"

namespace tutti::cli {
namespace {

struct Options {
  std::string input;
  std::string output;
  double tempo = 0;
  std::string metre;
  std::string grid = "1/16";
  bool free = false;
  std::string program = "0";
};

// "3/4" to two whole numbers.
bool read_fraction(const std::string& text, int& top, int& bottom) {
  char rest = 0;
  return std::sscanf(text.c_str(), "%d/%d%c", &top, &bottom, &rest) == 2 && top > 0 && bottom > 0;
}

Result<transcribe::HumOptions> hum_options(const Options& options) {
  transcribe::HumOptions hum;
  hum.tempo = options.tempo;
  if (options.tempo != 0 && !(options.tempo >= 20 && options.tempo <= 400)) {
    return Error{Code::wrong_usage, "--tempo must be from 20 to 400 quarter notes a minute.",
                 "Leave it away to have the tempo found."};
  }
  if (!options.metre.empty() &&
      (!read_fraction(options.metre, hum.numerator, hum.denominator) || hum.numerator > 32 ||
       hum.denominator > 64 || (hum.denominator & (hum.denominator - 1)) != 0)) {
    return Error{Code::wrong_usage, "--metre must be a metre such as 4/4, 3/4 or 6/8.",
                 "Leave it away to have the metre found."};
  }
  int top = 1, bottom = 16;
  if (!read_fraction(options.grid, top, bottom) || bottom > 128) {
    return Error{Code::wrong_usage, "--grid must be a note value such as 1/8, 1/16 or 1/12.",
                 "Use --free to keep the times as they were sung."};
  }
  hum.grid = 4.0 * top / bottom;
  return hum;
}

Result<std::vector<std::byte>> project_bytes(const transcribe::Hum& hum, const Options& options,
                                             NotesFormat format) {
  const auto program = score::program_from_name(options.program);
  int number = 0;
  if (program) {
    number = *program;
  } else if (std::sscanf(options.program.c_str(), "%d", &number) != 1 || number < 0 ||
             number > 127) {
    return Error{Code::wrong_usage,
                 "--program must be a General MIDI number from 0 to 127 or a name.",
                 "For example 0 (piano), 40 or \"violin\", 73 or \"flute\"."};
  }
  project::Document document(actor_for(bytes_of(write_json(json_of(hum)))));
  project::HeardOptions heard;
  heard.quantised = !options.free;
  heard.program = number;
  auto imported = project::import_melody(document, project::heard_melody(hum), heard);
  if (!imported) return imported.error();
  return save_music(document, format, now_iso8601());
}

// What the output's name asks for: a project or MIDI file, the JSON of --json, or plain intervals.
Result<std::vector<std::byte>> file_bytes(const transcribe::Hum& hum, const Options& options) {
  const std::string& path = options.output;
  const auto ends_with = [&](std::string_view ending) {
    return path.size() >= ending.size() &&
           path.compare(path.size() - ending.size(), ending.size(), ending) == 0;
  };
  if (ends_with(".json")) return bytes_of(write_json(json_of(hum)) + "\n");
  if (ends_with(".txt") || ends_with(".tsv")) return bytes_of(intervals_of(hum));
  const auto format = path == "-" ? NotesFormat::midi : notes_format_of_path(path);
  if (!format) {
    return Error{Code::wrong_usage, "\"" + path + "\" has no ending that says what to write.",
                 "Use .mid, .tutti, .maa, .json or .txt."};
  }
  return project_bytes(hum, options, *format);
}

int transcribe_command(Session& session, const Options& options) {
  auto wanted = hum_options(options);
  if (!wanted) return session.fail(wanted.error());
  if (options.output == "-" && session.json()) {
    return session.fail({Code::wrong_usage, "Standard output cannot take both MIDI and JSON.",
                         "Name a file after -o, or leave --json away."});
  }
  if (!options.output.empty()) {  // a wrong ending should not cost the time of listening
    auto checked = file_bytes({}, options);
    if (!checked && checked.error().code == Code::wrong_usage) return session.fail(checked.error());
  }
  const Progress progress = session.progress();
  files::DecodeOptions decode_options;
  decode_options.mono = true;
  auto decoded = files::decode(files::AudioSource::path(options.input), decode_options,
                               part_of(progress, 0, 0.15));
  if (!decoded) return session.fail(decoded.error());
  session.warn(decoded->warnings);
  auto hum = transcribe::transcribe_hum(decoded->audio.channels[0], decoded->audio.rate, *wanted,
                                        part_of(progress, 0.15, 1));
  if (!hum) return session.fail(hum.error());
  if (!options.output.empty()) {
    auto bytes = file_bytes(*hum, options);
    if (!bytes) return session.fail(bytes.error());
    auto written = files::write_file(options.output, std::span<const std::byte>(*bytes));
    if (!written) return session.fail(written.error());
  }
  if (session.json()) {
    json::value answer = json_of(*hum);
    answer.as_object()["seconds"] = decoded->audio.seconds();
    if (!options.output.empty()) answer.as_object()["output"] = options.output;
    return session.print(answer) ? kDone : kFailed;
  }
  if (options.output.empty()) return session.print(table_of(*hum)) ? kDone : kFailed;
  if (options.output != "-") {
    session.say(options.output + ": " + std::to_string(hum->notes.size()) + " notes in " +
                hum->key + ".");
  }
  return kDone;
}

}  // namespace

void add_transcribe(CLI::App& root, Session& session) {
  auto* command =
      root.add_subcommand("transcribe", "Notes from a hummed, sung or whistled recording");
  auto options = std::make_shared<Options>();
  command
      ->add_option("FILE", options->input,
                   "The recording: WAV, FLAC, MP3, Ogg, Opus, M4A, WebM, AIFF, or -")
      ->required();
  command
      ->add_option(
          "-o,--output", options->output,
          "Write the notes: .mid, .tutti, .maa, .json (as --json) or .txt (start, end, Hz)")
      ->type_name("FILE");
  command->add_option("--tempo", options->tempo, "Quarter notes a minute, if you know it")
      ->type_name("BPM");
  command->add_option("--metre,--meter", options->metre, "Metre such as 3/4, if you know it")
      ->type_name("N/D");
  command->add_option("--grid", options->grid, "Note value to which times are drawn (1/16)")
      ->type_name("N/D");
  command->add_flag("--free", options->free, "Write notes where they were sung, not on the grid");
  command
      ->add_option("--program", options->program,
                   "Instrument: a General MIDI number or name (0, piano)")
      ->type_name("NAME");
  session.add_json_option(command);
  command->footer(
      "Examples:\n"
      "  tutti transcribe hum.wav                        a table of the notes\n"
      "  tutti transcribe hum.wav -o melody.mid          a MIDI file, on the beat\n"
      "  tutti transcribe hum.m4a -o tune.tutti --free   a project, timed as sung\n"
      "  tutti transcribe hum.wav --json | jq .key\n"
      "  arecord -d 10 | tutti transcribe - -o melody.mid");
  session.on_run(command, [&session, options] { return transcribe_command(session, *options); });
}

}  // namespace tutti::cli
