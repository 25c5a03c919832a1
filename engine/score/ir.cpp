#include "engine/score/ir.h"

#include <algorithm>
#include <cmath>

#include "engine/score/general_midi.h"

namespace tutti::score {
namespace {

constexpr double kLongest = 1e6;  // seconds
constexpr std::size_t kMostNotes = 1'000'000;

std::string_view view(const json::string& s) {
  return {s.data(), s.size()};
}

std::string_view text_at(const json::value& v, std::string_view key) {
  const auto* found = json_find(v, key);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string_view{} : view(*text);
}

// A number, or a text that is one.
bool number_of(const json::value* v, double& out) {
  if (json_get(v, out)) return true;
  const auto* text = v == nullptr ? nullptr : v->if_string();
  if (text == nullptr) return false;
  const auto parsed = parse_json(view(*text));
  return parsed.ok() && json_get(&*parsed, out);
}

// The first of several names under which a number may stand.
bool first_number(const json::value& v, std::initializer_list<std::string_view> keys, double& out) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](std::string_view key) { return number_of(json_find(v, key), out); });
}

Error wrong(const std::string& what) {
  return {Code::bad_input, what, "Compare it with the form in docs/formats.md."};
}

bool read_pitch(const json::value& note, int& key) {
  for (const auto name : {"pitch", "key", "midi", "note"}) {
    const auto* v = json_find(note, name);
    if (v == nullptr) continue;
    if (const auto* text = v->if_string()) {
      if (const auto named = key_from_note_name(view(*text))) return key = *named, true;
    }
    double number = 0;
    if (!number_of(v, number)) continue;
    const double whole = std::floor(number + 0.5);
    if (whole >= 0 && whole <= 127) return key = static_cast<int>(whole), true;
  }
  return false;
}

Result<Note> read_note(const json::value& v, const TempoMap& tempo, const std::string& where) {
  if (!v.is_object()) return wrong(where + " is not an object.");
  Note note;
  if (!read_pitch(v, note.key)) return wrong(where + " has no pitch between 0 and 127.");
  double start = 0;
  double duration = 0;
  if (!first_number(v, {"start", "time"}, start) || start < 0 || start > kLongest) {
    return wrong(where + " has no start in seconds.");
  }
  if (!first_number(v, {"duration"}, duration)) {
    double end = 0;
    if (!first_number(v, {"end"}, end)) return wrong(where + " has no duration in seconds.");
    duration = end - start;
  }
  if (!(duration >= 0) || duration > kLongest) return wrong(where + " has no duration in seconds.");
  double velocity = 0.8;
  first_number(v, {"velocity"}, velocity);
  if (velocity <= 1) velocity *= 127;
  note.velocity = static_cast<int>(std::clamp(std::floor(velocity + 0.5), 1.0, 127.0));
  first_number(v, {"confidence"}, note.confidence);
  note.confidence = std::clamp(note.confidence, 0.0, 1.0);
  note.start = tempo.ticks(start);
  note.duration = {std::max<std::int64_t>(1, (tempo.ticks(start + duration) - note.start).value)};
  return note;
}

void read_instrument(const json::value& track, Part& part) {
  const auto* v = json_find(track, "instrument");
  if (v == nullptr) v = json_find(track, "program");
  if (v == nullptr) return;
  double number = 0;
  if (number_of(v, number)) {
    part.program = static_cast<int>(std::clamp(number, 0.0, 127.0));
    part.program_given = true;
  } else if (const auto* text = v->if_string()) {
    std::string name(view(*text));
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    if (name == "drums" || name == "drum" || name == "percussion" || name == "drumkit") {
      part.channel = kDrumChannel;
      part.program_given = true;
    } else if (const auto program = program_from_name(name)) {
      part.program = *program;
      part.program_given = true;
    }
  }
}

// Melodic parts get channels in turn, past the percussion channel.
int melodic_channel(std::size_t index) {
  const auto turn = static_cast<int>(index % 15);
  return turn < kDrumChannel ? turn : turn + 1;
}

Result<Part> read_part(const json::value& v, const TempoMap& tempo, std::size_t index,
                       std::size_t& notes_left) {
  const std::string where = "Track " + std::to_string(index + 1);
  if (!v.is_object()) return wrong(where + " is not an object.");
  Part part;
  part.channel = melodic_channel(index);
  part.name = text_at(v, "name");
  if (json_find(v, "name") == nullptr) part.name = text_at(v, "id");
  read_instrument(v, part);
  const auto* notes = json_find(v, "notes");
  if (notes == nullptr) return part;
  if (!notes->is_array()) return wrong("The notes of " + where + " are not a list.");
  const auto& list = *notes->if_array();
  if (list.size() > notes_left) {
    return Error{Code::too_large, "There are more than a million notes here.", "Split the song."};
  }
  notes_left -= list.size();
  part.notes.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto note = read_note(list[i], tempo, where + ", note " + std::to_string(i + 1));
    if (!note) return note.error();
    note->channel = part.channel;
    part.notes.push_back(*note);
  }
  std::stable_sort(part.notes.begin(), part.notes.end(), [](const Note& a, const Note& b) {
    return std::tie(a.start, a.key, a.duration) < std::tie(b.start, b.key, b.duration);
  });
  return part;
}

}  // namespace

std::string metre_name(int numerator, int denominator) {
  return std::to_string(numerator) + '/' + std::to_string(denominator);
}

std::optional<MetreChange> metre_from(const json::value& v) {
  double numerator = 0;
  double denominator = 0;
  if (const auto* text = v.if_string()) {
    const auto whole = view(*text);
    const std::size_t slash = whole.find('/');
    if (slash == whole.npos) return std::nullopt;
    const json::value over(json::string(whole.substr(0, slash)));
    const json::value under(json::string(whole.substr(slash + 1)));
    if (!number_of(&over, numerator) || !number_of(&under, denominator)) return std::nullopt;
  } else if (const auto* array = v.if_array()) {
    if (array->size() != 2 || !number_of(&(*array)[0], numerator) ||
        !number_of(&(*array)[1], denominator)) {
      return std::nullopt;
    }
  } else if (!number_of(json_find(v, "numerator"), numerator) ||
             !number_of(json_find(v, "denominator"), denominator)) {
    return std::nullopt;
  }
  for (const int allowed : {1, 2, 4, 8, 16, 32, 64}) {
    if (denominator == allowed && numerator >= 1 && numerator <= 255) {
      return MetreChange{{}, static_cast<int>(numerator), allowed};
    }
  }
  return std::nullopt;
}

Result<Score> score_from_ir_value(const json::value& root) {
  if (!root.is_object()) return wrong("This is not a song: it is no JSON object.");
  const auto* tracks = json_find(root, "tracks");
  if (tracks == nullptr || !tracks->is_array()) {
    return wrong("This is not a song: it has no list of tracks.");
  }
  Score score;
  std::vector<TempoChange> tempos;
  std::vector<MetreChange> metres;
  if (const auto* metadata = json_find(root, "metadata")) {
    score.title = text_at(*metadata, "title");
    double bpm = 0;
    if (const auto* tempo = json_find(*metadata, "tempo")) {
      if (!number_of(tempo, bpm) || bpm < 1 || bpm > 10'000) {
        return wrong("The tempo is not a number of quarter notes a minute.");
      }
      tempos.push_back({{}, 6e7 / bpm});
    }
    if (const auto* metre = json_find(*metadata, "timeSignature"); metre && !metre->is_null()) {
      const auto read = metre_from(*metre);
      if (!read) return wrong("The time signature is not one like 4/4.");
      metres.push_back(*read);
    }
    if (const auto key = key_from_name(text_at(*metadata, "key"))) {
      score.keys.push_back({{}, *key});
    }
  }
  score.tempo = TempoMap(std::move(tempos), std::move(metres));
  std::size_t notes_left = kMostNotes;
  const auto& list = *tracks->if_array();
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto part = read_part(list[i], score.tempo, i, notes_left);
    if (!part) return part.error();
    for (const auto& note : part->notes) {
      score.end = std::max(score.end, note.start + note.duration);
    }
    score.parts.push_back(*std::move(part));
  }
  return score;
}

Result<Score> score_from_ir(std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  return score_from_ir_value(*parsed);
}

json::object ir_value(const Score& score) {
  json::object metadata;
  // To a millionth, so that 97 does not come out as 97.00000000000001.
  metadata["tempo"] = std::floor(score.tempo.bpm_at({}) * 1e6 + 0.5) / 1e6;
  metadata["key"] = name_of(score.keys.empty() ? Key{} : score.keys.front().key);
  const auto metre = score.tempo.metre_at({});
  metadata["timeSignature"] = metre_name(metre.numerator, metre.denominator);

  json::array tracks;
  for (std::size_t i = 0; i < score.parts.size(); ++i) {
    const auto& part = score.parts[i];
    json::array notes;
    notes.reserve(part.notes.size());
    for (const auto& note : part.notes) {
      const double start = score.tempo.seconds(note.start);
      const double end = score.tempo.seconds(note.start + note.duration);
      notes.push_back(json::object{{"pitch", note.key},
                                   {"start", start},
                                   {"duration", end - start},
                                   {"velocity", note.velocity / 127.0}});
    }
    const bool drums = part.channel == kDrumChannel;
    tracks.push_back(
        json::object{{"id", "t" + std::to_string(i + 1)},
                     {"name", part.name},
                     {"instrument", drums ? std::string("drums") : program_slug(part.program)},
                     {"notes", std::move(notes)}});
  }
  json::object root;
  root["metadata"] = std::move(metadata);
  root["tracks"] = std::move(tracks);
  return root;
}

std::string ir_from_score(const Score& score) {
  return write_json(json::value(ir_value(score)));
}

}  // namespace tutti::score
