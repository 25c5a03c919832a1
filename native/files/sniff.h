// What a file is, by its first bytes and not by its name, and how to say it. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace tutti::files {

enum class FileKind {
  empty,
  audio,
  midi,
  soundfont,
  json,
  text,
  picture,
  archive,
  document,
  program,
  other
};

// `head` is the beginning of the file, 4 KB are plenty. `audio` only means that it looks like one.
FileKind kind_of(std::span<const std::byte> head);
// "a MIDI file", "a picture" … for sentences; "a recording" for audio.
std::string_view words_for(FileKind);

}  // namespace tutti::files
