#include <array>

#include "native/files/audio_writer.h"

namespace tutti::files {
namespace {

struct Row {
  AudioFormat format;
  std::string_view name, ending, media;
};

constexpr std::array<Row, 8> kRows = {{
    {AudioFormat::wav16, "wav16", ".wav", "audio/wav"},
    {AudioFormat::wav24, "wav24", ".wav", "audio/wav"},
    {AudioFormat::wav32f, "wav32f", ".wav", "audio/wav"},
    {AudioFormat::flac16, "flac16", ".flac", "audio/flac"},
    {AudioFormat::flac, "flac", ".flac", "audio/flac"},
    {AudioFormat::mp3, "mp3", ".mp3", "audio/mpeg"},
    {AudioFormat::ogg, "ogg", ".ogg", "audio/ogg"},
    {AudioFormat::opus, "opus", ".opus", "audio/ogg"},
}};

const Row& row_of(AudioFormat format) {
  for (const auto& row : kRows)
    if (row.format == format) return row;
  return kRows[0];
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return result;
}

}  // namespace

std::optional<AudioFormat> audio_format_named(std::string_view name) {
  const std::string wanted = lower(name);
  for (const auto& row : kRows)
    if (row.name == wanted) return row.format;
  if (wanted == "wav") return AudioFormat::wav16;
  if (wanted == "flac24") return AudioFormat::flac;
  return std::nullopt;
}

std::optional<AudioFormat> audio_format_of_path(std::string_view path) {
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string ending = lower(path.substr(dot));
  if (ending == ".wave") return AudioFormat::wav16;
  if (ending == ".flac") return AudioFormat::flac;
  if (ending == ".oga") return AudioFormat::ogg;
  for (const auto& row : kRows)
    if (row.ending == ending) return row.format;
  return std::nullopt;
}

std::string_view name_of(AudioFormat format) {
  return row_of(format).name;
}
std::string_view ending_of(AudioFormat format) {
  return row_of(format).ending;
}
std::string_view media_type_of(AudioFormat format) {
  return row_of(format).media;
}

}  // namespace tutti::files
