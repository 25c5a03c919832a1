#include "engine/score/key.h"

#include <cstdint>

namespace tutti::score {
namespace {

struct Scale {
  std::string_view name;
  std::uint16_t members;  // bit n: n semitones above the tonic
  int parent;             // semitones from the tonic to the major scale of its key signature
};

constexpr std::uint16_t bits(std::initializer_list<int> steps) {
  std::uint16_t out = 0;
  for (const int step : steps) out = static_cast<std::uint16_t>(out | (1u << step));
  return out;
}

// In the order of Mode.
constexpr std::array<Scale, 13> kScales = {{
    {"major", bits({0, 2, 4, 5, 7, 9, 11}), 0},
    {"minor", bits({0, 2, 3, 5, 7, 8, 10}), 3},
    {"dorian", bits({0, 2, 3, 5, 7, 9, 10}), 10},
    {"phrygian", bits({0, 1, 3, 5, 7, 8, 10}), 8},
    {"lydian", bits({0, 2, 4, 6, 7, 9, 11}), 7},
    {"mixolydian", bits({0, 2, 4, 5, 7, 9, 10}), 5},
    {"locrian", bits({0, 1, 3, 5, 6, 8, 10}), 1},
    {"harmonic minor", bits({0, 2, 3, 5, 7, 8, 11}), 3},
    {"melodic minor", bits({0, 2, 3, 5, 7, 9, 11}), 3},
    {"major pentatonic", bits({0, 2, 4, 7, 9}), 0},
    {"minor pentatonic", bits({0, 3, 5, 7, 10}), 3},
    {"blues", bits({0, 3, 5, 6, 7, 10}), 3},
    {"chromatic", 0x0FFF, 0},
}};

const Scale& scale_of(Mode mode) {
  return kScales[static_cast<std::size_t>(mode)];
}

int pitch_class(int n) {
  return ((n % 12) + 12) % 12;
}

constexpr std::array<std::string_view, 12> kSharpNames = {"C",  "C#", "D",  "D#", "E",  "F",
                                                          "F#", "G",  "G#", "A",  "A#", "B"};
constexpr std::array<std::string_view, 12> kFlatNames = {"C",  "Db", "D",  "Eb", "E",  "F",
                                                         "Gb", "G",  "Ab", "A",  "Bb", "B"};

// Signs of a major key by its tonic; F sharp has six sharps here, as most scores write it.
constexpr std::array<int, 12> kSigns = {0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5};

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

struct Spelled {
  int tonic;
  bool lower;
  std::size_t used;
};

// A letter and its signs at the front of `text`.
std::optional<Spelled> read_tonic(std::string_view text) {
  constexpr std::array<int, 7> kLetters = {9, 11, 0, 2, 4, 5, 7};  // A … G
  if (text.empty()) return std::nullopt;
  const char c = text[0];
  const bool lower = c >= 'a' && c <= 'g';
  if (!lower && !(c >= 'A' && c <= 'G')) return std::nullopt;
  Spelled out{kLetters[static_cast<std::size_t>(c - (lower ? 'a' : 'A'))], lower, 1};
  constexpr std::string_view kSharpSign = "\xE2\x99\xAF";
  constexpr std::string_view kFlatSign = "\xE2\x99\xAD";
  for (int signs = 0; signs < 2; ++signs) {
    const auto rest = text.substr(out.used);
    if (starts_with(rest, "#")) {
      ++out.tonic, ++out.used;
    } else if (starts_with(rest, "b")) {
      --out.tonic, ++out.used;
    } else if (starts_with(rest, kSharpSign)) {
      ++out.tonic, out.used += kSharpSign.size();
    } else if (starts_with(rest, kFlatSign)) {
      --out.tonic, out.used += kFlatSign.size();
    } else {
      break;
    }
  }
  return out;
}

// Lower case, runs of spaces, underscores and hyphens as one space, none at the ends.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '_' || c == '-' || c == '\t') {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace

std::string_view name_of(Mode mode) {
  return scale_of(mode).name;
}

std::optional<Mode> mode_from_name(std::string_view name) {
  const std::string wanted = plain(name);
  for (const Mode mode : kModes) {
    if (wanted == scale_of(mode).name) return mode;
  }
  if (wanted == "maj" || wanted == "ionian" || wanted == "dur") return Mode::major;
  if (wanted == "min" || wanted == "aeolian" || wanted == "natural minor" || wanted == "moll") {
    return Mode::minor;
  }
  if (wanted == "pentatonic") return Mode::major_pentatonic;
  return std::nullopt;
}

int signature_of(Key key) {
  return kSigns[static_cast<std::size_t>(pitch_class(key.tonic + scale_of(key.mode).parent))];
}

std::optional<Key> key_from_signature(int sharps, bool minor) {
  if (sharps < -7 || sharps > 7) return std::nullopt;
  return Key{pitch_class(sharps * 7 + (minor ? 9 : 0)), minor ? Mode::minor : Mode::major};
}

std::string name_of(Key key) {
  const auto pc = static_cast<std::size_t>(pitch_class(key.tonic));
  const auto tonic = signature_of(key) < 0 ? kFlatNames[pc] : kSharpNames[pc];
  return std::string(tonic) + ' ' + std::string(name_of(key.mode));
}

std::optional<Key> key_from_name(std::string_view name) {
  while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
  const auto spelled = read_tonic(name);
  if (!spelled) return std::nullopt;
  int tonic = spelled->tonic;
  const auto tail = name.substr(spelled->used);
  std::string rest = plain(tail);
  if (starts_with(rest, " ")) rest.erase(0, 1);
  for (const auto& [word, step] : {std::pair<std::string_view, int>{"sharp", 1}, {"flat", -1}}) {
    if (starts_with(rest, word)) {
      tonic += step;
      rest.erase(0, word.size());
      if (starts_with(rest, " ")) rest.erase(0, 1);
      break;
    }
  }
  const Key key{pitch_class(tonic), Mode::major};
  if (rest.empty()) return Key{key.tonic, spelled->lower ? Mode::minor : Mode::major};
  // "Am" and "AM" differ only in the case that plain() loses.
  if (rest == "m") return Key{key.tonic, tail.find('M') != tail.npos ? Mode::major : Mode::minor};
  const auto mode = mode_from_name(rest);
  if (!mode) return std::nullopt;
  return Key{key.tonic, *mode};
}

bool in_scale(Key key, int note) {
  return (scale_of(key.mode).members >> pitch_class(note - key.tonic) & 1) != 0;
}

int snap(Key key, int note) {
  for (int away = 0; away < 12; ++away) {
    if (note - away >= 0 && note - away <= 127 && in_scale(key, note - away)) return note - away;
    if (note + away >= 0 && note + away <= 127 && in_scale(key, note + away)) return note + away;
  }
  return note < 0 ? 0 : 127;
}

std::string note_name(int note, Key key) {
  const auto pc = static_cast<std::size_t>(pitch_class(note));
  const auto letter = signature_of(key) < 0 ? kFlatNames[pc] : kSharpNames[pc];
  return std::string(letter) + std::to_string((note - static_cast<int>(pc)) / 12 - 1);
}

std::optional<int> key_from_note_name(std::string_view name) {
  const auto spelled = read_tonic(name);
  if (!spelled) return std::nullopt;
  auto rest = name.substr(spelled->used);
  const bool negative = starts_with(rest, "-");
  if (negative) rest.remove_prefix(1);
  if (rest.empty() || rest.size() > 2) return std::nullopt;
  int octave = 0;
  for (const char c : rest) {
    if (c < '0' || c > '9') return std::nullopt;
    octave = octave * 10 + (c - '0');
  }
  const int note = spelled->tonic + ((negative ? -octave : octave) + 1) * 12;
  if (note < 0 || note > 127) return std::nullopt;
  return note;
}

}  // namespace tutti::score
