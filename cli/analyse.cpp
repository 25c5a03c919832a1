// `tutti analyse`: what the program hears in a recording, and where it is hard to play.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/sound.h"
#include "engine/analysis/pitch.h"
#include "engine/analysis/song_analysis.h"
#include "engine/practice/part.h"

namespace tutti::cli {
namespace {

constexpr int kPiece = 16384;

struct Options {
  std::string input;
  std::string as;
  bool difficulty = false;
  int most = 3;
  std::string instrument;
  std::string stems;
};

// A recording read once from front to back, handed on piece by piece.
template <class Take>
Result<files::AudioInfo> listen(const std::string& input, Session& session,
                                const Progress& progress, const Take& take) {
  auto source = sound_source(input);
  if (!source) return source.error();
  auto reader = files::AudioReader::open(*source, any_length());
  if (!reader) return reader.error();
  const auto channels = static_cast<std::size_t>(reader->info().channels);
  std::vector<std::vector<float>> block(channels, std::vector<float>(kPiece));
  std::vector<float*> to;
  for (auto& plane : block) to.push_back(plane.data());
  const std::vector<const float*> from(to.begin(), to.end());
  for (;;) {
    auto count = reader->read(to.data(), kPiece);
    if (!count) return count.error();
    if (*count == 0) break;
    take(reader->info(), from, *count);
    if (!progress(reader->fraction(), "Listening"))
      return Error{Code::cancelled, "Stopped.", "Start it again when you like."};
  }
  session.warn(reader->warnings());
  return reader->info();
}

void mix(std::span<const float* const> channels, int frames, std::vector<float>& out) {
  out.assign(static_cast<std::size_t>(frames), 0);
  const float share = 1.0f / static_cast<float>(channels.size());
  for (const float* channel : channels)
    for (int i = 0; i < frames; ++i) out[static_cast<std::size_t>(i)] += share * channel[i];
}

// The file of one instrument in a folder of stems, whatever its kind.
Result<std::string> stem_in(const std::string& folder, std::string_view instrument) {
  for (const char* ending : {".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a"}) {
    const auto path = std::filesystem::path(folder) / (std::string(instrument) + ending);
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return path.string();
  }
  return Error{Code::not_found,
               "There is no " + std::string(instrument) + ".wav in \"" + folder + "\".",
               "Make the stems with: tutti separate SONG -o \"" + folder + "\""};
}

struct Heard {
  analysis::SongAnalysis song;
  std::vector<practice::HardPassage> hard;
};

Result<Heard> hear(const Options& options, bool difficulty, Session& session) {
  std::optional<practice::Instrument> instrument;
  if (!options.instrument.empty()) {
    instrument = practice::instrument_of(options.instrument);
    if (!instrument)
      return Error{Code::wrong_usage, "\"" + options.instrument + "\" is no instrument.",
                   "Choose drums, bass, other or vocals."};
  }
  std::string stem;
  if (!options.stems.empty()) {
    if (!instrument)
      return Error{Code::wrong_usage, "--stems needs --instrument.",
                   "Say which stem to judge: --instrument drums, bass, other or vocals."};
    auto found = stem_in(options.stems, options.instrument);
    if (!found) return found.error();
    stem = std::move(*found);
  }
  const Progress progress = session.progress();
  std::optional<analysis::SongListener> listener;
  std::optional<practice::PartListener> part;
  std::vector<float> mono;
  const bool own_part = difficulty && stem.empty();
  const double until = stem.empty() ? 0.7 : 0.5;
  auto read = listen(options.input, session, part_of(progress, 0, until),
                     [&](const files::AudioInfo& info, std::span<const float* const> from, int n) {
                       if (!listener) listener.emplace(info.rate, info.channels);
                       listener->add(from, n);
                       if (!own_part) return;
                       if (!part)
                         part.emplace(instrument.value_or(practice::Instrument::other), info.rate);
                       mix(from, n, mono);
                       part->add(mono);
                     });
  if (!read) return read.error();
  if (!listener) listener.emplace(read->rate, read->channels);
  Heard heard;
  auto song = listener->finish(part_of(progress, until, until + 0.2));
  if (!song) return song.error();
  heard.song = std::move(*song);
  if (!difficulty) return heard;
  if (!stem.empty()) {
    auto other =
        listen(stem, session, part_of(progress, 0.7, 0.9),
               [&](const files::AudioInfo& info, std::span<const float* const> from, int n) {
                 if (!part) part.emplace(*instrument, info.rate);
                 mix(from, n, mono);
                 part->add(mono);
               });
    if (!other) return other.error();
  } else if (instrument) {
    session.warn(
        "The whole mix is judged. Make stems with tutti separate and name them with --stems to "
        "judge one instrument.");
  }
  if (!part) return heard;
  auto played = part->finish(part_of(progress, 0.9, 1));
  if (!played) return played.error();
  practice::DifficultyOptions wanted;
  wanted.most = options.most;
  heard.hard = practice::hard_passages(heard.song, *played, wanted);
  return heard;
}

std::string clock(double seconds) {
  char text[32];
  const int minutes = static_cast<int>(seconds / 60);
  std::snprintf(text, sizeof text, "%d:%04.1f", minutes, seconds - 60 * minutes);
  return text;
}

std::string text_of(const Heard& heard, bool difficulty) {
  const auto& song = heard.song;
  char line[200];
  std::string out;
  const auto row = [&](const char* name, const std::string& value) {
    std::snprintf(line, sizeof line, "%-12s", name);
    out += line + value + "\n";
  };
  if (song.tempo > 0) {
    std::snprintf(line, sizeof line, "%.1f beats a minute (or %.1f)", song.tempo, song.tempo_other);
    std::string tempo = line;
    if (song.tempo_other <= 0) tempo = tempo.substr(0, tempo.find(" ("));
    row("Tempo", tempo);
    std::snprintf(line, sizeof line, "%d beats a bar, %d bars, the first at %s", song.beats_per_bar,
                  analysis::bar_count(song), clock(analysis::bar_start(song, 0)).c_str());
    row("Metre", line);
  } else {
    row("Tempo", "no steady beat");
  }
  row("Key", song.key.empty() ? "none" : song.key);
  std::snprintf(line, sizeof line, "A4 at %.1f Hz (%+.0f cents)", song.tuning_hz,
                song.tuning_cents);
  row("Tuning", line);
  const double loud = song.loudness.integrated;
  std::snprintf(line, sizeof line, "%.1f LUFS, true peak %.1f dB", loud, song.loudness.true_peak);
  row("Loudness", loud > dsp::kSilence ? line : "silent, or too short to say");
  if (!song.sections.empty()) {
    out += "\nParts\n";
    for (const auto& s : song.sections)
      out += "  " + clock(s.start) + " – " + clock(s.end) + "  " + s.letter + "  " + s.name + "\n";
  }
  if (!song.chords.empty()) {
    out += "\nChords\n";
    for (const auto& c : song.chords)
      out += "  " + clock(c.start) + "  " + analysis::chord_symbol(c.name) + "\n";
  }
  if (difficulty) {
    out += heard.hard.empty() ? "\nNo passage stands out as hard.\n" : "\nHard passages\n";
    for (const auto& p : heard.hard) {
      std::snprintf(line, sizeof line, "  bars %d – %d (%s – %s): ", p.first_bar, p.last_bar,
                    clock(p.start).c_str(), clock(p.end).c_str());
      out += line;
      for (std::size_t i = 0; i < p.reasons.size(); ++i) out += (i ? ", " : "") + p.reasons[i].text;
      out += "\n";
    }
  }
  return out;
}

// One thing alone, in the form that `tutti evaluate` and mir_eval read.
std::string plain_text_of(const analysis::SongAnalysis& song, const std::string& as) {
  std::string out;
  char line[120];
  const auto times = [&](const std::vector<double>& list) {
    for (double t : list) std::snprintf(line, sizeof line, "%.4f\n", t), out += line;
  };
  if (as == "beats") times(song.beats);
  if (as == "downbeats") times(song.downbeats);
  if (as == "key" && !song.key.empty()) {
    std::string key = song.key;  // mir_eval separates by a tab or a blank
    out = key + "\n";
  }
  if (as == "tempo") {
    const double other = song.tempo_other > 0 ? song.tempo_other : song.tempo;
    const double slow = std::min(song.tempo, other), fast = std::max(song.tempo, other);
    const double weight = slow == song.tempo ? song.tempo_confidence : 1 - song.tempo_confidence;
    std::snprintf(line, sizeof line, "%.2f\t%.2f\t%.2f\n", slow, fast, weight);
    out = line;
  }
  if (as == "chords")
    for (const auto& c : song.chords)
      std::snprintf(line, sizeof line, "%.4f\t%.4f\t%s\n", c.start, c.end, c.name.c_str()),
          out += line;
  if (as == "sections")
    for (const auto& s : song.sections)
      std::snprintf(line, sizeof line, "%.4f\t%.4f\t%s\n", s.start, s.end, s.letter.c_str()),
          out += line;
  return out;
}

// The pitch of a voice alone, a line each 6 ms.
int print_melody(Session& session, const Options& options) {
  std::vector<float> mono, piece;
  double rate = 0;
  const Progress progress = session.progress();
  auto read = listen(options.input, session, part_of(progress, 0, 0.2),
                     [&](const files::AudioInfo& info, std::span<const float* const> from, int n) {
                       rate = info.rate;
                       mix(from, n, piece);
                       mono.insert(mono.end(), piece.begin(), piece.end());
                     });
  if (!read) return session.fail(read.error());
  auto voice = analysis::track_voice(mono, rate > 0 ? rate : 44100, {}, part_of(progress, 0.2, 1));
  if (!voice) return session.fail(voice.error());
  if (session.json()) {
    json::array hz;
    for (float f : voice->hz) hz.emplace_back(std::round(f * 100.0) / 100);
    return session.print(json::value(json::object{{"hop", voice->hop}, {"hz", std::move(hz)}}))
               ? kDone
               : kFailed;
  }
  std::string out;
  char line[64];
  for (std::size_t i = 0; i < voice->frames(); ++i) {
    std::snprintf(line, sizeof line, "%.4f\t%.3f\n", static_cast<double>(i) * voice->hop,
                  static_cast<double>(voice->hz[i]));
    out += line;
  }
  return session.print(out) ? kDone : kFailed;
}

int analyse_command(Session& session, const Options& options) {
  if (options.as == "melody") return print_melody(session, options);
  const bool difficulty = options.difficulty || !options.stems.empty() ||
                          !options.instrument.empty() || (session.json() && options.as.empty());
  auto heard = hear(options, difficulty, session);
  if (!heard) return session.fail(heard.error());
  if (!options.as.empty() && !session.json())
    return session.print(plain_text_of(heard->song, options.as)) ? kDone : kFailed;
  if (session.json()) {
    json::object out = analysis::json_of(heard->song);
    if (difficulty) out["difficulty"] = practice::json_of(heard->hard);
    return session.print(json::value(std::move(out))) ? kDone : kFailed;
  }
  return session.print(text_of(*heard, difficulty)) ? kDone : kFailed;
}

}  // namespace

void add_analyse(CLI::App& root, Session& session) {
  auto* command = root.add_subcommand(
      "analyse", "Tempo, beats, metre, key, chords, parts of a song, and where it is hard");
  auto options = std::make_shared<Options>();
  command
      ->add_option("FILE", options->input,
                   "The recording: WAV, FLAC, MP3, Ogg, Opus, M4A, WebM, AIFF, or -")
      ->required();
  command
      ->add_option("--as", options->as,
                   "One thing alone, as tutti evaluate reads it: beats, downbeats, tempo, key, "
                   "chords, sections, or melody (of a voice alone)")
      ->check(CLI::IsMember({"beats", "downbeats", "tempo", "key", "chords", "sections", "melody"}))
      ->type_name("WHAT");
  command->add_flag("--difficulty", options->difficulty, "Find the hard passages too");
  command->add_option("--most", options->most, "How many passages at most (3)")
      ->check(CLI::Range(1, 50))
      ->type_name("N");
  command
      ->add_option("--instrument", options->instrument,
                   "What one plays: drums, bass, other or vocals")
      ->type_name("NAME");
  command
      ->add_option("--stems", options->stems,
                   "Folder with the stems of tutti separate, to judge one instrument by its own")
      ->type_name("DIR");
  session.add_json_option(command);
  command->footer(
      "Examples:\n"
      "  tutti analyse song.mp3\n"
      "  tutti analyse song.mp3 --json | jq .tempo\n"
      "  tutti analyse song.mp3 --as beats > est.txt && tutti evaluate beats truth.txt est.txt\n"
      "  tutti separate song.mp3 -o stems/ && \\\n"
      "    tutti analyse song.mp3 --difficulty --instrument bass --stems stems/");
  session.on_run(command, [&session, options] { return analyse_command(session, *options); });
}

}  // namespace tutti::cli
