// `tutti stream`: the endless music, on the sound card or down a pipe, controlled by lines of text.
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <poll.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/music_options.h"
#include "engine/compose/setting_text.h"
#include "native/device/sound_card.h"
#include "native/live/mp3_encoder.h"
#include "native/live/ogg_opus.h"
#include "native/live/opus_encoder.h"

namespace tutti::cli {
namespace {

using compose::Setting;

constexpr int kBlock = 960;   // frames: 20 ms at 48 kHz, an Opus packet
constexpr double kEnd = 0.4;  // seconds of fade when it is stopped
constexpr double kCardLatency = 0.08;

struct Options {
  std::shared_ptr<MusicOptions> music = std::make_shared<MusicOptions>();
  std::string output, format, device;
  double minutes = 0;
};

// Where the sound goes. gone: nobody listens any more, which ends the music in peace.
enum class Heard { yes, gone };
class Sink {
 public:
  virtual ~Sink() = default;
  virtual Result<Heard> play(const float* left, const float* right) = 0;  // kBlock frames
  virtual Result<Heard> finish() { return Heard::yes; }
};

class CardSink final : public Sink {
 public:
  explicit CardSink(device::SoundCard card) : card_(std::move(card)) {}
  Result<Heard> play(const float* left, const float* right) override {
    for (int f = 0; f < kBlock; ++f) both_[2 * f] = left[f], both_[2 * f + 1] = right[f];
    if (auto ok = card_.write(both_, kBlock); !ok) return ok.error();
    return Heard::yes;
  }

 private:
  device::SoundCard card_;
  float both_[2 * kBlock] = {};
};

Result<Heard> to_pipe(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno == EPIPE) return Heard::gone;
      return Error{Code::io,
                   std::string("Standard output took no more (") + std::strerror(errno) + ").",
                   "Check what it is connected to."};
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return Heard::yes;
}

// 16-bit samples, with the head of a WAVE file that never ends.
class PcmSink final : public Sink {
 public:
  PcmSink(int rate, bool head) {
    if (!head) return;
    const auto put = [&](std::uint32_t value, int bytes) {
      for (int i = 0; i < bytes; ++i) pending_ += static_cast<char>(value >> (8 * i) & 255);
    };
    const auto frames = static_cast<std::uint32_t>(rate);
    pending_ = "RIFF";
    put(0xffffffff, 4);
    pending_ += "WAVEfmt ";
    put(16, 4), put(1, 2), put(2, 2), put(frames, 4), put(frames * 4, 4), put(4, 2), put(16, 2);
    pending_ += "data";
    put(0xffffffff, 4);
  }
  Result<Heard> play(const float* left, const float* right) override {
    for (int f = 0; f < kBlock; ++f) {
      for (const float x : {left[f], right[f]}) {
        const auto whole = static_cast<int>(std::floor(std::clamp(x, -1.0f, 1.0f) * 32767 + 0.5f));
        pending_ += static_cast<char>(whole & 255);
        pending_ += static_cast<char>(whole >> 8 & 255);
      }
    }
    auto heard = to_pipe(pending_);
    pending_.clear();
    return heard;
  }

 private:
  std::string pending_;
};

class OggSink final : public Sink {
 public:
  OggSink(live::OpusEncoder encoder, live::OggOpusMuxer muxer)
      : encoder_(std::move(encoder)), muxer_(std::move(muxer)), pending_(muxer_.headers()) {}
  Result<Heard> play(const float* left, const float* right) override {
    packet_.clear();
    encoder_.encode(left, right, packet_);
    muxer_.add(packet_, kBlock);
    pending_ += muxer_.page();
    auto heard = to_pipe(pending_);
    pending_.clear();
    return heard;
  }
  Result<Heard> finish() override { return to_pipe(muxer_.end()); }

 private:
  live::OpusEncoder encoder_;
  live::OggOpusMuxer muxer_;
  std::string pending_;
  std::vector<std::uint8_t> packet_;
};

class Mp3Sink final : public Sink {
 public:
  explicit Mp3Sink(live::Mp3Encoder encoder) : encoder_(std::move(encoder)) {}
  Result<Heard> play(const float* left, const float* right) override {
    return to_pipe(encoder_.encode(left, right, kBlock).bytes);
  }
  Result<Heard> finish() override { return to_pipe(encoder_.finish().bytes); }

 private:
  live::Mp3Encoder encoder_;
};

Result<std::unique_ptr<Sink>> sink_for(const Options& options, int rate, Session& session) {
  if (options.output.empty()) {
    auto card = device::SoundCard::open(rate, kCardLatency, options.device);
    if (!card) return misnamed(card.error());
    session.say("Playing on " + card->name() + ".");
    return std::unique_ptr<Sink>(std::make_unique<CardSink>(std::move(*card)));
  }
  if (options.output != "-") {
    return Error{Code::wrong_usage, "The endless music fits no file.",
                 "Write -o - for a pipe, or use: tutti compose --minutes M -o " + options.output};
  }
  if (options.format == "wav" || options.format == "raw" || options.format.empty())
    return std::unique_ptr<Sink>(std::make_unique<PcmSink>(rate, options.format != "raw"));
  if (options.format == "ogg" || options.format == "opus") {
    if (rate != live::kOpusRate) {
      return Error{Code::wrong_usage, "Opus is made at 48000 frames a second.",
                   "Leave --rate away, or use --format wav."};
    }
    auto encoder = live::OpusEncoder::make();
    if (!encoder) return encoder.error();
    auto muxer = live::OggOpusMuxer::make(1, encoder->pre_skip(), {{"TITLE", "Tutti"}});
    if (!muxer) return muxer.error();
    return std::unique_ptr<Sink>(std::make_unique<OggSink>(std::move(*encoder), std::move(*muxer)));
  }
  if (options.format == "mp3") {
    live::Mp3Settings settings;
    settings.rate = rate;
    auto encoder = live::Mp3Encoder::make(settings);
    if (!encoder) return encoder.error();
    return std::unique_ptr<Sink>(std::make_unique<Mp3Sink>(std::move(*encoder)));
  }
  return Error{Code::wrong_usage, "There is no format \"" + options.format + "\" for a stream.",
               "Choose wav, raw, ogg or mp3."};
}

// Lines that came on standard input, without ever waiting for them.
class Lines {
 public:
  std::optional<std::string> next() {
    for (;;) {
      const auto end = text_.find('\n');
      if (end != std::string::npos) {
        std::string line = text_.substr(0, end);
        text_.erase(0, end + 1);
        return line;
      }
      pollfd ready{STDIN_FILENO, POLLIN, 0};
      if (ended_ || ::poll(&ready, 1, 0) <= 0) return std::nullopt;
      char some[512];
      const ssize_t n = ::read(STDIN_FILENO, some, sizeof some);
      if (n > 0) {
        text_.append(some, static_cast<std::size_t>(n));
        if (text_.size() > (1 << 16)) text_.clear();  // nobody types such lines
        continue;
      }
      if (n < 0 && (errno == EINTR || errno == EAGAIN)) return std::nullopt;
      ended_ = true;
      if (text_.empty()) return std::nullopt;
      text_ += '\n';
    }
  }

 private:
  std::string text_;
  bool ended_ = false;
};

std::string help_text() {
  std::string text = "Type what you want to hear:\n";
  const auto table = compose::setting_table();
  for (std::size_t i = 0; i < static_cast<std::size_t>(Setting::pad_on); ++i) {
    std::string range;
    for (const auto choice : table[i].choices)
      range += (range.empty() ? "" : ", ") + std::string(choice);
    if (range.empty()) {
      char bounds[48];
      std::snprintf(bounds, sizeof bounds, "%g to %g", table[i].min, table[i].max);
      range = bounds;
    }
    text += "  " + std::string(table[i].id) + " X: " + range + "\n";
  }
  text += "  pad off, pad on, pad -3: a voice (";
  for (int v = 0; v < compose::kVoices; ++v)
    text += (v == 0 ? "" : ", ") + std::string(compose::name_of(static_cast<compose::Voice>(v)));
  return text + ")\n  seed N: another piece\n  quit";
}

// True when the person wants to end.
bool obey(const std::string& line, stream::Channel& channel, Session& session) {
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string::npos) return false;
  const std::string words = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
  if (words == "quit" || words == "q" || words == "exit") return true;
  if (words == "help" || words == "?") {
    session.say(help_text());
    return false;
  }
  std::vector<stream::Change> changes;
  std::optional<std::uint64_t> seed;
  if (words.starts_with("seed ")) {
    const auto number = seed_from(words.substr(words.find_first_not_of(' ', 5)));
    if (!number) return session.warn(number.error().message + " " + number.error().next), false;
    seed = *number;
  } else {
    auto asked = changes_from(words);
    if (!asked) return session.warn(asked.error().message + " " + asked.error().next), false;
    changes = std::move(*asked);
  }
  channel.control(changes, seed);
  const bool waits = seed || std::any_of(changes.begin(), changes.end(), [](const auto& change) {
                       return compose::when_of(change.setting) == compose::When::at_bar;
                     });
  if (waits) {
    const auto& bar = channel.bar();
    char text[64];
    std::snprintf(text, sizeof text, ": in %.1f beats.",
                  4 * static_cast<double>(channel.next_bar() - channel.frame()) /
                      static_cast<double>(bar.frames));
    session.say(words + text);
  } else {
    session.say(words + ": now.");
  }
  return false;
}

int stream_command(Session& session, const Options& options) {
  if (options.output.empty() && !options.format.empty()) {
    return session.fail({Code::wrong_usage, "A sound card takes no format.",
                         "Add -o - to write to a pipe, or leave --format away."});
  }
  const auto log = log_of(*options.music);
  if (!log) return session.fail(log.error());
  auto sink = sink_for(options, log->rate, session);
  if (!sink) return session.fail(sink.error());
  stream::Channel channel(bring_music(*options.music, session), *log);
  session.say(words_of(log->start) + ", seed " + std::to_string(log->seed) +
              ". Type help to see what can be asked; Ctrl-C ends.");
  Lines lines;
  std::vector<float> left(kBlock), right(kBlock);
  const auto fade = static_cast<std::int64_t>(kEnd * log->rate);
  std::int64_t ending = -1;  // frames of the fade that are left
  const std::int64_t last =
      options.minutes > 0 ? std::llround(options.minutes * 60 * log->rate) - fade : -1;
  while (ending != 0) {
    if (ending < 0) {
      bool quit = Session::interrupted() || (last >= 0 && channel.frame() >= last);
      while (!quit) {
        const auto line = lines.next();
        if (!line) break;
        quit = obey(*line, channel, session);
      }
      if (quit) ending = fade;
    }
    channel.render(left.data(), right.data(), kBlock);
    channel.take_bars();
    if (ending >= 0) {
      for (std::size_t f = 0; f < kBlock; ++f) {
        const float gain = static_cast<float>(ending) / static_cast<float>(fade);
        left[f] *= gain * gain;
        right[f] *= gain * gain;
        if (ending > 0) --ending;
      }
    }
    const auto heard = (*sink)->play(left.data(), right.data());
    if (!heard) return session.fail(heard.error());
    if (*heard == Heard::gone) return kDone;
  }
  const auto heard = (*sink)->finish();
  return heard ? static_cast<int>(kDone) : session.fail(heard.error());
}

}  // namespace

void add_stream(CLI::App& root, Session& session) {
  auto* command = root.add_subcommand("stream", "Endless music, on the sound card or down a pipe");
  auto options = std::make_shared<Options>();
  add_music_options(command, options->music);
  command->add_option("--minutes", options->minutes, "End after so long (never)")
      ->check(within(0.01, 1e6))
      ->type_name("M");
  command->add_option("--device", options->device, "Sound card, by a part of its name")
      ->type_name("NAME");
  command->add_option("-o,--output", options->output, "-: to standard output instead of the card")
      ->type_name("-");
  command->add_option("--format", options->format, "Of -o -: wav, raw (16 bit), ogg, mp3 (wav)")
      ->type_name("FORMAT");
  command->footer(
      "Lines on standard input change the music while it plays: \"key D\", \"bpm 80\",\n"
      "\"intensity 0.7\", \"style night\", \"pad off\", \"seed 9\", \"help\".\n"
      "Examples:\n"
      "  tutti stream --style night --intensity 0.3\n"
      "  tutti stream -o - --format ogg | ffplay -nodisp -\n"
      "  tutti stream -o - --format raw | aplay -f S16_LE -c 2 -r 48000");
  session.on_run(command, [&session, options] { return stream_command(session, *options); });
}

}  // namespace tutti::cli
