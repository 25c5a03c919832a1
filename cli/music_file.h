// Files of notes for every command: MIDI, .tutti, .maa and the IR, told apart by what is in them
// when reading and by the ending of the name when writing.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/project/document.h"

namespace tutti::cli {

enum class NotesFormat { midi, tutti, maa, ir };

// .mid, .midi, .kar, .smf; .tutti; .maa; .json. Any case.
std::optional<NotesFormat> notes_format_of_path(std::string_view path);
// "mid", "tutti", "maa", "json".
std::optional<NotesFormat> notes_format_named(std::string_view name);

struct Music {
  project::Document document;
  NotesFormat format = NotesFormat::midi;
  std::vector<std::string> warnings;
};

// `name` stands in sentences. bad_input for anything else, saying what the file is.
Result<Music> load_music(std::span<const std::byte> bytes, const std::string& name);

// The file's bytes. `modified` is an ISO 8601 time for formats that keep one.
std::vector<std::byte> save_music(const project::Document&, NotesFormat,
                                  const std::string& modified);

// A document of that actor number with these bytes' fingerprint, so that converting the same file
// twice gives the same result.
std::uint64_t actor_for(std::span<const std::byte> bytes);

std::string now_iso8601();

std::string_view text_of(std::span<const std::byte> bytes);
std::vector<std::byte> bytes_of(std::string_view text);

}  // namespace tutti::cli
