#include "cli/sound.h"

#include <cmath>
#include <cstdio>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "cli/command.h"
#include "native/files/atomic_write.h"

namespace tutti::cli {

files::DecodeLimits any_length() {
  files::DecodeLimits limits;
  limits.bytes = std::uint64_t{1} << 42;
  limits.seconds = 1000 * 3600.0;
  return limits;
}

Result<files::AudioSource> sound_source(const std::string& path) {
  if (path != "-") return files::AudioSource::path(path);
  struct stat status{};
  if (::fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode))
    return files::AudioSource::descriptor(STDIN_FILENO, "standard input");
  const int fd = files::scratch_file();
  if (fd < 0) {
    return Error{Code::io, "There is no room to keep what standard input brings.",
                 "Set TMPDIR to a folder on a disk with room."};
  }
  std::vector<std::byte> buffer(1 << 18);
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got == 0) break;
    if (got < 0) {
      if (Session::interrupted()) {
        return Error{Code::cancelled, "Stopped.", "Start it again when you like."};
      }
      if (errno == EINTR) continue;
      return Error{Code::io, "Standard input could not be read.", "Name a file instead."};
    }
    auto kept = files::write_all(fd, std::span(buffer).first(static_cast<std::size_t>(got)));
    if (!kept) return kept.error();
  }
  return files::AudioSource::descriptor(fd, "standard input");  // open until the program ends
}

Result<files::AudioFormat> sound_format(const std::string& wanted, const std::string& output,
                                        files::AudioFormat wav) {
  if (!wanted.empty()) {
    if (const auto format = files::audio_format_named(wanted)) return *format;
    return Error{Code::wrong_usage, "There is no audio format \"" + wanted + "\".",
                 "Choose wav16, wav24, wav32f, flac, flac16, mp3, ogg or opus."};
  }
  if (output == "-") return wav;
  if (const auto format = files::audio_format_of_path(output))
    return *format == files::AudioFormat::wav16 ? wav : *format;
  return Error{Code::wrong_usage, "\"" + output + "\" has no ending that says what to write.",
               "Use .wav, .flac, .mp3, .ogg or .opus, or add --format."};
}

files::AudioFormat wav_like(const files::AudioInfo& info) {
  if (!info.lossless) return files::AudioFormat::wav16;
  if (info.codec.find("loat") != std::string::npos || info.bits > 24)
    return files::AudioFormat::wav32f;
  return info.bits > 16 ? files::AudioFormat::wav24 : files::AudioFormat::wav16;
}

json::value number_or_null(double value) {
  return std::isfinite(value) ? json::value(std::floor(value * 1000 + 0.5) / 1000)
                              : json::value(nullptr);
}

json::object loudness_json(const render::Loudness& loud) {
  return {{"integrated", number_or_null(loud.integrated)},
          {"range", number_or_null(loud.range)},
          {"momentary_max", number_or_null(loud.momentary_max)},
          {"short_term_max", number_or_null(loud.short_term_max)},
          {"true_peak", number_or_null(loud.true_peak)},
          {"sample_peak", number_or_null(loud.sample_peak)}};
}

std::string loudness_text(const render::Loudness& loud) {
  if (!std::isfinite(loud.sample_peak)) return "silent";
  char text[128];
  if (!std::isfinite(loud.integrated)) {
    std::snprintf(text, sizeof text, "too short or too soft for LUFS, peak %.1f dBTP",
                  loud.true_peak);
  } else {
    std::snprintf(text, sizeof text, "%.1f LUFS, range %.1f LU, peak %.1f dBTP", loud.integrated,
                  loud.range, loud.true_peak);
  }
  return text;
}

}  // namespace tutti::cli
