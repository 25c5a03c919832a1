#include "cli/music_file.h"

#include <cstring>
#include <ctime>

#include "engine/base/json.h"
#include "engine/project/files.h"
#include "engine/score/midi_file.h"
#include "engine/score/midi_score.h"
#include "native/files/sha256.h"
#include "native/files/sniff.h"

namespace tutti::cli {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return result;
}

Result<Music> load_midi(std::span<const std::byte> bytes) {
  auto file = score::read_midi(bytes);
  if (!file) return file.error();
  auto score = score::score_from_midi(*file);
  if (!score) return score.error();
  Music music{project::Document(actor_for(bytes)), NotesFormat::midi, file->warnings};
  music.warnings.insert(music.warnings.end(), score->warnings.begin(), score->warnings.end());
  auto imported = project::import_score(music.document, *score);
  if (!imported) return imported.error();
  return music;
}

NotesFormat format_of_text(std::string_view text) {
  const auto value = parse_json(text);
  if (!value) return NotesFormat::tutti;
  if (json_find(*value, "dsl") != nullptr || json_find(*value, "settings") != nullptr)
    return NotesFormat::maa;
  if (json_find(*value, "tutti") != nullptr || json_find(*value, "entities") != nullptr ||
      json_find(*value, "operations") != nullptr)
    return NotesFormat::tutti;
  return NotesFormat::ir;
}

}  // namespace

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  return {bytes.begin(), bytes.end()};
}

std::optional<NotesFormat> notes_format_named(std::string_view name) {
  const std::string wanted = lower(name);
  if (wanted == "mid" || wanted == "midi" || wanted == "kar" || wanted == "smf")
    return NotesFormat::midi;
  if (wanted == "tutti") return NotesFormat::tutti;
  if (wanted == "maa") return NotesFormat::maa;
  if (wanted == "json") return NotesFormat::ir;
  return std::nullopt;
}

std::optional<NotesFormat> notes_format_of_path(std::string_view path) {
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return notes_format_named(path.substr(dot + 1));
}

std::uint64_t actor_for(std::span<const std::byte> bytes) {
  const auto hash = files::sha256(bytes);
  std::uint64_t actor = 0;
  for (int i = 0; i < 6; ++i)
    actor = actor << 8 | std::to_integer<std::uint64_t>(hash.bytes[static_cast<std::size_t>(i)]);
  return actor == 0 ? 1 : actor;
}

Result<Music> load_music(std::span<const std::byte> bytes, const std::string& name) {
  const auto kind = files::kind_of(bytes);
  if (kind == files::FileKind::midi) return load_midi(bytes);
  if (kind == files::FileKind::json || kind == files::FileKind::text) {
    auto document = project::load_project_text(text_of(bytes), actor_for(bytes));
    if (!document) return document.error();
    return Music{std::move(document).value(), format_of_text(text_of(bytes)), {}};
  }
  if (kind == files::FileKind::audio) {
    return Error{Code::bad_input, "\"" + name + "\" is a recording, not notes.",
                 "Make notes of it first: tutti transcribe FILE -o melody.mid"};
  }
  return Error{Code::bad_input,
               "\"" + name + "\" is " + std::string(files::words_for(kind)) + ", not notes.",
               "Give a MIDI file, a .tutti or .maa project, or JSON notes."};
}

std::vector<std::byte> save_music(const project::Document& document, NotesFormat format,
                                  const std::string& modified) {
  switch (format) {
    case NotesFormat::midi:
      return score::write_midi(score::midi_from_score(project::export_score(document)));
    case NotesFormat::tutti:
      return bytes_of(project::save_tutti(document));
    case NotesFormat::maa:
      return bytes_of(project::export_maa(document, modified));
    case NotesFormat::ir:
      return bytes_of(project::export_ir(document) + "\n");
  }
  return {};
}

std::string now_iso8601() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace tutti::cli
