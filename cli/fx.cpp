// `tutti fx`: a recording through effects; what effects there are.
#include <algorithm>
#include <cstdio>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/sound.h"
#include "engine/registry/chain.h"
#include "engine/registry/effects.h"
#include "native/render/through_effects.h"
#include "server/api/describe_json.h"
#include "server/api/effects_json.h"

namespace tutti::cli {
namespace {

struct Options {
  std::string input, output, chain, format, effect;
  double tail = 20, quality = 0.7;
};

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  out.resize(std::max(out.size() + 1, width), ' ');
  return out;
}

int list_command(Session& session) {
  if (session.json()) {
    json::array out;
    for (const auto* info : registry::effects()) out.push_back(api::to_json(api::describe(*info)));
    return session.print(json::value(std::move(out))) ? kDone : kFailed;
  }
  std::string text;
  const param::EffectInfo* before = nullptr;
  for (const auto* info : registry::effects()) {
    if (before == nullptr || before->category != info->category) {
      if (before != nullptr) text += '\n';
      text += std::string(param::name_of(info->category)) + "\n";
    }
    before = info;
    text += "  " + padded(info->id, 22) + std::string(info->summary) + "\n";
  }
  return session.print(text) ? kDone : kFailed;
}

std::string range_text(const param::Description& p) {
  if (p.scale == param::Scale::toggle) return "on, off";
  if (p.scale == param::Scale::choice) {
    std::string out;
    for (const auto& choice : p.choices) out += (out.empty() ? "" : ", ") + std::string(choice);
    return out;
  }
  return param::to_text(p, p.min) + " … " + param::to_text(p, p.max);
}

int describe_command(Session& session, const std::string& name) {
  const auto info = registry::require_effect(name);
  if (!info) return session.fail(misnamed(info.error()));
  if (session.json()) {
    return session.print(json::value(api::to_json(api::describe(**info)))) ? kDone : kFailed;
  }
  std::string text = std::string((*info)->name) + " (" + std::string((*info)->id) + ")\n" +
                     std::string((*info)->summary) + "\n" + std::string((*info)->method) + "\n";
  if (!(*info)->aliases.empty()) {
    text += "Also called";
    const char* between = " ";
    for (const auto& alias : (*info)->aliases) {
      text += between + std::string(alias);
      between = ", ";
    }
    text += ".\n";
  }
  text += "\nParameters\n";
  std::size_t width = 12;
  for (const auto& p : (*info)->parameters) width = std::max(width, p.id.size() + 2);
  for (const auto& p : (*info)->parameters) {
    text += "  " + padded(p.id, width) + padded(param::to_text(p, p.initial), 12) + range_text(p) +
            "\n";
  }
  if (!(*info)->presets.empty()) {
    text += "\nPresets\n";
    for (const auto& preset : (*info)->presets) text += "  " + std::string(preset.name) + "\n";
  }
  return session.print(text) ? kDone : kFailed;
}

struct Done {
  render::ThroughEffectsReport report;
  int rate = 0;
  std::uint64_t clipped = 0;
};

Result<Done> process(const Options& options, Session& session) {
  render::ThroughEffects how;
  auto chain = registry::parse_chain(options.chain);
  if (!chain) return misnamed(chain.error());
  how.chain = *std::move(chain);
  how.tail_seconds = options.tail;
  how.measure = session.json() || !session.quiet();
  how.impulse = [](const std::string& name) -> Result<files::AudioBuffer> {
    auto decoded = files::decode(files::AudioSource::path(name));
    if (!decoded) return decoded.error();
    return std::move(decoded->audio);
  };
  auto source = sound_source(options.input);
  if (!source) return source.error();
  auto reader = files::AudioReader::open(*source, any_length());
  if (!reader) return reader.error();
  auto channels = render::channels_through(how.chain, reader->info().channels);
  if (!channels) return channels.error();
  auto format = sound_format(options.format, options.output, wav_like(reader->info()));
  if (!format) return format.error();
  files::EncodeOptions encode;
  encode.format = *format;
  encode.quality = options.quality;
  auto writer = files::AudioWriter::create(options.output, reader->info().rate, *channels, encode);
  if (!writer) return writer.error();
  auto report = render::through_effects(
      *reader, how,
      [&](const float* const* planes, int frames) { return writer->write(planes, frames); },
      session.progress());
  if (!report) return report.error();
  if (auto done = writer->finish(); !done) return done.error();
  session.warn(reader->warnings());
  return Done{*report, reader->info().rate, writer->clipped()};
}

int process_command(Session& session, const Options& options) {
  if (options.input.empty() || options.output.empty() || options.chain.empty()) {
    return session.fail({Code::wrong_usage, "An input, an output and --chain are needed.",
                         "For example: tutti fx in.wav out.wav --chain \"highpass freq=80\""});
  }
  if (options.output == "-" && session.json()) {
    return session.fail({Code::wrong_usage, "Standard output cannot take both sound and JSON.",
                         "Name a file as output, or leave --json away."});
  }
  auto done = process(options, session);
  if (!done) return session.fail(done.error());
  const auto& report = done->report;
  const auto loudness = render::loudness_of(report.loudness);
  if (done->clipped > 0) {
    session.warn(std::to_string(done->clipped) +
                 " samples were beyond full scale and were cut; turn it down, end the chain with "
                 "limiter, or write --format wav32f.");
  }
  if (session.json()) {
    return session.print(json::value{{"output", options.output},
                                     {"seconds", report.seconds},
                                     {"cpu_seconds", report.cpu_seconds},
                                     {"wall_seconds", report.wall_seconds},
                                     {"realtime_factor", number_or_null(report.realtime_factor)},
                                     {"rate", done->rate},
                                     {"channels", report.channels},
                                     {"latency_seconds", report.latency_seconds},
                                     {"clipped", done->clipped},
                                     {"loudness", loudness_json(loudness)}})
               ? kDone
               : kFailed;
  }
  if (options.output != "-") {
    char text[96];
    std::snprintf(text, sizeof text, "%.1f s of sound, %.0f times as fast as it plays; ",
                  report.seconds, report.realtime_factor);
    session.say(options.output + ": " + text + loudness_text(loudness) + ".");
  }
  return kDone;
}

}  // namespace

void add_fx(CLI::App& root, Session& session) {
  auto* command = root.add_subcommand("fx", "Effects: a recording through a row of them");
  auto options = std::make_shared<Options>();
  command->add_option("IN", options->input, "Recording, or - for standard input");
  command->add_option("OUT", options->output, "Where to: .wav, .flac, .mp3, .ogg, .opus, or -");
  command
      ->add_option("--chain", options->chain,
                   "Effects in order, separated by commas: \"compressor ratio=4, limiter\"")
      ->type_name("CHAIN");
  command
      ->add_option("--format", options->format,
                   "wav16, wav24, wav32f, flac, flac16, mp3, ogg, opus (.wav: as the input)")
      ->type_name("FORMAT");
  command->add_option("--quality", options->quality, "Of mp3, ogg and opus, 0 to 1 (0.7)")
      ->check(within(0.0, 1.0))
      ->type_name("Q");
  command->add_option("--tail", options->tail, "Let echoes ring for at most so many seconds (20)")
      ->check(within(0.0, 600.0))
      ->type_name("S");
  session.add_json_option(command);
  auto* list = command->add_subcommand("list", "Every effect, by category");
  session.add_json_option(list);
  auto* describe = command->add_subcommand("describe", "One effect: parameters, ranges, presets");
  describe->add_option("EFFECT", options->effect, "Its name, such as compressor")->required();
  session.add_json_option(describe);
  command->footer(
      "A value is written with or without its unit; preset=\"NAME\" starts from a preset,\n"
      "bypass=on leaves an effect out, impulse=FILE gives convolution-reverb its room.\n"
      "Examples:\n"
      "  tutti fx list\n"
      "  tutti fx describe compressor --json\n"
      "  tutti fx in.wav out.wav --chain \"highpass freq=80, compressor threshold=-18 ratio=4\"\n"
      "  tutti fx - - --chain \"reverb-plate mix=0.2\" < in.flac | ffplay -");
  session.on_run(command, [&session, options, list, describe] {
    if (list->parsed()) return list_command(session);
    if (describe->parsed()) return describe_command(session, options->effect);
    return process_command(session, *options);
  });
}

}  // namespace tutti::cli
