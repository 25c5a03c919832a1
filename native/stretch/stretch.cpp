#include "native/stretch/stretch.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <rubberband/RubberBandStretcher.h>
#include <vector>

#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"

namespace tutti::stretch {
namespace {

using RubberBand::RubberBandStretcher;
namespace fs = std::filesystem;

constexpr int kPiece = 4096;

files::DecodeLimits any_length() {
  files::DecodeLimits limits;
  limits.bytes = std::uint64_t{1} << 40;
  limits.seconds = 48 * 3600;
  return limits;
}

class Planes {
 public:
  Planes(std::size_t channels, std::size_t frames)
      : data_(channels, std::vector<float>(frames)), pointers_(channels) {
    for (std::size_t c = 0; c < channels; ++c) pointers_[c] = data_[c].data();
  }
  float* const* get() { return pointers_.data(); }

 private:
  std::vector<std::vector<float>> data_;
  std::vector<float*> pointers_;
};

// Every piece of a recording to `take(channels, frames, last)`.
template <class Take>
Result<std::int64_t> each_piece(const files::AudioSource& input, const Take& take) {
  auto reader = files::AudioReader::open(input, any_length());
  if (!reader) return reader.error();
  const auto channels = static_cast<std::size_t>(reader->info().channels);
  Planes now(channels, kPiece), next(channels, kPiece);
  std::int64_t total = 0;
  auto count = reader->read(now.get(), kPiece);
  if (!count) return count.error();
  int have = *count;
  while (have > 0) {
    auto more = reader->read(next.get(), kPiece);
    if (!more) return more.error();
    if (auto ok = take(now.get(), have, *more == 0, reader->fraction()); !ok) return ok.error();
    total += have;
    std::swap(now, next);
    have = *more;
  }
  return total;
}

Error cancelled() {
  return {Code::cancelled, "Stopped.", "Start it again when you want it."};
}

template <class Output>
Result<void> run(const files::AudioSource& input, const Output& output, const Settings& settings,
                 const Progress& progress) {
  if (!(settings.ratio >= 0.1 && settings.ratio <= 10) ||
      !(settings.semitones >= -24 && settings.semitones <= 24)) {
    return Error{Code::wrong_usage,
                 "A recording is stretched 0.1 to 10 times and shifted by up to "
                 "24 semitones.",
                 "Choose values in that range."};
  }
  auto head = files::AudioReader::open(input, any_length());
  if (!head) return head.error();
  const auto info = head->info();
  const auto channels = static_cast<std::size_t>(info.channels);
  RubberBandStretcher stretcher(
      static_cast<std::size_t>(info.rate), channels,
      RubberBandStretcher::OptionProcessOffline | RubberBandStretcher::OptionEngineFiner |
          RubberBandStretcher::OptionThreadingNever | RubberBandStretcher::OptionChannelsTogether,
      settings.ratio, std::exp2(settings.semitones / 12));
  stretcher.setMaxProcessSize(kPiece);
  auto length = each_piece(
      input, [&](float* const* piece, int frames, bool last, double fraction) -> Result<void> {
        stretcher.study(piece, static_cast<std::size_t>(frames), last);
        if (progress && !progress(0.2 * fraction, "Listening to the recording")) return cancelled();
        return {};
      });
  if (!length) return length.error();
  stretcher.setExpectedInputDuration(static_cast<std::size_t>(*length));

  files::EncodeOptions encode;
  encode.format = files::AudioFormat::wav32f;
  auto writer = files::AudioWriter::create(output, info.rate, info.channels, encode);
  if (!writer) return writer.error();
  const auto wanted =
      static_cast<std::int64_t>(std::floor(static_cast<double>(*length) * settings.ratio + 0.5));
  std::int64_t written = 0;
  Planes out(channels, kPiece);
  const auto drain = [&]() -> Result<void> {
    for (int ready = stretcher.available(); ready > 0; ready = stretcher.available()) {
      const auto got = static_cast<std::int64_t>(
          stretcher.retrieve(out.get(), static_cast<std::size_t>(std::min(ready, kPiece))));
      const auto count = std::min(got, wanted - written);
      if (count > 0) {
        if (auto ok = writer->write(out.get(), static_cast<int>(count)); !ok) return ok;
      }
      written += std::max<std::int64_t>(count, 0);
      if (got == 0) break;
    }
    return {};
  };
  auto processed = each_piece(
      input, [&](float* const* piece, int frames, bool last, double fraction) -> Result<void> {
        stretcher.process(piece, static_cast<std::size_t>(frames), last);
        if (progress && !progress(0.2 + 0.8 * fraction, "Stretching the recording"))
          return cancelled();
        return drain();
      });
  if (!processed) return processed.error();
  if (auto ok = drain(); !ok) return ok;
  // Rounding inside may leave it some frames short.
  Planes silence(channels, kPiece);
  while (written < wanted) {
    const auto count = static_cast<int>(std::min<std::int64_t>(kPiece, wanted - written));
    if (auto ok = writer->write(silence.get(), count); !ok) return ok;
    written += count;
  }
  return writer->finish();
}

}  // namespace

Result<void> stretch(const files::AudioSource& input, const std::string& output,
                     const Settings& settings, const Progress& progress) {
  return run(input, output, settings, progress);
}

Result<void> stretch(const files::AudioSource& input, int output, const Settings& settings,
                     const Progress& progress) {
  return run(input, output, settings, progress);
}

std::string cache_folder() {
  const auto from = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? std::string(value) : std::string();
  };
  if (const auto own = from("TUTTI_CACHE"); !own.empty()) return own + "/stretch";
  if (const auto xdg = from("XDG_CACHE_HOME"); !xdg.empty()) return xdg + "/tutti/stretch";
  if (const auto home = from("HOME"); !home.empty()) return home + "/.cache/tutti/stretch";
  return "/var/tmp/tutti-cache/stretch";
}

Result<std::string> stretched_file(const std::string& path, const std::string& sha256,
                                   const Settings& settings, const Progress& progress) {
  char name[64];
  std::snprintf(name, sizeof name, "-r3-%.9f-%.4f.wav", settings.ratio, settings.semitones);
  const fs::path folder = cache_folder();
  const fs::path kept = folder / (sha256 + name);
  std::error_code error;
  if (fs::exists(kept, error)) return kept.string();
  fs::create_directories(folder, error);
  if (error) {
    return Error{Code::io,
                 "No folder for stretched recordings could be made: \"" + folder.string() + "\".",
                 "Set TUTTI_CACHE to a folder on a disk with room."};
  }
  auto made = stretch(files::AudioSource::path(path), kept.string(), settings, progress);
  if (!made) return made.error();
  return kept.string();
}

std::string version() {
  return "Rubber Band " RUBBERBAND_VERSION;
}

}  // namespace tutti::stretch
