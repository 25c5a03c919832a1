#include "native/files/sniff.h"

#include <algorithm>
#include <string>

namespace tutti::files {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::size_t at;
  std::string_view bytes;
  FileKind kind;
};

constexpr Magic kMagics[] = {
    {0, "MThd"sv, FileKind::midi},
    {8, "RMID"sv, FileKind::midi},
    {8, "sfbk"sv, FileKind::soundfont},
    {8, "WAVE"sv, FileKind::audio},
    {8, "WEBP"sv, FileKind::picture},
    {8, "AVI "sv, FileKind::audio},
    {0, "fLaC"sv, FileKind::audio},
    {0, "OggS"sv, FileKind::audio},
    {0, "ID3"sv, FileKind::audio},
    {8, "AIFF"sv, FileKind::audio},
    {8, "AIFC"sv, FileKind::audio},
    {4, "ftyp"sv, FileKind::audio},
    {0, "\x1a\x45\xdf\xa3"sv, FileKind::audio},
    {0, "riff\x2e\x91\xcf\x11"sv, FileKind::audio},
    {0, ".snd"sv, FileKind::audio},
    {0, "caff"sv, FileKind::audio},
    {0, "wvpk"sv, FileKind::audio},
    {0, "\x89PNG"sv, FileKind::picture},
    {0, "\xff\xd8\xff"sv, FileKind::picture},
    {0, "GIF8"sv, FileKind::picture},
    {0, "BM"sv, FileKind::picture},
    {0, "PK\x03\x04"sv, FileKind::archive},
    {0, "PK\x05\x06"sv, FileKind::archive},
    {0, "\x1f\x8b"sv, FileKind::archive},
    {0, "BZh"sv, FileKind::archive},
    {0, "7z\xbc\xaf"sv, FileKind::archive},
    {0, "Rar!"sv, FileKind::archive},
    {0,
     "\xfd"
     "7zXZ"sv,
     FileKind::archive},
    {0, "\x28\xb5\x2f\xfd"sv, FileKind::archive},
    {257, "ustar"sv, FileKind::archive},
    {0, "%PDF"sv, FileKind::document},
    {0, "\xd0\xcf\x11\xe0"sv, FileKind::document},
    {0,
     "\x7f"
     "ELF"sv,
     FileKind::program},
    {0, "MZ"sv, FileKind::program},
};

bool printable(unsigned char c) {
  return c >= 0x20 || c == '\n' || c == '\r' || c == '\t' || c == '\f';
}

}  // namespace

FileKind kind_of(std::span<const std::byte> head) {
  if (head.empty()) return FileKind::empty;
  const std::string_view text(reinterpret_cast<const char*>(head.data()),
                              std::min<std::size_t>(head.size(), 4096));
  for (const auto& magic : kMagics) {
    // A two-letter mark alone is too weak against text such as "BMG …".
    if (magic.bytes.size() == 2 && std::all_of(text.begin(), text.end(), printable)) continue;
    if (text.size() >= magic.at + magic.bytes.size() &&
        text.substr(magic.at, magic.bytes.size()) == magic.bytes)
      return magic.kind;
  }
  if (static_cast<unsigned char>(text[0]) == 0xff && text.size() > 1 &&
      (static_cast<unsigned char>(text[1]) & 0xe0) == 0xe0)
    return FileKind::audio;  // an MPEG or AAC frame
  if (std::all_of(text.begin(), text.end(),
                  [](char c) { return printable(static_cast<unsigned char>(c)); })) {
    const auto first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[')
               ? FileKind::json
               : FileKind::text;
  }
  return FileKind::other;
}

std::string_view words_for(FileKind kind) {
  switch (kind) {
    case FileKind::empty:
      return "an empty file";
    case FileKind::audio:
      return "a recording";
    case FileKind::midi:
      return "a MIDI file";
    case FileKind::soundfont:
      return "a SoundFont";
    case FileKind::json:
      return "a JSON text";
    case FileKind::text:
      return "a text";
    case FileKind::picture:
      return "a picture";
    case FileKind::archive:
      return "an archive";
    case FileKind::document:
      return "a document";
    case FileKind::program:
      return "a program";
    case FileKind::other:
      return "a file of an unknown kind";
  }
  return "a file of an unknown kind";
}

}  // namespace tutti::files
