// `tutti info`: what a file is, whatever its name says.
#include <cstdio>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/music_file.h"
#include "engine/instruments/soundfont.h"
#include "engine/project/song.h"
#include "engine/score/general_midi.h"
#include "engine/score/midi_file.h"
#include "engine/score/midi_score.h"
#include "native/files/atomic_write.h"
#include "native/files/audio_reader.h"
#include "native/files/sf3.h"
#include "native/files/sniff.h"

namespace tutti::cli {
namespace {

// What is printed for people is what --json answers, so that the two never differ.
Result<json::value> audio_info(const files::AudioSource& source) {
  files::DecodeLimits limits;  // looking at a head costs nothing, however long the rest is
  limits.bytes = UINT64_MAX;
  limits.seconds = 1e12;
  limits.channels = 64;
  limits.min_rate = 1;
  limits.max_rate = 10'000'000;
  auto reader = files::AudioReader::open(source, limits);
  if (!reader) return reader.error();
  const auto& info = reader->info();
  json::object tags;
  for (const auto& [key, value] : info.tags) tags[key] = value;
  return json::value{
      {"kind", "audio"},           {"container", info.container}, {"codec", info.codec},
      {"rate", info.rate},         {"channels", info.channels},   {"bits", info.bits},
      {"lossless", info.lossless}, {"seconds", info.seconds},     {"bytes", info.bytes},
      {"bit_rate", info.bit_rate}, {"tags", std::move(tags)}};
}

std::string metre_text(const score::MetreChange& metre) {
  return std::to_string(metre.numerator) + "/" + std::to_string(metre.denominator);
}

json::array texts(const std::vector<std::string>& sentences) {
  return json::array(sentences.begin(), sentences.end());
}

Result<json::value> midi_info(std::span<const std::byte> bytes) {
  auto file = score::read_midi(bytes);
  if (!file) return file.error();
  auto score = score::score_from_midi(*file);
  if (!score) return score.error();
  json::array parts;
  std::size_t notes = 0;
  Ticks end;
  for (const auto& part : score->parts) {
    notes += part.notes.size();
    for (const auto& note : part.notes) end = std::max(end, note.start + note.duration);
    const bool drums = part.channel == score::kDrumChannel;
    parts.push_back({{"name", part.name},
                     {"channel", part.channel},
                     {"program", part.program},
                     {"instrument", drums ? "Percussion" : score::program_name(part.program)},
                     {"notes", part.notes.size()}});
  }
  std::vector<std::string> warnings = file->warnings;
  warnings.insert(warnings.end(), score->warnings.begin(), score->warnings.end());
  return json::value{{"kind", "midi"},
                     {"format", file->format},
                     {"division", file->division},
                     {"title", score->title},
                     {"tempo", score->tempo.bpm_at({})},
                     {"timeSignature", metre_text(score->tempo.metre_at({}))},
                     {"key", score->keys.empty() ? "" : name_of(score->keys.front().key)},
                     {"tempo_changes", score->tempo.tempos().size()},
                     {"metre_changes", score->tempo.metres().size()},
                     {"seconds", score->tempo.seconds(end)},
                     {"notes", notes},
                     {"parts", std::move(parts)},
                     {"bytes", bytes.size()},
                     {"warnings", texts(warnings)}};
}

Result<json::value> project_info(std::span<const std::byte> bytes, const std::string& name) {
  auto music = load_music(bytes, name);
  if (!music) return music.error();
  const auto& document = music->document;
  const auto info = project::info(document);
  json::array tracks;
  std::size_t notes = 0;
  for (const auto& track : project::tracks(document)) {
    const auto count = project::notes(document, track.id).size();
    notes += count;
    const bool drums = track.channel == score::kDrumChannel;
    tracks.push_back({{"name", track.name},
                      {"kind", track.kind == project::TrackKind::audio ? "audio" : "notes"},
                      {"program", track.program},
                      {"instrument", drums ? "Percussion" : score::program_name(track.program)},
                      {"notes", count},
                      {"takes", project::takes(document, track.id).size()}});
  }
  const char* format = music->format == NotesFormat::tutti ? "tutti"
                       : music->format == NotesFormat::maa ? "maa"
                                                           : "ir";
  return json::value{{"kind", "project"},
                     {"format", format},
                     {"title", info.title},
                     {"tempo", info.tempo.bpm_at({})},
                     {"timeSignature", metre_text(info.tempo.metre_at({}))},
                     {"key", info.key ? name_of(*info.key) : ""},
                     {"seconds", info.tempo.seconds(project::end_of(document))},
                     {"notes", notes},
                     {"tracks", std::move(tracks)},
                     {"bytes", bytes.size()}};
}

Result<json::value> soundfont_info(std::span<const std::byte> bytes, const Progress& progress) {
  const bool packed = files::is_sf3(bytes);
  std::vector<std::byte> unpacked;
  if (packed) {
    auto plain = files::sf3_to_sf2(bytes, progress);
    if (!plain) return plain.error();
    unpacked = std::move(plain).value();
  }
  auto font = instruments::read_soundfont(packed ? std::span<const std::byte>(unpacked) : bytes);
  if (!font) return font.error();
  json::array presets;
  for (const auto& preset : font->presets)
    presets.push_back(
        {{"bank", preset.id.bank}, {"program", preset.id.program}, {"name", preset.name}});
  return json::value{{"kind", "soundfont"},
                     {"format", packed ? "SF3" : "SF2"},
                     {"name", font->name},
                     {"author", font->author},
                     {"copyright", font->copyright},
                     {"instruments", font->instruments.size()},
                     {"samples", font->samples.size()},
                     {"bytes", bytes.size()},
                     {"presets", std::move(presets)},
                     {"warnings", texts(font->warnings)}};
}

std::string plain(const json::value& value) {
  if (const auto* text = value.if_string()) return {text->data(), text->size()};
  return write_json(value);
}

// One line a field; a line an entry for lists of objects.
std::string readable(const json::object& object) {
  std::string text;
  for (const auto& [key, value] : object) {
    const std::string name(key.data(), key.size());
    if (const auto* list = value.if_array()) {
      if (list->empty()) continue;
      text += name + ":\n";
      for (const auto& entry : *list) {
        std::string line;
        if (const auto* fields = entry.if_object()) {
          for (const auto& [field, content] : *fields)
            line += (line.empty() ? "" : ", ") + std::string(field.data(), field.size()) + " " +
                    plain(content);
        } else {
          line = plain(entry);
        }
        text += "  " + line + "\n";
      }
    } else if (const auto* inner = value.if_object()) {
      for (const auto& [field, content] : *inner) {
        std::string label(field.data(), field.size());
        label.resize(std::max<std::size_t>(label.size() + 1, 16), ' ');
        text += label + plain(content) + "\n";
      }
    } else if (const std::string content = plain(value); !content.empty()) {
      std::string label = name;
      label.resize(std::max<std::size_t>(label.size() + 1, 16), ' ');
      text += label + content + "\n";
    }
  }
  return text;
}

Result<json::value> info_of(const std::string& path, const Progress& progress) {
  constexpr std::size_t kMost = 1'000'000'000;  // SoundFonts are large
  std::vector<std::byte> bytes;
  const bool pipe = path == "-";
  auto head = pipe ? files::read_file(path, kMost) : files::read_head(path, 4096);
  if (!head) return head.error();
  switch (files::kind_of(*head)) {
    case files::FileKind::midi:
    case files::FileKind::json:
    case files::FileKind::soundfont: {
      auto whole = pipe ? std::move(head) : files::read_file(path, kMost);
      if (!whole) return whole.error();
      const auto kind = files::kind_of(*whole);
      if (kind == files::FileKind::midi) return midi_info(*whole);
      if (kind == files::FileKind::soundfont) return soundfont_info(*whole, progress);
      return project_info(*whole, path);
    }
    default:
      return audio_info(pipe ? files::AudioSource::bytes(*head, "the standard input")
                             : files::AudioSource::path(path));
  }
}

}  // namespace

void add_info(CLI::App& root, Session& session) {
  auto* command = root.add_subcommand("info", "What a file is: sound, MIDI, project or SoundFont");
  auto path = std::make_shared<std::string>();
  command->add_option("FILE", *path, "Any file, or -")->required();
  session.add_json_option(command);
  command->footer(
      "Examples:\n"
      "  tutti info hum.wav\n"
      "  tutti info song.mid --json | jq .tempo\n"
      "  tutti info /usr/share/sounds/sf2/TimGM6mb.sf2");
  session.on_run(command, [&session, path]() -> int {
    auto info = info_of(*path, session.progress());
    if (!info) return session.fail(info.error());
    if (session.json()) return session.print(*info) ? kDone : kFailed;
    return session.print(readable(info->as_object())) ? kDone : kFailed;
  });
}

}  // namespace tutti::cli
