// `tutti loudness`: how loud a recording is, as broadcasters and streaming services measure it.
#include "engine/dsp/loudness.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/sound.h"

namespace tutti::cli {
namespace {

constexpr int kPiece = 16384;

struct Measured {
  render::Loudness loudness;
  double seconds = 0;
  files::AudioInfo info;
};

Result<Measured> measure(const std::string& input, Session& session) {
  auto source = sound_source(input);
  if (!source) return source.error();
  auto reader = files::AudioReader::open(*source, any_length());
  if (!reader) return reader.error();
  const auto channels = static_cast<std::size_t>(reader->info().channels);
  dsp::LoudnessScan scan(reader->info().rate, reader->info().channels);
  std::vector<std::vector<float>> block(channels, std::vector<float>(kPiece));
  std::vector<float*> to;
  for (auto& plane : block) to.push_back(plane.data());
  const std::vector<const float*> from(to.begin(), to.end());
  const Progress progress = session.progress();
  for (;;) {
    auto count = reader->read(to.data(), kPiece);
    if (!count) return count.error();
    if (*count == 0) break;
    scan.add(from, *count);
    if (!progress(reader->fraction(), "Listening"))
      return Error{Code::cancelled, "Stopped.", "Start it again when you like."};
  }
  session.warn(reader->warnings());
  return Measured{render::loudness_of(scan.report()),
                  static_cast<double>(reader->position()) / reader->info().rate, reader->info()};
}

std::string level(double value, const char* unit) {
  if (!std::isfinite(value)) return "silent";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", value, unit);
  return text;
}

int loudness_command(Session& session, const std::string& input) {
  auto measured = measure(input, session);
  if (!measured) return session.fail(measured.error());
  const auto& loud = measured->loudness;
  if (session.json()) {
    json::object out = loudness_json(loud);
    out["seconds"] = measured->seconds;
    out["rate"] = measured->info.rate;
    out["channels"] = measured->info.channels;
    return session.print(json::value(std::move(out))) ? kDone : kFailed;
  }
  const std::string text =
      "Integrated      " + level(loud.integrated, "LUFS") + "\nRange           " +
      level(loud.range, "LU") + "\nMomentary max   " + level(loud.momentary_max, "LUFS") +
      "\nShort-term max  " + level(loud.short_term_max, "LUFS") + "\nTrue peak       " +
      level(loud.true_peak, "dBTP") + "\nSample peak     " + level(loud.sample_peak, "dBFS") + "\n";
  return session.print(text) ? kDone : kFailed;
}

}  // namespace

void add_loudness(CLI::App& root, Session& session) {
  auto* command = root.add_subcommand(
      "loudness", "How loud a recording is: LUFS, range, true peak (EBU R 128)");
  auto input = std::make_shared<std::string>();
  command->add_option("FILE", *input, "Recording, or - for standard input")->required();
  session.add_json_option(command);
  command->footer(
      "Measured as ITU-R BS.1770-4 and EBU Tech 3341 and 3342 say, in bounded memory.\n"
      "Examples:\n"
      "  tutti loudness mix.wav\n"
      "  tutti loudness mix.flac --json\n"
      "  ffmpeg -i film.mkv -f wav - | tutti loudness -");
  session.on_run(command, [&session, input] { return loudness_command(session, *input); });
}

}  // namespace tutti::cli
