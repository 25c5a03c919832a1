// `tutti convert`: the same thing in another file format, sound to sound or notes to notes.
#include <algorithm>
#include <filesystem>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/music_file.h"
#include "cli/pack.h"
#include "engine/score/midi_file.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/files/resample.h"
#include "native/files/sniff.h"

namespace tutti::cli {
namespace {

struct Options {
  std::string input, output, format;
  int rate = 0;
  bool mono = false;
  double quality = 0.7;
};

struct Target {
  std::optional<files::AudioFormat> audio;
  std::optional<NotesFormat> notes;
};

Result<Target> target_of(const Options& options) {
  Target target;
  if (!options.format.empty()) {
    target.audio = files::audio_format_named(options.format);
    target.notes = notes_format_named(options.format);
    if (!target.audio && !target.notes) {
      return Error{
          Code::wrong_usage, "There is no format \"" + options.format + "\".",
          "Choose wav16, wav24, wav32f, flac, flac16, mp3, ogg, opus, mid, tutti, maa or json."};
    }
    return target;
  }
  target.audio = files::audio_format_of_path(options.output);
  target.notes = notes_format_of_path(options.output);
  if (!target.audio && !target.notes) {
    return Error{Code::wrong_usage,
                 "\"" + options.output + "\" has no ending that says what to write.",
                 "End it with .wav, .flac, .mp3, .ogg, .opus, .mid, .tutti, .maa or .json, or add "
                 "--format."};
  }
  return target;
}

// The pieces of one conversion of sound, streamed block by block.
class SoundConversion {
 public:
  SoundConversion(files::AudioReader& reader, const Options& options, files::AudioFormat format)
      : reader_(reader), options_(options), format_(format) {}

  Result<void> run(const Progress& progress) {
    const auto& info = reader_.info();
    const int out_channels = options_.mono ? 1 : info.channels;
    const int out_rate = options_.rate > 0 ? options_.rate : info.rate;
    files::EncodeOptions encode;
    encode.format = format_;
    // FLAC keeps what is there: 24 bits of a 16-bit recording would be half air.
    if (format_ == files::AudioFormat::flac && options_.format.empty() && out_rate == info.rate &&
        out_channels == info.channels && info.lossless && info.bits > 0 && info.bits <= 16)
      encode.format = files::AudioFormat::flac16;
    encode.quality = options_.quality;
    for (const auto& [key, value] : info.tags) {
      if (key == "title") encode.title = value;
      if (key == "artist") encode.artist = value;
    }
    auto writer = files::AudioWriter::create(options_.output, out_rate, out_channels, encode);
    if (!writer) return writer.error();
    if (out_rate != info.rate) {
      auto resampler = files::Resampler::create(info.rate, out_rate, out_channels);
      if (!resampler) return resampler.error();
      resampler_ = std::move(resampler).value();
      resampled_.resize(static_cast<std::size_t>(out_channels));
    }
    auto copied = copy(*writer, progress);
    if (!copied) return copied;
    clipped = writer->clipped();
    return writer->finish();
  }

  std::uint64_t clipped = 0;

 private:
  static constexpr int kStep = 1 << 14;

  Result<void> copy(files::AudioWriter& writer, const Progress& progress) {
    const auto channels = static_cast<std::size_t>(reader_.info().channels);
    std::vector<std::vector<float>> block(channels, std::vector<float>(kStep));
    std::vector<float*> into;
    for (auto& channel : block) into.push_back(channel.data());
    for (;;) {
      auto got = reader_.read(into.data(), kStep);
      if (!got) return got.error();
      if (*got == 0) break;
      if (options_.mono && channels > 1) mix_down(block, *got);
      auto passed = pass_on({into.begin(), into.end()}, *got, writer);
      if (!passed) return passed;
      if (progress && !progress(reader_.fraction(), "Converting"))
        return Error{Code::cancelled, "Stopped.", "Start again when you like."};
    }
    if (!resampler_) return {};
    resampler_->finish(resampled_);
    return drain(writer);
  }

  static void mix_down(std::vector<std::vector<float>>& block, int frames) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(frames); ++i) {
      double sum = 0;
      for (const auto& channel : block) sum += static_cast<double>(channel[i]);
      block[0][i] = static_cast<float>(sum / static_cast<double>(block.size()));
    }
  }

  Result<void> pass_on(std::vector<const float*> from, int frames, files::AudioWriter& writer) {
    if (!resampler_) return writer.write(from.data(), frames);
    resampler_->push(from.data(), frames, resampled_);
    return drain(writer);
  }

  Result<void> drain(files::AudioWriter& writer) {
    std::vector<const float*> from;
    for (const auto& channel : resampled_) from.push_back(channel.data());
    auto written = writer.write(from.data(), static_cast<int>(resampled_[0].size()));
    for (auto& channel : resampled_) channel.clear();
    return written;
  }

  files::AudioReader& reader_;
  const Options& options_;
  files::AudioFormat format_;
  std::optional<files::Resampler> resampler_;
  std::vector<std::vector<float>> resampled_;
};

bool is_pipe(const std::string& path) {
  std::error_code error;
  return path == "-" ||
         (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error) &&
          !std::filesystem::is_directory(path, error));
}

Result<void> convert_sound(std::span<const std::byte> bytes, const Options& options,
                           files::AudioFormat format, Session& session) {
  // A pipe has been read to its end already; a file is streamed from the disk.
  const auto source = is_pipe(options.input) ? files::AudioSource::bytes(bytes, options.input)
                                             : files::AudioSource::path(options.input);
  auto reader = files::AudioReader::open(source);
  if (!reader) return reader.error();
  SoundConversion conversion(*reader, options, format);
  auto converted = conversion.run(session.progress());
  if (!converted) return converted;
  session.warn(reader->warnings());
  if (conversion.clipped > 0) {
    session.warn(std::to_string(conversion.clipped) +
                 " samples were louder than full scale and were cut; wav32f keeps them.");
  }
  return {};
}

Result<void> convert_notes(std::span<const std::byte> bytes, const Options& options,
                           NotesFormat format, Session& session) {
  std::vector<std::byte> out;
  if (files::kind_of(bytes) == files::FileKind::midi && format == NotesFormat::midi) {
    // Event by event, so that nothing in the file is lost, not even what is no music.
    auto file = score::read_midi(bytes);
    if (!file) return file.error();
    session.warn(file->warnings);
    out = score::write_midi(*file);
  } else {
    auto music = load_music(bytes, options.input);
    if (!music) return music.error();
    session.warn(music->warnings);
    out = save_music(music->document, format, now_iso8601());
  }
  return files::write_file(options.output, std::span<const std::byte>(out));
}

// The first bytes tell sound from notes. A pipe cannot be read twice, so it is held whole; a file
// of sound may be larger than memory likes and only its head is read here.
Result<std::vector<std::byte>> first_look(const std::string& path) {
  if (is_pipe(path)) return files::read_file(path);
  auto stream = files::read_head(path, 4096);
  if (!stream) return stream.error();
  const auto kind = files::kind_of(*stream);
  const bool notes = kind == files::FileKind::midi || kind == files::FileKind::json ||
                     kind == files::FileKind::text;
  return notes ? files::read_file(path) : stream;
}

int convert_command(Session& session, const Options& options) {
  if (options.format.empty() && options.output.ends_with(".tuttiz")) {
    auto packed = pack_project(options.input, options.output, session);
    if (!packed) return session.fail(packed.error());
    if (session.json()) return session.print({{"output", options.output}}) ? kDone : kFailed;
    session.say(options.output + " is written.");
    return kDone;
  }
  auto target = target_of(options);
  if (!target) return session.fail(target.error());
  auto bytes = first_look(options.input);
  if (!bytes) return session.fail(bytes.error());
  const auto kind = files::kind_of(*bytes);
  const bool notes = kind == files::FileKind::midi || kind == files::FileKind::json;
  if (notes && target->audio) {
    return session.fail({Code::wrong_usage, "Notes have no sound of their own.",
                         "Play them on an instrument: tutti render FILE -o OUT"});
  }
  if (kind == files::FileKind::audio && target->notes) {
    return session.fail({Code::wrong_usage,
                         "A recording is not converted to notes, it is transcribed.",
                         "Use: tutti transcribe FILE -o melody.mid"});
  }
  auto converted = target->notes ? convert_notes(*bytes, options, *target->notes, session)
                                 : convert_sound(*bytes, options, *target->audio, session);
  if (!converted) return session.fail(converted.error());
  if (session.json()) return session.print({{"output", options.output}}) ? kDone : kFailed;
  if (options.output != "-") session.say(options.output + " is written.");
  return kDone;
}

}  // namespace

void add_convert(CLI::App& root, Session& session) {
  auto* command =
      root.add_subcommand("convert", "Another file format: sound to sound, notes to notes");
  auto options = std::make_shared<Options>();
  command->add_option("IN", options->input, "Audio file, MIDI file, .tutti, .maa, JSON notes, or -")
      ->required();
  command
      ->add_option("-o,--output", options->output,
                   "Where to; the ending says the format: .wav .flac .mp3 .ogg .opus .mid .tutti "
                   ".tuttiz .maa .json")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--format", options->format,
                   "Format, if the ending does not say it (wav24, flac, mid …)")
      ->type_name("FORMAT");
  command->add_option("--rate", options->rate, "Sound: frames a second")
      ->check(within(8000, 192000))
      ->type_name("HZ");
  command->add_flag("--mono", options->mono, "Sound: mix to one channel");
  command->add_option("--quality", options->quality, "Of mp3, ogg and opus, 0 to 1 (0.7)")
      ->check(within(0.0, 1.0))
      ->type_name("Q");
  session.add_json_option(command);
  command->footer(
      "Examples:\n"
      "  tutti convert take.m4a -o take.flac\n"
      "  tutti convert take.wav -o take.opus --quality 0.5\n"
      "  tutti convert take.wav -o studio.wav --format wav24 --rate 96000\n"
      "  tutti convert song.maa -o song.tutti\n"
      "  tutti convert song.tutti -o song.tuttiz        with its recordings\n"
      "  tutti convert song.tutti -o - --format mid > song.mid");
  session.on_run(command, [&session, options] { return convert_command(session, *options); });
}

}  // namespace tutti::cli
